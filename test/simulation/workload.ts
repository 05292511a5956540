/**
 * The deliveries of one simulated run, and what is known about each because it was created here.
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
  /** By event id. */
  known: ReadonlyMap<string, Known>;
  versions: readonly Version[];
  /** Contacts that are forgotten at some moment. */
  tombstones: readonly Tombstone[];
  /** The function's settings; most runs do not set them. */
  notifyWithinHours: number | undefined;
  contactRetentionDays: number | undefined;
}

/** What replaces a contact that is forgotten. */
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

  const shards: KinesisStreamRecord[][] = Array.from({ length: 1 + choices.choose(3) }, () => []);
  const known = new Map<string, Known>();
  let sequenceNumber = 0;
  while (payloads.length > 0) {
    const [taken] = payloads.splice(choices.choose(payloads.length), 1);
    const shard = choices.choose(shards.length);
    if (!taken) continue;
    sequenceNumber++;
    const delivery = createDelivery(taken[0], shard, sequenceNumber);
    shards[shard]?.push(delivery);
    known.set(delivery.eventID, taken[1]);
  }
  return { shards, known, versions, tombstones, notifyWithinHours, contactRetentionDays };
}

export const createDelivery = (payload: unknown, shard: number, sequenceNumber: number) => ({
  ...aDelivery(payload, sequenceNumber),
  eventID: `shardId-${shard}:${sequenceNumber}`,
});

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
