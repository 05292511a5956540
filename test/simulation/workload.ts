/**
 * Creates the deliveries of one simulated run, with what is known about each.
 */
import { gzipSync } from 'node:zlib';
import type { KinesisStreamRecord } from 'aws-lambda';
import { aDelivery } from '../factories';
import { TOMBSTONE_ATTRIBUTE } from '../../lambda/contact-records/contract';
import type { Choices } from './choices';
import { chooseRelated, chooseSingle, type Version } from './versions';

export type Known = { kind: 'version'; version: Version } | { kind: 'ignored' } | { kind: 'unreadable' };

export interface Workload {
  /** By shard, in order of their sequence numbers. */
  shards: KinesisStreamRecord[][];
  /** The shards that a shard was split or merged from, by number. Such a shard appears during the run. */
  parents: ReadonlyMap<number, readonly number[]>;
  /** By event id. */
  known: ReadonlyMap<string, Known>;
  versions: readonly Version[];
  /** Contacts that are forgotten at some moment. */
  tombstones: readonly Tombstone[];
  /** The function's settings; most runs do not set them. */
  notifyWithinHours: number | undefined;
  contactRetentionDays: number | undefined;
}

/** The tombstone that replaces a forgotten contact. */
export type Tombstone = Readonly<Record<string, unknown>> & { readonly ContactId: string };

const MINUTE = 1 / 60;
/** Limits that end before the run, in an outage, in a long outage, and never. */
const LIMITS_HOURS = [undefined, undefined, undefined, undefined, MINUTE / 2, 1.5 * MINUTE, 3 * MINUTE, 3];

export function createWorkload(choices: Choices): Workload {
  const notifyWithinHours = LIMITS_HOURS[choices.choose(LIMITS_HOURS.length)];
  const contactRetentionDays = choices.onceIn(3) ? 30 : undefined;
  const contacts = choices.onceIn(2) ? createRelated(choices) : createSingle(choices);
  const versions = contacts.flat();
  const tombstones = choices.onceIn(4) ? [createTombstone(contacts, choices)] : [];
  const payloads = versions.flatMap((version): [unknown, Known][] => {
    const known: Known = { kind: 'version', version };
    return Array.from({ length: 1 + choices.choose(2) }, () => [version.text, known]);
  });
  for (let others = choices.choose(3); others > 0; others--) {
    const poison = POISON[choices.choose(POISON.length)];
    payloads.push(
      poison === undefined ? [OTHER_EVENT, { kind: 'ignored' }] : [poison, { kind: 'unreadable' }],
    );
  }

  const stream = createStream(1 + choices.choose(3));
  const reshardOnceIn = choices.onceIn(2) ? 3 : 0;
  const known = new Map<string, Known>();
  let sequenceNumber = 0;
  while (payloads.length > 0) {
    const [taken] = payloads.splice(choices.choose(payloads.length), 1);
    if (choices.onceIn(reshardOnceIn)) stream.reshard(choices);
    const key = choices.choose(PARTITION_KEYS);
    if (!taken) continue;
    sequenceNumber++;
    const delivery = createDelivery(taken[0], stream.findShard(key), sequenceNumber, `key-${key}`);
    stream.shards[stream.findShard(key)]?.push(delivery);
    known.set(delivery.eventID, taken[1]);
  }
  const { shards, parents } = stream;
  return { shards, parents, known, versions, tombstones, notifyWithinHours, contactRetentionDays };
}

export function createDelivery(
  payload: unknown,
  shard: number,
  sequenceNumber: number,
  partitionKey: string,
): KinesisStreamRecord {
  const delivery = aDelivery(payload, sequenceNumber);
  return {
    ...delivery,
    kinesis: { ...delivery.kinesis, partitionKey },
    eventID: `shardId-${shard}:${sequenceNumber}`,
  };
}

const PARTITION_KEYS = 6;

