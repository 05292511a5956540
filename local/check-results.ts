/**
 * Compares what came out with what must come out: *table = newest version of every contact; published = abandoned
 * contacts, once each; set aside = poison and conflicts, byte for byte; nothing else*. A difference names an id and
 * what is wrong with it, never a value of a record.
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { decideAbandoned } from '../lambda/contact-records/contact-record/abandoned';
import { type Outcome, OUTCOMES } from '../lambda/contact-records/batch/outcome';
import type { FailedRecordKind } from '../lambda/contact-records/batch/outcome';
import type { Expected } from './generator/contact-centre';

/** Each a sentence that holds if there is no difference of its aspect. */
export const ASPECTS = {
  table: 'table = newest version of every contact',
  published: 'published = abandoned contacts, once each',
  failedRecords: 'set aside = poison and conflicts, byte for byte',
  counted: 'every delivery ended in exactly one outcome',
} as const;
export type Aspect = keyof typeof ASPECTS;

export interface Difference {
  aspect: Aspect;
  kind: string;
  id: string;
}

export type Item = Record<string, unknown> & { ContactId: string; LastUpdateTimestamp: string };
export interface Message {
  body: Record<string, unknown>;
  attributes: Record<string, string | number>;
}
/** An object of the failure bucket; `data` is base64. */
export interface FailedRecordObject {
  kind: FailedRecordKind;
  reason: string;
  data: string;
  eventId: string;
}

export interface Results {
  items: Item[];
  messages: Message[];
  failedRecords: FailedRecordObject[];
  /** Contacts that need not be published, as they ended longer ago than `notifyWithinHours`. @default none */
  tooOld?: ReadonlySet<string>;
  delivered: number;
  /** As the function counted them; what it had to do again is in there more than once. */
  outcomes: Record<Outcome, number>;
  conflicting: number;
  /** Batches that the mapping had to hand over again, at least in part. */
  retried: number;
}

/** What came out against what is known to have to. Empty if it holds. */
export function findDifferences(results: Results, expected: Expected): Difference[] {
  const { outcomes } = results;
  return [
    ...inTable(results.items, expected),
    ...inMessages(results, expected),
    ...inFailedRecords(results.failedRecords, 'quarantined', expected.poison),
    ...inFailedRecords(results.failedRecords, 'conflicting', expected.conflicting),
    ...inFailedRecords(results.failedRecords, 'refused', []),
    ...inCounts(results),
    ...OUTCOMES.flatMap((outcome) => {
      const wanted = mustEndSo(expected)[outcome];
      return wanted === undefined
        ? []
        : count(`${outcome} deliveries`, outcomes[outcome], wanted, results.retried);
    }),
  ];
}

/** How many deliveries must end so; `undefined` where it depends on which come together in a batch. */
const mustEndSo = ({ ignored, poison }: Expected): Record<Outcome, number | undefined> => ({
  stored: undefined,
  redelivered: undefined,
  stale: undefined,
  superseded: undefined,
  ignored,
  quarantined: poison.length,
});

/**
 * Of records that somebody else made nobody knows what must come out; but messages must fit the table, and counts must
 * add up. Here the project's own decision says what is abandoned.
 */
export function findInconsistencies(results: Results): Difference[] {
  const items = new Map(results.items.map((item) => [item.ContactId, item]));
  const refused = new Set(results.failedRecords.filter(isOf('refused')).map(({ data }) => contactIdIn(data)));
  const messages = byContact(results.messages);
  const found: Difference[] = [];
  const note = (kind: string, id: string) => found.push({ aspect: 'published', kind, id });

  for (const [id, item] of items) {
    const isMissing = !messages.has(id) && !refused.has(id) && !results.tooOld?.has(id);
    if (decideAbandoned(item).kind === 'abandoned' && isMissing) note('abandoned, but not published', id);
  }
  for (const [id, [first, ...more]] of messages) {
    const item = items.get(id);
    if (more.length > 0) note('published more than once', id);
    if (!item) note('published, but not in the table', id);
    else if (first && isOfVersion(first, item)) {
      if (decideAbandoned(item).kind !== 'abandoned') note('published, but not abandoned', id);
      if (!isBody(first, item)) note('published with another content', id);
    } else if (!(String(first?.body.LastUpdateTimestamp) < item.LastUpdateTimestamp)) {
      note('published from a version newer than the table’s', id);
    }
  }
  return [
    ...found,
    ...inCounts(results),
    ...setAsideCount(results, 'quarantined', results.outcomes.quarantined),
    ...setAsideCount(results, 'conflicting', results.conflicting),
  ];
}

