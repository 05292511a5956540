/**
 * Compares the results of a run with the expected results.
 *
 * A difference contains an id and a description, never a value of a record.
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { decideAbandoned } from '../lambda/contact-records/contact-record/abandoned';
import { type FailedRecordKind, type Outcome, OUTCOMES } from '../lambda/contact-records/batch/outcome';
import type { Expected } from './generator/contact-centre';

/** What is checked; each sentence is true if its aspect has no difference. */
export const ASPECTS = {
  table: 'Table holds the newest version of every contact',
  published: 'Every abandoned contact was published once',
  failedRecords: 'Failed records were saved byte for byte, and no others',
  counted: 'Every delivery has exactly one outcome',
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
  /** Contacts that ended longer ago than `notifyWithinHours`: they need not be published. @default none */
  tooOld?: ReadonlySet<string>;
  delivered: number;
  /** As the function counted them; retried deliveries are counted more than once. */
  outcomes: Record<Outcome, number>;
  conflicting: number;
  /** Batches that the mapping retried, at least in part. */
  retried: number;
}

/** Compares the results with the expected ones; empty if they are equal. */
export function findDifferences(results: Results, expected: Expected): Difference[] {
  const { outcomes } = results;
  return [
    ...checkTable(results.items, expected),
    ...checkMessages(results, expected),
    ...checkFailedRecords(results.failedRecords, 'quarantined', expected.poison),
    ...checkFailedRecords(results.failedRecords, 'conflicting', expected.conflicting),
    ...checkFailedRecords(results.failedRecords, 'refused', []),
    ...checkCounts(results),
    ...OUTCOMES.flatMap((outcome) => {
      const wanted = countExpectedOutcomes(expected)[outcome];
      return wanted === undefined
        ? []
        : compareCount(`${outcome} deliveries`, outcomes[outcome], wanted, results.retried);
    }),
  ];
}

/** Counts the expected outcomes; `undefined` if the count depends on how the batches are cut. */
const countExpectedOutcomes = ({ ignored, poison }: Expected): Record<Outcome, number | undefined> => ({
  stored: undefined,
  redelivered: undefined,
  stale: undefined,
  superseded: undefined,
  ignored,
  quarantined: poison.length,
});

/**
 * Checks the results of records without expected results.
 *
 * Messages must match the table, and counts must add up. Here the project's own decision says which contacts are
 * abandoned.
 */
export function findInconsistencies(results: Results): Difference[] {
  const items = new Map(results.items.map((item) => [item.ContactId, item]));
  const refused = new Set(
    results.failedRecords.filter(isOfKind('refused')).map(({ data }) => readContactId(data)),
  );
  const messages = groupByContact(results.messages);
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
      if (!isSameContent(first, item)) note('published with another content', id);
    } else if (!(String(first?.body.LastUpdateTimestamp) < item.LastUpdateTimestamp)) {
      note('published from a version newer than the table’s', id);
    }
  }
  return [
    ...found,
    ...checkCounts(results),
    ...compareFailedRecordCount(results, 'quarantined', results.outcomes.quarantined),
    ...compareFailedRecordCount(results, 'conflicting', results.conflicting),
  ];
}

function checkTable(items: Item[], { newest }: Expected): Difference[] {
  const found: Difference[] = [];
  const note = (kind: string, id: string) => found.push({ aspect: 'table', kind, id });
  const stored = new Map(items.map((item) => [item.ContactId, item]));
  for (const [id, record] of newest) {
    const item = stored.get(id);
    if (!item) note('not in the table', id);
    else if (item.LastUpdateTimestamp !== record.LastUpdateTimestamp) note('not the newest version', id);
    else if (!isDeepStrictEqual(item, record)) note('not what was sent', id);
  }
  for (const id of stored.keys()) if (!newest.has(id)) note('in the table, but never sent', id);
  return found;
}

