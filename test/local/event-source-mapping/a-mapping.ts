/** A mapping on a stream and a function of the test's own, and what both saw. */
import {
  startEventSourceMapping,
  type EventSourceMapping,
} from '../../../local/event-source-mapping/event-source-mapping';
import type {
  EventSourceMappingOptions,
  FailureObject,
  GivenUp,
  Invocation,
  MappingSettings,
} from '../../../local/event-source-mapping/types';
import type { InvocationOutcome } from '../../../local/stack/function-process';
import type { KinesisEvent, StreamRecord } from '../../../local/event-source-mapping/kinesis-event';

export const SHARD = 'shardId-000000000000';
/** When the clock starts. Records have arrived by then, unless a test says otherwise. */
export const START = new Date('2026-11-24T10:20:30.456Z');
/** Generous: time costs nothing in these tests, but the machine may be busy. */
const LIMIT_MS = 20_000;
export const NEVER = 60_000;

export const SUCCESS: InvocationOutcome = { kind: 'returned', payload: { batchItemFailures: [] } };
export const THROWN: InvocationOutcome = {
  kind: 'failed',
  functionError: { errorType: 'Error', errorMessage: 'no good' },
};
export const returning = (payload: unknown): InvocationOutcome => ({ kind: 'returned', payload });
export const naming = (...identifiers: unknown[]): InvocationOutcome =>
  returning({ batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })) });

/** The function's answer to a batch, given its sequence numbers and the number of batches so far. */
export type Handle = (
  sequenceNumbers: string[],
  call: number,
) => InvocationOutcome | Promise<InvocationOutcome>;

/** Records with the given sequence numbers, each with a partition key of its own unless a key is given. */
export const records = (
  sequenceNumbers: number[],
  { bytes = 1, arrival = START, key }: { bytes?: number; arrival?: Date; key?: string } = {},
): StreamRecord[] =>
  sequenceNumbers.map((number) => ({
    sequenceNumber: String(number),
    partitionKey: key ?? `key-${number}`,
    data: new Uint8Array(bytes),
    arrival,
  }));

export const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
export const lengths = (batches: string[][]) => batches.map(({ length }) => length);
export const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

export interface AMappingOptions {
  shards?: Record<string, StreamRecord[]>;
  /** The shards that a shard was split or merged from. A shard with a child is closed. */
  parents?: Record<string, string[]>;
  /** Called before the shards are listed; may throw. */
  onList?: () => void;
  settings?: Partial<MappingSettings>;
  startAfter?: Record<string, string>;
  handle?: Handle;
  /** How many records one read gives, at most. */
  readLimit?: number;
  /** Called before each read; may throw. */
  onRead?: () => void;
  /** Called before each failure object is kept; may throw. `'none'`: the mapping has no destination. */
  destination?: 'none' | ((object: FailureObject) => void);
  random?: () => number;
  onGivenUp?: (givenUp: GivenUp) => void;
}

/** Its clock only moves when the mapping sleeps or the test says so. */
export function aMapping(options: AMappingOptions = {}) {
  const shards = options.shards ?? { [SHARD]: records(upTo(10)) };
  const parents = options.parents ?? {};
  const events: KinesisEvent[] = [];
  const batches: string[][] = [];
  const sentAt: number[] = [];
  const sleeps: number[] = [];
  const invocations: Invocation[] = [];
  const givenUp: GivenUp[] = [];
  const objects: FailureObject[] = [];
  let clock = 0;

  const mappingOptions: EventSourceMappingOptions = {
    id: 'the-mapping',
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
    origin: { streamArn: 'arn:stream', roleArn: 'arn:role' },
    startAfter: options.startAfter,
    settings: {
      batchSize: 100,
      batchingWindowSeconds: 0,
      reportBatchItemFailures: true,
      bisectBatchOnFunctionError: false,
      maximumRetryAttempts: -1,
      maximumRecordAgeSeconds: -1,
      parallelizationFactor: 1,
      ...options.settings,
    },
    ports: {
      listShards: async () => {
        await Promise.resolve();
        options.onList?.();
        return Object.keys(shards).map((shardId) => ({ shardId, parentIds: parents[shardId] ?? [] }));
      },
      readRecords: async (shardId, after, limit) => {
        await Promise.resolve();
        options.onRead?.();
        const rest = (shards[shardId] ?? []).filter(
          ({ sequenceNumber }) => after === undefined || BigInt(sequenceNumber) > BigInt(after),
        );
        const read = rest.slice(0, Math.min(limit, options.readLimit ?? Infinity));
        const behind = rest.length > read.length;
        return { records: read, behind, ended: !behind && Object.values(parents).flat().includes(shardId) };
      },
      invoke: async (event) => {
        events.push(event);
        sentAt.push(clock);
        const sequenceNumbers = event.Records.map(({ kinesis }) => kinesis.sequenceNumber);
        batches.push(sequenceNumbers);
        return (await options.handle?.(sequenceNumbers, batches.length)) ?? SUCCESS;
      },
      putFailureObject:
        options.destination === 'none'
          ? undefined
          : async (object) => {
              await Promise.resolve();
              if (typeof options.destination === 'function') options.destination(object);
              objects.push(object);
            },
      sleep: async (milliseconds) => {
        sleeps.push(milliseconds);
        clock += milliseconds;
        await nextTurn();
      },
      now: () => START.getTime() + clock,
      random: options.random ?? (() => 0),
    },
    onInvocation: (invocation) => invocations.push(invocation),
    onGivenUp: (given) => {
      options.onGivenUp?.(given);
      givenUp.push(given);
    },
  };
  const mapping = startEventSourceMapping(mappingOptions);
  running.push(mapping);
  /** Waits until the last record of each shard is done. */
  const finished = () =>
    mapping.caughtUp(
      Object.fromEntries(
        Object.entries(shards).flatMap(([id, all]) => all.slice(-1).map((last) => [id, last.sequenceNumber])),
      ),
      LIMIT_MS,
    );
  return {
    mapping,
    shards,
    parents,
    events,
    batches,
    sentAt,
    sleeps,
    invocations,
    givenUp,
    objects,
    finished,
    /** Milliseconds since the start. */
    time: () => clock,
    pass: (milliseconds: number) => {
      clock += milliseconds;
    },
  };
}

const running: EventSourceMapping[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((mapping) => mapping.stop(1_000)));
});
