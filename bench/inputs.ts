/** Generates the input of the contenders, and the expected end state. The same arguments give the same records. */
import {
  createKinesisEventRecord,
  type KinesisEventRecord,
} from '../local/event-source-mapping/kinesis-event';
import { buildRecord, type ContactRecord, formatTimestamp } from '../local/generator/build-record';
import { createUnservedContact, createServedContact } from '../local/generator/contact-histories';
import { type Random, createRandom } from '../local/generator/random';
import type { Input } from './results';

/** The expected end state. */
export interface Expected {
  /** `LastUpdateTimestamp` of the newest version of each contact, by `ContactId`. */
  readonly newest: ReadonlyMap<string, string>;
  /** Contacts that must be published once each. */
  readonly abandoned: ReadonlySet<string>;
  /** The number of deliveries that can never be processed. */
  readonly poison: number;
}

/** A record in the stream. A poison record has no version. */
export interface Delivery {
  readonly event: KinesisEventRecord;
  readonly version?: Version;
}

interface Version {
  readonly record: ContactRecord;
  readonly abandoned: boolean;
}

export interface BenchInput {
  readonly deliveries: readonly Delivery[];
  readonly expected: Expected;
}

/**
 * Generates the same bytes for the same arguments.
 *
 * @param count - number of deliveries: up to 500, or a multiple of 500
 */
export function generateInput(kind: Input, count: number): BenchInput {
  const random = createRandom(count);
  const distinct = () => Array.from({ length: count }, () => generateContact(random, false));
  return deliver(kind === 'distinct' ? distinct() : mix(random, count));
}

/** Generates contacts with two fields. Nearly ten thousand fit into one event. */
export function generateShortInput(count: number): BenchInput {
  const random = createRandom(count);
  const generate = () => ({ ContactId: random.uuid(), LastUpdateTimestamp: formatTimestamp(START) });
  return deliver(Array.from({ length: count }, () => ({ record: generate(), abandoned: false })));
}

/** Length of a stretch of deliveries. Half of the copies and newer versions are in the stretch of their first version. */
const STRETCH = 500;
/** Positions in each 20 deliveries: 15 % copies and 10 % newer versions. One in 1,000 deliveries is poison. */
const PLACES = { copy: [5, 11, 17], newer: [8, 14] };
/** Share of the contacts that are abandoned. */
const ABANDONED = 0.08;

const POISON = 'poison';
type Payload = Version | typeof POISON;

function mix(random: Random, count: number): Payload[] {
  const stretches = count / STRETCH;
  // All repeats in the first stretch are near, because no delivery precedes it. So fewer are near in the others.
  const near = stretches <= 1 ? 1 : (stretches / 2 - 1) / (stretches - 1);
  const contacts: { readonly first: Version; hasNewer: boolean }[] = [];
  const repeats = { copy: 0, newer: 0 };
  let stretchStart = 0;
  const pick = (kind: 'copy' | 'newer') => {
    const isNear = stretchStart === 0 || isOneOfShare(repeats[kind]++, near);
    const candidates = isNear ? contacts.slice(stretchStart) : contacts.slice(0, stretchStart);
    return random.pick(kind === 'copy' ? candidates : candidates.filter(({ hasNewer }) => !hasNewer));
  };
  return Array.from({ length: count }, (_, index): Payload => {
    if (index % STRETCH === 0) stretchStart = contacts.length;
    if (index % 1_000 === 50) return POISON;
    if (PLACES.copy.includes(index % 20)) return pick('copy').first;
    if (PLACES.newer.includes(index % 20)) {
      const contact = pick('newer');
      contact.hasNewer = true;
      return update(random, contact.first);
    }
    const first = generateContact(random, isOneOfShare(contacts.length, ABANDONED));
    contacts.push({ first, hasNewer: false });
    return first;
  });
}

const isOneOfShare = (index: number, share: number): boolean =>
  Math.floor((index + 1) * share) > Math.floor(index * share);

/** Creates a newer version with an added attribute, minutes to days later. */
function update(random: Random, { record, abandoned }: Version): Version {
  const at = Date.parse(record.LastUpdateTimestamp) / 1000 + random.whole(60, 600_000);
  const Attributes = { ...(record.Attributes as object), surveyScore: '4' };
  return { record: { ...record, Attributes, LastUpdateTimestamp: formatTimestamp(at) }, abandoned };
}

const START = Date.UTC(2026, 2, 5, 9) / 1000;
const DAY_SECONDS = 24 * 60 * 60;

/** Generates a contact of about 1.7 KB, from a contact centre without hierarchy or recordings. */
function generateContact(random: Random, abandoned: boolean): Version {
  const start = START + random.whole(0, DAY_SECONDS);
  const but = { shape: 'old', more: { Attributes: { language: 'en', menuPath: '2-3-1' } } } as const;
  const createContact = abandoned ? createUnservedContact : createServedContact;
  const record = buildRecord(random, createContact(random, start, but));
  const Agent = abandoned ? null : { ...(record.Agent as object), HierarchyGroups: null };
  return { record: { ...record, Agent, Recording: null, Recordings: null }, abandoned };
}

function deliver(payloads: readonly Payload[]): BenchInput {
  const newest = new Map<string, string>();
  const abandoned = new Set<string>();
  const deliveries = payloads.map((payload, index): Delivery => {
    if (payload === POISON) return { event: toEvent('{"AWSAccountId":"111122223333","Agent":nu', index) };
    const { ContactId, LastUpdateTimestamp } = payload.record;
    const known = newest.get(ContactId);
    if (known === undefined || known < LastUpdateTimestamp) newest.set(ContactId, LastUpdateTimestamp);
    if (payload.abandoned) abandoned.add(ContactId);
    return { event: toEvent(JSON.stringify(payload.record), index), version: payload };
  });
  const poison = payloads.filter((payload) => payload === POISON).length;
  return { deliveries, expected: { newest, abandoned, poison } };
}

function toEvent(data: string, index: number): KinesisEventRecord {
  const record = {
    sequenceNumber: `4966${String(index).padStart(52, '0')}`,
    partitionKey: String(index),
    data: Buffer.from(data),
    arrival: new Date(START * 1000),
  };
  return createKinesisEventRecord(record, 'shardId-000000000000', {
    streamArn: 'arn:aws:kinesis:us-east-1:111122223333:stream/contacts',
    roleArn: 'arn:aws:iam::111122223333:role/contacts',
  });
}