function checkMessages(
  { messages, tooOld }: Results,
  { abandoned, abandonedBefore, newest }: Expected,
): Difference[] {
  const found: Difference[] = [];
  const note = (kind: string, id: string) => found.push({ aspect: 'published', kind, id });
  const published = groupByContact(messages);
  for (const id of abandoned)
    if (!published.has(id) && !tooOld?.has(id)) note('abandoned, but not published', id);
  for (const [id, [first, ...more]] of published) {
    const record = newest.get(id);
    if (!abandoned.has(id) && !abandonedBefore.has(id)) note('published, but not abandoned', id);
    if (more.length > 0) note('published more than once', id);
    if (first && record && isOfVersion(first, record) && !isSameContent(first, record)) {
      note('published with another content', id);
    }
  }
  return found;
}

/** Compares payloads as a multiset: a payload that was delivered twice is saved twice. */
function checkFailedRecords(
  objects: FailedRecordObject[],
  kind: FailedRecordKind,
  payloads: Uint8Array[],
): Difference[] {
  const missing = new Map<string, Uint8Array[]>();
  for (const payload of payloads) {
    const data = Buffer.from(payload).toString('base64');
    missing.set(data, [...(missing.get(data) ?? []), payload]);
  }
  const unexpected = objects.filter(isOfKind(kind)).filter(({ data }) => !missing.get(data)?.pop());
  return [
    ...unexpected.map(({ eventId }) => ({ kind: `${kind}, but should not be`, id: eventId })),
    ...[...missing.values()].flat().map((payload) => ({ kind: `not ${kind}`, id: describePayload(payload) })),
  ].map((difference) => ({ aspect: 'failedRecords', ...difference }));
}

function checkCounts({ outcomes, delivered, retried, items }: Results): Difference[] {
  const ended = sum(Object.values(outcomes));
  const isLost =
    ended < delivered
      ? [{ aspect: 'counted' as const, kind: 'deliveries lost', id: String(delivered - ended) }]
      : [];
  const isShort =
    retried === 0 && outcomes.stored < items.length
      ? [
          {
            aspect: 'counted' as const,
            kind: 'items that no put stored',
            id: String(items.length - outcomes.stored),
          },
        ]
      : [];
  return [
    ...isLost,
    ...(ended > delivered ? compareCount('outcomes', ended, delivered, retried) : []),
    ...isShort,
  ];
}

const compareFailedRecordCount = (results: Results, kind: FailedRecordKind, counted: number): Difference[] =>
  compareCount(
    `${kind} objects`,
    results.failedRecords.filter(isOfKind(kind)).length,
    counted,
    results.retried,
  );

/** Compares a count. After a retry it is not exact: some deliveries are counted twice, others never. */
function compareCount(kind: string, actual: number, wanted: number, retried: number): Difference[] {
  return actual === wanted || retried > 0
    ? []
    : [{ aspect: 'counted', kind, id: `${actual} instead of ${wanted}` }];
}

export const sum = (numbers: readonly number[]): number =>
  numbers.reduce((total, number) => total + number, 0);

export const groupByContact = (messages: Message[]): Map<string, Message[]> =>
  Map.groupBy(messages, ({ body }) => String(body.ContactId));

const isOfVersion = ({ body }: Message, item: Item) => body.LastUpdateTimestamp === item.LastUpdateTimestamp;

const isSameContent = ({ body, attributes }: Message, item: Item) =>
  attributes.Reduced !== undefined || isDeepStrictEqual(body, item);

const isOfKind =
  (wanted: FailedRecordKind) =>
  ({ kind }: FailedRecordObject) =>
    kind === wanted;

const readContactId = (data: string) =>
  (JSON.parse(Buffer.from(data, 'base64').toString()) as Item).ContactId;

/** Describes a payload without an id by its length and a hash. */
const describePayload = (payload: Uint8Array) =>
  `${payload.length} bytes, SHA-256 ${createHash('sha256').update(payload).digest('hex').slice(0, 12)}`;
