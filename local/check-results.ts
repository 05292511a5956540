/** Compares the results of a run with the expected ones. A difference contains a record's id, and no other value of it. */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { decideAbandoned } from '../lambda/contact-records/contact-record/abandoned';
import {
  decideAmongContacts,
  type FinalDecision,
} from '../lambda/contact-records/contact-record/next-contact';
import { type FailedRecordKind, type Outcome, OUTCOMES } from '../lambda/contact-records/batch/outcome';
import type { Expected } from './generator/contact-centre';

/** The kind of a difference: the mapping gave the record up, and could not write it to the failure destination. */
export const DROPPED = 'dropped, and in no failure object';

/** The aspects that are checked. Each sentence is true if its aspect has no difference. */
export const ASPECTS = {
  table: 'The table has the newest version of every contact',
  published: 'Every abandoned contact was published once',
  failedRecords: 'Failed records were saved byte for byte, and no others',
  counted: 'Every delivery has exactly one outcome',
  permitted: 'The policies of the stack allow every request',
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
  /** Contacts that a tombstone has replaced. @default none */
  forgotten?: ReadonlySet<string>;
  delivered: number;
  /** As the function counted them; retried deliveries are counted more than once. */
  outcomes: Record<Outcome, number>;
  conflicting: number;
  /** Batches that the mapping retried, at least in part. */
  retried: number;
  /** Event ids of records that the mapping gave up without a failure object. */
  dropped: readonly string[];
  /** Event ids of records that were done after a later record of their partition key. */
  outOfOrder: readonly string[];
}

/** Returns the differences between the results and the expected results. */
export function findDifferences(results: Results, expected: Expected): Difference[] {
  const { failedRecords, outcomes, retried } = results;
  const expectedOutcomes = countExpectedOutcomes(expected);
  return [
    ...checkTable(results.items, expected),
    ...checkMessages(results, expected),
    ...checkFailedRecords(failedRecords, 'quarantined', expected.poison),
    ...checkFailedRecords(failedRecords, 'conflicting', expected.conflicting),
    ...checkFailedRecords(failedRecords, 'refused', []),
    ...checkCounts(results),
    ...OUTCOMES.flatMap((outcome) => {
      const wanted = expectedOutcomes[outcome] ?? outcomes[outcome];
      return compareCount(`${outcome} deliveries`, outcomes[outcome], wanted, retried);
    }),
  ];
}

/** Counts the expected outcomes; `undefined` if the count depends on the batches. */
const countExpectedOutcomes = ({ ignored, poison }: Expected): Record<Outcome, number | undefined> => ({
  stored: undefined,
  redelivered: undefined,
  stale: undefined,
  superseded: undefined,
  ignored,
  quarantined: poison.length,
});

/**
 * Checks results without expected ones: messages must match the table, and counts must add up.
 *
 * The project's own decision says which contacts are abandoned.
 */
export function findInconsistencies(results: Results): Difference[] {
  const { failedRecords, outcomes, conflicting, retried } = results;
  const count = (kind: FailedRecordKind) => selectKind(failedRecords, kind).length;
  return [
    ...compareMessagesWithTable(results),
    ...checkCounts(results),
    ...compareCount('quarantined objects', count('quarantined'), outcomes.quarantined, retried),
    ...compareCount('conflicting objects', count('conflicting'), conflicting, retried),
  ];
}

/** Decides on each stored contact, with its next contact if that is stored; by `ContactId`. */
export function decideOnItems(items: readonly Item[]): Map<string, FinalDecision> {
  const stored = new Map(items.map((item) => [item.ContactId, item]));
  return new Map(items.map((item) => [item.ContactId, decideAmongContacts(item, (id) => stored.get(id))]));
}

function* compareMessagesWithTable(results: Results): Generator<Difference> {
  const items = new Map(results.items.map((item) => [item.ContactId, item]));
  const decisions = decideOnItems(results.items);
  const isAbandoned = (id: string) => decisions.get(id)?.kind === 'abandoned';
  const refused = new Set(
    selectKind(results.failedRecords, 'refused').map(({ data }) => readContactId(data)),
  );
  const messages = groupByContact(results.messages);
  for (const id of items.keys()) {
    const isMissing = !messages.has(id) && !refused.has(id) && !results.tooOld?.has(id);
    if (isAbandoned(id) && isMissing) yield differ('published', 'abandoned, but not published', id);
  }
  for (const [id, [first, ...more]] of messages) {
    const item = items.get(id);
    if (more.length > 0) yield differ('published', 'published more than once', id);
    if (!item) yield differ('published', 'published, but not in the table', id);
    else if (first && isOfVersion(first, item)) {
      if (!isAbandoned(id) && !mayHaveBeenAbandoned(item, items))
        yield differ('published', 'published, but not abandoned', id);
      if (!isSameContent(first, item)) yield differ('published', 'published with another content', id);
    } else if (!(String(first?.body.LastUpdateTimestamp) < item.LastUpdateTimestamp)) {
      yield differ('published', 'published from a version newer than the table’s', id);
    }
  }
}