function inTable(items: Item[], { newest }: Expected): Difference[] {
  const found: Difference[] = [];
  const note = (kind: string, id: string) => found.push({ aspect: 'table', kind, id });
  const held = new Map(items.map((item) => [item.ContactId, item]));
  for (const [id, record] of newest) {
    const item = held.get(id);
    if (!item) note('not in the table', id);
    else if (item.LastUpdateTimestamp !== record.LastUpdateTimestamp) note('not the newest version', id);
    else if (!isDeepStrictEqual(item, record)) note('not what was sent', id);
  }
  for (const id of held.keys()) if (!newest.has(id)) note('in the table, but never sent', id);
  return found;
}

function inMessages(
  { messages, tooOld }: Results,
  { abandoned, abandonedBefore, newest }: Expected,
): Difference[] {
  const found: Difference[] = [];
  const note = (kind: string, id: string) => found.push({ aspect: 'published', kind, id });
  const published = byContact(messages);
  for (const id of abandoned)
    if (!published.has(id) && !tooOld?.has(id)) note('abandoned, but not published', id);
  for (const [id, [first, ...more]] of published) {
    const record = newest.get(id);
    if (!abandoned.has(id) && !abandonedBefore.has(id)) note('published, but not abandoned', id);
    if (more.length > 0) note('published more than once', id);
    if (first && record && isOfVersion(first, record) && !isBody(first, record)) {
      note('published with another content', id);
    }
  }
  return found;
}

/** Payloads are a multiset: one that was delivered twice is set aside twice. */
function inFailedRecords(
  objects: FailedRecordObject[],
  kind: FailedRecordKind,
  payloads: Uint8Array[],
): Difference[] {
  const missing = new Map<string, Uint8Array[]>();
  for (const payload of payloads) {
    const data = Buffer.from(payload).toString('base64');
    missing.set(data, [...(missing.get(data) ?? []), payload]);
  }
  const unexpected = objects.filter(isOf(kind)).filter(({ data }) => !missing.get(data)?.pop());
  return [
    ...unexpected.map(({ eventId }) => ({ kind: `${kind}, but should not be`, id: eventId })),
    ...[...missing.values()].flat().map((payload) => ({ kind: `not ${kind}`, id: fingerprint(payload) })),
  ].map((difference) => ({ aspect: 'failedRecords', ...difference }));
}

function inCounts({ outcomes, delivered, retried, items }: Results): Difference[] {
  const ended = Object.values(outcomes).reduce((sum, outcome) => sum + outcome, 0);
  const isLost =
    ended < delivered
      ? [{ aspect: 'counted' as const, kind: 'deliveries lost', id: String(delivered - ended) }]
      : [];
  const isShort =
    retried === 0 && outcomes.stored < items.length
      ? [
          {
            aspect: 'counted' as const,
            kind: 'items that nobody stored',
            id: String(items.length - outcomes.stored),
          },
        ]
      : [];
  return [...isLost, ...(ended > delivered ? count('outcomes', ended, delivered, retried) : []), ...isShort];
}

const setAsideCount = (results: Results, kind: FailedRecordKind, counted: number): Difference[] =>
  count(`${kind} objects`, results.failedRecords.filter(isOf(kind)).length, counted, results.retried);

/** After a retry the counts say little: some of it was counted twice, and what was stored before a fault was not. */
function count(kind: string, actual: number, wanted: number, retried: number): Difference[] {
  return actual === wanted || retried > 0
    ? []
    : [{ aspect: 'counted', kind, id: `${actual} instead of ${wanted}` }];
}

export const byContact = (messages: Message[]): Map<string, Message[]> =>
  Map.groupBy(messages, ({ body }) => String(body.ContactId));

const isOfVersion = ({ body }: Message, item: Item) => body.LastUpdateTimestamp === item.LastUpdateTimestamp;

const isBody = ({ body, attributes }: Message, item: Item) =>
  attributes.Reduced !== undefined || isDeepStrictEqual(body, item);

const isOf =
  (wanted: FailedRecordKind) =>
  ({ kind }: FailedRecordObject) =>
    kind === wanted;

const contactIdIn = (data: string) => (JSON.parse(Buffer.from(data, 'base64').toString()) as Item).ContactId;

/** A payload without an id is named by its length and by a hash. */
const fingerprint = (payload: Uint8Array) =>
  `${payload.length} bytes, SHA-256 ${createHash('sha256').update(payload).digest('hex').slice(0, 12)}`;