/** Creates a stream whose shards divide the partition keys, and can be split and merged. */
function createStream(count: number) {
  const shards: KinesisStreamRecord[][] = [];
  const parents = new Map<number, readonly number[]>();
  const open = (keys: readonly number[], from: readonly number[] = []) => {
    if (from.length > 0) parents.set(shards.length, from);
    return { shard: shards.push([]) - 1, keys };
  };
  const allKeys = Array.from({ length: PARTITION_KEYS }, (_, key) => key);
  const divide = (keys: readonly number[], parts: number) =>
    Array.from({ length: parts }, (_, part) =>
      keys.slice(Math.floor((part * keys.length) / parts), Math.floor(((part + 1) * keys.length) / parts)),
    );
  /** Neighbours have neighbouring keys. */
  const opened = divide(allKeys, count).map((keys) => open(keys));
  return {
    shards,
    parents,
    findShard: (key: number) => opened.find(({ keys }) => keys.includes(key))?.shard ?? 0,
    /** Splits a shard, or merges it with the next one. */
    reshard: (choices: Choices) => {
      const at = choices.choose(opened.length);
      const [one, next] = opened.slice(at, at + 2);
      if (!one) return;
      if (next && choices.onceIn(2)) {
        opened.splice(at, 2, open([...one.keys, ...next.keys], [one.shard, next.shard]));
      } else if (one.keys.length > 1) {
        opened.splice(at, 1, ...divide(one.keys, 2).map((keys) => open(keys, [one.shard])));
      }
    },
  };
}

const createSingle = (choices: Choices): Version[][] =>
  Array.from({ length: 1 + choices.choose(3) }, (_, contact) =>
    Array.from({ length: 1 + choices.choose(4) }, (_, content) =>
      chooseSingle(`c-${contact + 1}`, content, choices),
    ),
  );

/** Creates pairs, chains and cycles of contacts, and contacts that name one previous contact. */
function createRelated(choices: Choices): Version[][] {
  const ids = ['c-1', 'c-2', 'c-3'].slice(0, 2 + choices.choose(2));
  const haveSamePrevious = choices.onceIn(3);
  return ids.map((_, index) =>
    Array.from({ length: 1 + choices.choose(3) }, (_, content) =>
      chooseRelated({ ids, index, content, previous: haveSamePrevious ? 0 : index - 1 }, choices),
    ),
  );
}

/** Creates a tombstone; it may have the fields of a version, which must decide nothing. */
function createTombstone(contacts: readonly (readonly Version[])[], choices: Choices): Tombstone {
  const versions = contacts[choices.choose(contacts.length)] ?? [];
  const { contactId = '', record } = versions[choices.choose(versions.length)] ?? {};
  return {
    ...(choices.onceIn(2) && record),
    ContactId: contactId,
    LastUpdateTimestamp: '9999-12-31T23:59:59Z',
    [TOMBSTONE_ATTRIBUTE]: true,
  };
}

const OTHER_EVENT = { EventType: 'HEART_BEAT', AgentARN: 'arn:agent' };

/** Payloads that are unreadable; the first stands for an event of another kind. */
const POISON: readonly unknown[] = [
  undefined,
  Buffer.from([0x7b, 0xff, 0x7d]),
  gzipSync('{"ContactId": "c-1", "LastUpdateTimestamp": "2026-01-01T09:00:09Z"}'),
  Buffer.from([0xf3, 0x89, 0x9a, 0xc2]),
  '{"ContactId": "c-1",',
  '[]',
  { LastUpdateTimestamp: '2026-01-01T09:00:09Z' },
  { ContactId: 'c-1', LastUpdateTimestamp: '2026-01-01T09:00:09.000Z' },
  '{"ContactId": "c-1", "LastUpdateTimestamp": "2026-01-01T09:00:09Z", "Number": 1e400}',
  '{"ContactId": "c-1", "LastUpdateTimestamp": "2026-01-01T09:00:09Z", "Attributes": {"": "no name"}}',
];
