/**
 * What the contenders are fed: contact records as Connect sends them, always the same ones, and what must have come of
 * them in the end.
 */
import { createUnservedContact, createServedContact } from '../local/generator/contact-histories';
import { type Random, createRandom } from '../local/generator/random';
import {
  type ContactRecord,
  buildRecord,
  type JsonObject,
  formatTimestamp,
} from '../local/generator/build-record';
import {
  createKinesisEventRecord,
  type KinesisEventRecord,
} from '../local/event-source-mapping/kinesis-event';
import type { Input } from './results';

/** Half of the copies and newer versions come among so many records with the first delivery, half among later ones. */
const STRETCH = 500;

/** Shares of the deliveries of `mixed`; the last one of its contacts. */
const SHARE = { redelivered: 0.15, newer: 0.1, poison: 0.001, abandoned: 0.08 };

/** The right end state. */
export interface Expected {
  /** `LastUpdateTimestamp` of the newest version of every contact, by `ContactId`. */
  readonly newest: ReadonlyMap<string, string>;
  /** Contacts that are to be published, once each. */
  readonly abandoned: ReadonlySet<string>;
  /** How many deliveries can never be processed. */
  readonly poison: number;
}

/** A record in the stream; without a version it is poison. */
export interface Delivery {
  readonly event: KinesisEventRecord;
  readonly version?: Version;
}

export interface Version {
  readonly record: ContactRecord;
  readonly abandoned: boolean;
}

export interface BenchInput {
  readonly deliveries: readonly Delivery[];
  readonly expected: Expected;
}

/**
 * The same call gives the same bytes.
 *
 * @param count - of deliveries: up to 500, or a multiple of it
 */
export function inputOf(kind: Input, count: number): BenchInput {
  const random = createRandom(count);
  switch (kind) {
    case 'distinct':
      return delivered(Array.from({ length: count }, () => aContact(random, false)));
    case 'mixed':
      return delivered(mixed(random, count));
  }
}

/** Contacts with next to nothing in them: of such, nearly ten thousand fit into one event. */
export function shortInput(count: number): BenchInput {
  const random = createRandom(count);
  const record = () => ({
    ContactId: random.uuid(),
    LastUpdateTimestamp: formatTimestamp(START),
  });
  return delivered(Array.from({ length: count }, () => ({ record: record(), abandoned: false })));
}

const POISON = 'poison';
type Payload = Version | typeof POISON;

/** A contact, where in its stretch it is delivered first (0 to 1), and whether it has a newer version already. */
interface Contact {
  readonly first: Version;
  readonly at: number;
  newer: boolean;
}

function mixed(random: Random, count: number): Payload[] {
  const stretches = Math.ceil(count / STRETCH);
  const near = stretches === 1 ? 1 : 0.5;
  const inEach = (share: number) => spread(Math.round(count * share), stretches);
  // The first stretch has nothing before it.
  const inLater = (share: number) => [0, ...spread(Math.round(count * share), stretches - 1)];
  const counts = {
    poison: spread(Math.max(1, Math.round(count * SHARE.poison)), stretches),
    nearCopies: inEach(SHARE.redelivered * near),
    nearNewer: inEach(SHARE.newer * near),
    farCopies: inLater(SHARE.redelivered * (1 - near)),
    farNewer: inLater(SHARE.newer * (1 - near)),
  };
  const fraction = () => random.whole(0, 1e9) / 1e9;
  const earlier: Contact[] = [];
  const all: Payload[] = [];

  for (let stretch = 0; stretch < stretches; stretch++) {
    const size = Math.min(STRETCH, count - all.length);
    const repeated = Object.values(counts).reduce((sum, of) => sum + (of[stretch] ?? 0), 0);
    const fresh = Array.from({ length: size - repeated }, (_, index): Contact => {
      const abandoned = isOneOfShare(earlier.length + index, SHARE.abandoned);
      return { first: aContact(random, abandoned), at: fraction(), newer: false };
    });
    const placed: { payload: Payload; at: number }[] = fresh.map(({ first, at }) => ({ payload: first, at }));
    const behind = (contact: Contact) => contact.at + (1 - contact.at) * fraction();
    const times = (of: readonly number[], place: () => { payload: Payload; at: number }) => {
      for (let i = 0; i < (of[stretch] ?? 0); i++) placed.push(place());
    };
    times(counts.poison, () => ({ payload: POISON, at: fraction() }));
    times(counts.nearCopies, () => {
      const contact = random.pick(fresh);
      return { payload: contact.first, at: behind(contact) };
    });
    times(counts.nearNewer, () => {
      const contact = withoutNewer(random, fresh);
      return { payload: newer(random, contact), at: behind(contact) };
    });
    times(counts.farCopies, () => ({ payload: random.pick(earlier).first, at: fraction() }));
    times(counts.farNewer, () => ({ payload: newer(random, withoutNewer(random, earlier)), at: fraction() }));
    all.push(...placed.sort((a, b) => a.at - b.at).map(({ payload }) => payload));
    earlier.push(...fresh);
  }
  return all;
}

