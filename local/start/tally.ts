/** Counts the function's own log lines and metrics: the data that an operator has. */
import { parseJsonObject } from '../../cli/shared/parse-json';
import { LOG, METRIC } from '../../lambda/contact-records/contract';
import { type Outcome, OUTCOMES } from '../../lambda/contact-records/batch/outcome';
import type { Drift } from '../../lambda/contact-records/contact-record/drift';
import type { KinesisEventRecord } from '../event-source-mapping/kinesis-event';
import type { GivenUp, Invocation } from '../event-source-mapping/types';
import { createSeenOrder, findLate } from '../watch-order';
import { describeDrift } from './examples';

export type Tally = ReturnType<typeof createTally>;

export const createTally = () => ({
  outcomes: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>,
  conflicting: 0,
  refused: 0,
  alreadyPublished: 0,
  /** Number of stored contacts that are not abandoned, by reason. */
  notAbandoned: {} as Record<string, number>,
  /** Paths at which records deviate from the model, as `describeDrift` formats them. */
  drift: new Set<string>(),
  /** Files, and records at a line, that could not be read. */
  unread: 0,
  /** Milliseconds from arrival to stored, some of each batch. */
  lags: [] as number[],
  batches: 0,
  /** Batches that were retried, at least in part. */
  retried: 0,
  /** Deliveries that are done. */
  done: 0,
  /** Deliveries that are done, by outcome; each counts once, even after a retry. */
  followed: undefined as Readonly<Record<Outcome, number>> | undefined,
  /** The message of the authorizer's last denial. */
  denied: undefined as string | undefined,
  /** The event ids of records that the mapping gave up without a failure object. */
  dropped: [] as string[],
  /** The event ids of records that were done after a later one of their partition key. */
  outOfOrder: [] as string[],
  /** The name of the last error. */
  lastError: undefined as string | undefined,
  order: createSeenOrder(),
});

/** Counts one line of the function's output; ignores lines of other kinds. */
export function countLine(tally: Tally, line: string): void {
  const entry = parseJsonObject(line) ?? {};
  const { message } = entry;
  if (message === LOG.batchProcessed) {
    const { outcomes, notAbandoned, conflicting, refused, alreadyPublished } = entry;
    addCounts(tally.outcomes, outcomes);
    addCounts(tally.notAbandoned, notAbandoned);
    addCounts(tally, { conflicting, refused, alreadyPublished });
  }
  if (message === LOG.modelDrift) tally.drift.add(describeDrift(entry as unknown as Drift));
  if (message === LOG.endedEarly) tally.lastError = `${String(entry.source)}: ${String(entry.reason)}`;
  if ('_aws' in entry) {
    const lags = [entry[METRIC.arrivalToStored] ?? []].flat();
    for (const lag of lags) if (typeof lag === 'number') tally.lags.push(lag);
  }
}

export function countInvocation(tally: Tally, { records, done, doneRecords, outcome }: Invocation): void {
  tally.batches++;
  countDone(tally, doneRecords);
  if (done < records) tally.retried++;
  if (outcome.kind === 'failed') tally.lastError = outcome.functionError.errorType;
  if (outcome.kind === 'timed-out') tally.lastError = 'the function timed out';
}

export function countGivenUp(tally: Tally, { records, isDropped }: GivenUp): void {
  countDone(tally, records);
  if (isDropped) tally.dropped.push(...records.map(({ eventID }) => eventID));
}

function countDone(tally: Tally, records: readonly KinesisEventRecord[]): void {
  tally.done += records.length;
  tally.outOfOrder.push(...findLate(tally.order, records).map(({ eventID }) => eventID));
}

function addCounts(counts: object, more: unknown): void {
  const into = counts as Record<string, number>;
  for (const [name, value] of Object.entries(more ?? {})) {
    if (typeof value === 'number') into[name] = (into[name] ?? 0) + value;
  }
}
