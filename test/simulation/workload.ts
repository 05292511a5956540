/**
 * The deliveries of one simulated run, and what is known about each because it was created here.
 */
import { gzipSync } from 'node:zlib';
import type { KinesisStreamRecord } from 'aws-lambda';
import { aDelivery } from '../factories';
import type { Choices } from './choices';

/** One version of a contact; it may be delivered several times. */
export interface Version {
  contactId: string;
  /** `LastUpdateTimestamp`. */
  timestamp: string;
  record: Record<string, unknown>;
  text: string;
  isAbandoned: boolean;
  /** DynamoDB does not take the item. */
  isTooLarge: boolean;
  /** SNS does not take the message. */
  isRefused: boolean;
}

export type Known = { kind: 'version'; version: Version } | { kind: 'ignored' } | { kind: 'unreadable' };

export interface Workload {
  /** By shard, in order of their sequence numbers. */
  shards: KinesisStreamRecord[][];
  /** By event id. */
  known: ReadonlyMap<string, Known>;
  versions: readonly Version[];
  /** The function's setting; most runs do not set it. */
  notifyWithinHours: number | undefined;
}

/** When all contacts ended, in milliseconds since 1970. */
export const ENDED_AT = Date.UTC(2026, 0, 1, 8, 59);
const MINUTE = 1 / 60;
/** Limits that end before the run, in an outage, in a long outage, and never. */
const LIMITS_HOURS = [undefined, undefined, undefined, undefined, MINUTE / 2, 1.5 * MINUTE, 3 * MINUTE, 3];

/** Larger items are refused by the simulated table; low, so that thousands can be created. */
export const MAX_ITEM_CHARACTERS = 3_000;
/** The simulated topic refuses a message with this text. */
export const REFUSED_BY_SNS = 'the topic refuses this';

export function createWorkload(choices: Choices): Workload {
  const notifyWithinHours = LIMITS_HOURS[choices.choose(LIMITS_HOURS.length)];
  const contacts = 1 + choices.choose(3);
  const versions = Array.from({ length: contacts }, (_, contact) =>
    Array.from({ length: 1 + choices.choose(4) }, (_, content) =>
      createVersion(`c-${contact + 1}`, content, choices),
    ),
  ).flat();
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
    const delivery = aDelivery(taken[0], sequenceNumber);
    const eventID = `shardId-${shard}:${sequenceNumber}`;
    shards[shard]?.push({ ...delivery, eventID });
    known.set(eventID, taken[1]);
  }
  return { shards, known, versions, notifyWithinHours };
}

/** Creates a version; there are few timestamps, so that equal ones are common. */
function createVersion(contactId: string, content: number, choices: Choices): Version {
  const timestamp = `2026-01-01T09:00:0${choices.choose(4)}Z`;
  const kind = choices.choose(3);
  const isTooLarge = choices.onceIn(8);
  const isRefused = choices.onceIn(8);
  const record = {
    ContactId: contactId,
    LastUpdateTimestamp: timestamp,
    Channel: 'VOICE',
    DisconnectReason: kind === WAITING ? null : 'CUSTOMER_DISCONNECT',
    DisconnectTimestamp: kind === WAITING ? null : new Date(ENDED_AT).toISOString().replace('.000Z', 'Z'),
    Agent: kind === ANSWERED ? { Username: 'agent' } : null,
    Queue: { EnqueueTimestamp: '2026-01-01T08:58:00Z' },
    Attributes: {
      content: String(content),
      ...(isTooLarge && { padding: 'x'.repeat(MAX_ITEM_CHARACTERS) }),
      ...(isRefused && { mark: REFUSED_BY_SNS }),
    },
  };
  return {
    ...{ contactId, timestamp, record, isTooLarge, isRefused },
    text: JSON.stringify(record),
    isAbandoned: kind === ABANDONED,
  };
}

const ABANDONED = 0;
const ANSWERED = 1;
const WAITING = 2;

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