/** The total in so many parts that differ by one at the most. */
const spread = (total: number, parts: number): number[] =>
  Array.from(
    { length: parts },
    (_, i) => Math.floor((total * (i + 1)) / parts) - Math.floor((total * i) / parts),
  );

const isOneOfShare = (index: number, share: number): boolean =>
  Math.floor((index + 1) * share) > Math.floor(index * share);

function withoutNewer(random: Random, contacts: readonly Contact[]): Contact {
  for (;;) {
    const contact = random.pick(contacts);
    if (!contact.newer) return contact;
  }
}

/** Minutes to days later, something was written down about the contact. */
function newer(random: Random, contact: Contact): Version {
  contact.newer = true;
  const { record, abandoned } = contact.first;
  const at = Date.parse(record.LastUpdateTimestamp) / 1000 + random.whole(60, 600_000);
  const Attributes = { ...(record.Attributes as object), surveyScore: '4' };
  return { record: { ...record, Attributes, LastUpdateTimestamp: formatTimestamp(at) }, abandoned };
}

const START = Date.UTC(2026, 2, 5, 9) / 1000;
const DAY = 24 * 60 * 60;

/** Who talked to an agent, or gave up waiting: about 1.7 KB, of a centre without hierarchy or recordings. */
function aContact(random: Random, abandoned: boolean): Version {
  const start = START + random.whole(0, DAY);
  const but = { shape: 'old', more: { Attributes: { language: 'en', menuPath: '2-3-1' } } } as const;
  const record = buildRecord(
    random,
    (abandoned ? createUnservedContact : createServedContact)(random, start, but),
  );
  const Agent = abandoned ? null : { ...(record.Agent as JsonObject), HierarchyGroups: null };
  return { record: { ...record, Agent, Recording: null, Recordings: null }, abandoned };
}

function delivered(payloads: readonly Payload[]): BenchInput {
  const newest = new Map<string, string>();
  const abandoned = new Set<string>();
  let poison = 0;
  const deliveries = payloads.map((payload, index): Delivery => {
    if (payload === POISON) {
      poison++;
      return { event: eventOf('{"AWSAccountId":"111122223333","Agent":nu', index) };
    }
    const { ContactId, LastUpdateTimestamp } = payload.record;
    const known = newest.get(ContactId);
    if (known === undefined || known < LastUpdateTimestamp) newest.set(ContactId, LastUpdateTimestamp);
    if (payload.abandoned) abandoned.add(ContactId);
    return { event: eventOf(JSON.stringify(payload.record), index), version: payload };
  });
  return { deliveries, expected: { newest, abandoned, poison } };
}

const ORIGIN = {
  streamArn: 'arn:aws:kinesis:us-east-1:111122223333:stream/contacts',
  roleArn: 'arn:aws:iam::111122223333:role/contacts',
};

function eventOf(data: string, index: number): KinesisEventRecord {
  const record = {
    sequenceNumber: `4966${String(index).padStart(52, '0')}`,
    partitionKey: String(index),
    data: Buffer.from(data),
    arrival: new Date(START * 1000),
  };
  return createKinesisEventRecord(record, 'shardId-000000000000', ORIGIN);
}