/** Checks whether an earlier version of the next contact may have meant that the contact is abandoned. */
function mayHaveBeenAbandoned(item: Item, items: ReadonlyMap<string, Item>): boolean {
  const decision = decideAbandoned(item);
  const next = decision.kind === 'depends-on-next-contact' ? items.get(decision.nextContactId) : undefined;
  return next?.InitiationMethod === 'DISCONNECT' && next.PreviousContactId === item.ContactId;
}

function* checkTable(items: Item[], { newest }: Expected): Generator<Difference> {
  const stored = new Map(items.map((item) => [item.ContactId, item]));
  for (const [id, record] of newest) {
    const item = stored.get(id);
    if (!item) yield differ('table', 'not in the table', id);
    else if (item.LastUpdateTimestamp !== record.LastUpdateTimestamp)
      yield differ('table', 'not the newest version', id);
    else if (!isDeepStrictEqual(item, record)) yield differ('table', 'not what was sent', id);
  }
  for (const id of stored.keys())
    if (!newest.has(id)) yield differ('table', 'in the table, but never sent', id);
}

function* checkMessages(
  { messages, tooOld }: Results,
  { abandoned, abandonedBefore, newest }: Expected,
): Generator<Difference> {
  const published = groupByContact(messages);
  for (const id of abandoned)
    if (!published.has(id) && !tooOld?.has(id)) yield differ('published', 'abandoned, but not published', id);
  for (const [id, [first, ...more]] of published) {
    const record = newest.get(id);
    if (!abandoned.has(id) && !abandonedBefore.has(id))
      yield differ('published', 'published, but not abandoned', id);
    if (more.length > 0) yield differ('published', 'published more than once', id);
    if (first && record && isOfVersion(first, record) && !isSameContent(first, record))
      yield differ('published', 'published with another content', id);
  }
}

/** Compares payloads as a multiset: a payload that was delivered twice is saved twice. */
function* checkFailedRecords(
  objects: FailedRecordObject[],
  kind: FailedRecordKind,
  payloads: Uint8Array[],
): Generator<Difference> {
  const missing = Map.groupBy(payloads, (payload) => Buffer.from(payload).toString('base64'));
  for (const { data, eventId } of selectKind(objects, kind))
    if (!missing.get(data)?.pop()) yield differ('failedRecords', `${kind}, but should not be`, eventId);
  for (const payload of [...missing.values()].flat())
    yield differ('failedRecords', `not ${kind}`, describePayload(payload));
}

function* checkCounts(results: Results): Generator<Difference> {
  const { outcomes, delivered, retried, items, dropped, outOfOrder } = results;
  for (const id of dropped) yield differ('counted', DROPPED, id);
  for (const id of outOfOrder) yield differ('counted', 'done after a later record of its partition key', id);
  const ended = sum(Object.values(outcomes));
  if (ended < delivered) yield differ('counted', 'deliveries lost', String(delivered - ended));
  if (ended > delivered) yield* compareCount('outcomes', ended, delivered, retried);
  if (retried === 0 && outcomes.stored < items.length)
    yield differ('counted', 'items that no put stored', String(items.length - outcomes.stored));
}

/** Compares a count. After a retry it is not exact: some deliveries are counted twice, others never. */
const compareCount = (kind: string, actual: number, wanted: number, retried: number): Difference[] =>
  actual === wanted || retried > 0 ? [] : [differ('counted', kind, `${actual} instead of ${wanted}`)];

const differ = (aspect: Aspect, kind: string, id: string): Difference => ({ aspect, kind, id });

export const sum = (numbers: readonly number[]): number =>
  numbers.reduce((total, number) => total + number, 0);

export const groupByContact = (messages: Message[]): Map<string, Message[]> =>
  Map.groupBy(messages, ({ body }) => String(body.ContactId));

const isOfVersion = ({ body }: Message, item: Item) => body.LastUpdateTimestamp === item.LastUpdateTimestamp;

const isSameContent = ({ body, attributes }: Message, item: Item) =>
  attributes.Reduced !== undefined || isDeepStrictEqual(body, item);

const selectKind = (objects: FailedRecordObject[], wanted: FailedRecordKind) =>
  objects.filter(({ kind }) => kind === wanted);

const readContactId = (data: string) =>
  (JSON.parse(Buffer.from(data, 'base64').toString()) as Item).ContactId;

/** Describes a payload without an id by its length and a hash. */
const describePayload = (payload: Uint8Array) =>
  `${payload.length} bytes, SHA-256 ${createHash('sha256').update(payload).digest('hex').slice(0, 12)}`;
