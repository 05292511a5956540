/** Counts queued contacts for the charts. */
import { isSet } from '../../../lambda/contact-records/contact-record/is-set';
import type { FinalDecision } from '../../../lambda/contact-records/contact-record/next-contact';
import { isObject } from '../../../lambda/contact-records/json/is-object';
import type { Item } from '../../check-results';
import type { Count } from './report-data';

const MAX_QUEUES = 12;
const OTHER_QUEUES = 'all others';

/** Upper bounds of waiting times in seconds. */
const WAITS: readonly (readonly [below: number, name: string])[] = [
  [15, '< 15 s'],
  [30, '15–29 s'],
  [60, '30–59 s'],
  [120, '1–2 min'],
  [300, '2–5 min'],
  [600, '5–10 min'],
  [Infinity, '≥ 10 min'],
];

/** A queue and an hour of the day (UTC) with a number of abandoned contacts. */
export interface QueueHour extends Count {
  readonly hour: number;
}

export type ChartCounts = ReturnType<typeof countForCharts>;

export function countForCharts(
  items: readonly Item[],
  decisions: ReadonlyMap<string, FinalDecision>,
  nameQueue: (item: Item) => string,
  measureWaiting: (item: Item) => number | undefined,
) {
  const queued = items.filter(({ Queue }) => isObject(Queue) && isSet(Queue.EnqueueTimestamp));
  const isAbandoned = ({ ContactId }: Item) => decisions.get(ContactId)?.kind === 'abandoned';
  const abandoned = queued.filter(isAbandoned);
  const waits = countBy(abandoned, (item) => nameWait(measureWaiting(item)));
  return {
    byQueueAndHour: countByQueueAndHour(abandoned, nameQueue),
    byWaitingTime: [...WAITS.map(([, name]) => name), UNKNOWN]
      .map((name) => ({ name, count: waits.get(name) ?? 0 }))
      .filter(({ name, count }) => name !== UNKNOWN || count > 0),
    byReason: sortByCount(
      countBy(
        queued.filter((item) => !isAbandoned(item)),
        ({ ContactId }) => nameReason(decisions.get(ContactId)),
      ),
    ),
  };
}

function countByQueueAndHour(abandoned: readonly Item[], nameQueue: (item: Item) => string): QueueHour[] {
  const largest = sortByCount(countBy(abandoned, nameQueue)).slice(0, MAX_QUEUES);
  const shown = new Set(largest.map(({ name }) => name));
  const ofKnownHour = abandoned.filter((item) => !Number.isNaN(readHour(item)));
  const queues = Map.groupBy(ofKnownHour, (item) =>
    shown.has(nameQueue(item)) ? nameQueue(item) : OTHER_QUEUES,
  );
  return [...queues].flatMap(([name, items]) =>
    [...countBy(items, readHour)].map(([hour, count]) => ({ name, hour, count })),
  );
}

/** Returns the hour (UTC) in which the contact was put into the queue. */
function readHour({ Queue }: Item): number {
  const { EnqueueTimestamp } = isObject(Queue) ? Queue : {};
  return new Date(String(EnqueueTimestamp)).getUTCHours();
}

const UNKNOWN = 'unknown';

const nameWait = (seconds: number | undefined): string =>
  WAITS.find(([below]) => seconds !== undefined && seconds < below)?.[1] ?? UNKNOWN;

const nameReason = (decision: FinalDecision | undefined): string =>
  decision?.kind === 'not-abandoned' ? decision.reason : 'awaiting';

function countBy<Key>(items: readonly Item[], getName: (item: Item) => Key): Map<Key, number> {
  const counts = new Map<Key, number>();
  for (const item of items) counts.set(getName(item), (counts.get(getName(item)) ?? 0) + 1);
  return counts;
}

const sortByCount = (counts: ReadonlyMap<string, number>): Count[] =>
  [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count);
