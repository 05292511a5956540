/**
 * What Lambda's event source mapping does between a Kinesis stream and a function: hands each shard's records to the
 * function in order, in batches, one batch at a time for each shard, and retries what the function could not do.
 *
 * Not here yet: splitting a failed batch in two, the record age limit, failure objects, more than one batch at a time
 * for a shard. The stream keeps its shards.
 */
import { recordsDone } from './batch-result';
import { createCheckpoints, type SequenceNumbersByShard } from './checkpoints';
import type { InvocationOutcome } from './function-process';
import {
  kinesisEventRecord,
  type EventOrigin,
  type KinesisEvent,
  type KinesisEventRecord,
  type StreamRecord,
} from './kinesis-event';

/** An event has to fit into an invocation's payload. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;
/** Lambda polls a shard once a second. Here somebody waits; but each look costs the engine 15 ms of its one thread. */
const IDLE_POLL_MS = 500;
/** Lambda's own schedule is not documented; this one is short enough to watch. */
const BACKOFF_MS = { first: 100, max: 10_000 };

export interface MappingSettings {
  /** Records in a batch, at most: 1 to 10,000. */
  batchSize: number;
  /** How long a batch is held back to fill up. 0: whatever is there is sent at once. */
  batchingWindowSeconds: number;
  /** Whether the function's `batchItemFailures` count. Without it, a batch is done or failed as a whole. */
  reportBatchItemFailures: boolean;
  /** Retries after the first try, or -1: without a limit. */
  maximumRetryAttempts: number;
}

/** What the mapping needs from outside. */
export interface MappingPorts {
  /**
   * Reads at most `limit` records after a sequence number, or from the oldest one on. `behind`: the shard has more.
   * A rejection is retried, with a longer and longer pause.
   */
  readRecords: (
    shardId: string,
    after: string | undefined,
    limit: number,
  ) => Promise<{ records: StreamRecord[]; behind: boolean }>;
  /** Runs the function. A rejection means that it never got the event: that does not count as a try. */
  invoke: (event: KinesisEvent) => Promise<InvocationOutcome>;
  /** Resolves after a time, or earlier when the signal is aborted. */
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds, from any starting point. */
  now: () => number;
  /** 0 up to 1. */
  random: () => number;
}

/** One batch that was handed to the function, as it is told afterwards. */
export interface Invocation {
  shardId: string;
  /** Records in the batch, and how many of them, from its start, are done now. */
  records: number;
  done: number;
  /** 1 for the first try, and again for the first one after a batch was done in part. */
  attempt: number;
  durationMilliseconds: number;
  outcome: InvocationOutcome;
}

/** Records that the mapping has stopped retrying, and passes over. */
export interface GivenUp {
  shardId: string;
  records: KinesisEventRecord[];
  attempts: number;
}

export interface EventSourceMappingOptions {
  shardIds: string[];
  origin: EventOrigin;
  settings: MappingSettings;
  ports: MappingPorts;
  /** Each shard is read from behind its sequence number here. @default from its oldest record on */
  startAfter?: SequenceNumbersByShard | undefined;
  onInvocation?: ((invocation: Invocation) => void) | undefined;
  onGivenUp?: ((givenUp: GivenUp) => void) | undefined;
}

export interface EventSourceMapping {
  /** The last sequence number of a shard that is done (or given up). */
  checkpoint: (shardId: string) => string | undefined;
  /** Resolves when each shard is done up to the given sequence number; rejects after the limit, and when stopped. */
  caughtUp: (target: SequenceNumbersByShard, limitMilliseconds: number) => Promise<void>;
  /** Starts no further invocation; resolves when the running ones have ended, or after the limit. */
  stop: (limitMilliseconds: number) => Promise<void>;
}

/** Starts to read every shard, from its oldest record on or from where `startAfter` says. */
export function startEventSourceMapping(options: EventSourceMappingOptions): EventSourceMapping {
  const stopping = new AbortController();
  const checkpoints = createCheckpoints();
  for (const [shardId, done] of Object.entries(options.startAfter ?? {})) checkpoints.advance(shardId, done);
  const state: ShardState = {
    stopping: stopping.signal,
    advance: checkpoints.advance,
    problems: new Map(),
  };
  const ended = Promise.all(options.shardIds.map((shardId) => runShard(shardId, options, state)));
  // A fault of ours inside a shard's loop is told to those who wait: `caughtUp` and `stop`.
  ended.catch(() => undefined);

  return {
    checkpoint: checkpoints.get,
    caughtUp: async (target, limitMilliseconds) => {
      const limit = AbortSignal.timeout(limitMilliseconds);
      const stopped = ended.then(() => {
        throw new Error('the event source mapping has been stopped');
      });
      await Promise.race([checkpoints.reached(target, limit), stopped]);
      if (!limit.aborted) return;
      const problems = [...state.problems].map(([shardId, problem]) => `; ${shardId}: ${problem}`).join('');
      throw new Error(`the function was not done within ${limitMilliseconds / 1000} s${problems}`);
    },
    stop: async (limitMilliseconds) => {
      stopping.abort();
      const limit = new AbortController();
      await Promise.race([ended, options.ports.sleep(limitMilliseconds, limit.signal)]).finally(() => {
        limit.abort();
      });
    },
  };
}

interface ShardState {
  stopping: AbortSignal;
  advance: (shardId: string, sequenceNumber: string) => void;
  /** What went wrong last, by shard; only for a person to read. */
  problems: Map<string, string>;
}

async function runShard(shardId: string, options: EventSourceMappingOptions, state: ShardState) {
  const nextBatch = batchesOf(shardId, options, state);
  while (!state.stopping.aborted) {
    const batch = await nextBatch();
    if (batch.length > 0) await deliver(batch, shardId, options, state);
  }
}

/** Returns a function that collects a shard's next batch; the batch is empty only when the mapping is stopped. */
function batchesOf(shardId: string, options: EventSourceMappingOptions, state: ShardState) {
  const { ports, settings, origin } = options;
  // Read, but not in a batch yet. Reading stops as soon as there is a full batch.
  let waiting: { record: KinesisEventRecord; bytes: number }[] = [];
  let position: string | undefined = options.startAfter?.[shardId];

  const readMore = async (): Promise<boolean> => {
    for (let faults = 0; !state.stopping.aborted; faults += 1) {
      try {
        const { records, behind } = await ports.readRecords(
          shardId,
          position,
          settings.batchSize - waiting.length,
        );
        waiting.push(...records.map((record) => withSize(kinesisEventRecord(record, shardId, origin))));
        position = records.at(-1)?.sequenceNumber ?? position;
        return behind;
      } catch (error) {
        state.problems.set(shardId, `reading failed: ${String(error)}`);
        await ports.sleep(backoff(faults, ports.random), state.stopping);
      }
    }
    return false;
  };

  const take = (count: number): KinesisEventRecord[] => {
    const batch = waiting.slice(0, count).map(({ record }) => record);
    waiting = waiting.slice(count);
    return batch;
  };

  return async (): Promise<KinesisEventRecord[]> => {
    const windowEnd = ports.now() + settings.batchingWindowSeconds * 1000;
    let behind = true;
    while (!state.stopping.aborted) {
      const fitting = countThatFits(waiting.map(({ bytes }) => bytes));
      const isFull = waiting.length >= settings.batchSize || fitting < waiting.length;
      const left = windowEnd - ports.now();
      if (isFull || (waiting.length > 0 && !behind && left <= 0)) return take(fitting);
      if (!behind) {
        const pause = waiting.length > 0 ? Math.min(left, IDLE_POLL_MS) : IDLE_POLL_MS;
        await ports.sleep(pause, state.stopping);
      }
      behind = await readMore();
    }
    return [];
  };
}

/** Hands a batch to the function until all of it is done or given up, or the mapping is stopped. */
async function deliver(
  batch: KinesisEventRecord[],
  shardId: string,
  options: EventSourceMappingOptions,
  state: ShardState,
) {
  const { ports, settings } = options;
  const finish = (records: KinesisEventRecord[]) => {
    const last = records.at(-1);
    if (last !== undefined) state.advance(shardId, last.kinesis.sequenceNumber);
  };

  let rest = batch;
  let failures = 0;
  for (let pauses = 0; !state.stopping.aborted; pauses += 1) {
    const started = ports.now();
    const outcome = await ports.invoke({ Records: rest }).catch((error: unknown) => {
      state.problems.set(shardId, `the function could not be run: ${String(error)}`);
      return undefined;
    });
    if (outcome !== undefined) {
      const sequenceNumbers = rest.map(({ kinesis }) => kinesis.sequenceNumber);
      const done = recordsDone(outcome, sequenceNumbers, settings.reportBatchItemFailures);
      options.onInvocation?.({
        ...{ shardId, records: rest.length, done, attempt: failures + 1, outcome },
        durationMilliseconds: ports.now() - started,
      });
      finish(rest.slice(0, done));
      rest = rest.slice(done);
      if (rest.length === 0) {
        state.problems.delete(shardId);
        return;
      }
      state.problems.set(shardId, `${rest.length} records are not done: ${describe(outcome)}`);

      // The retries are counted anew once the batch has got anywhere.
      failures = done > 0 ? 0 : failures + 1;
      if (done > 0) pauses = 0;
      if (settings.maximumRetryAttempts >= 0 && failures > settings.maximumRetryAttempts) {
        options.onGivenUp?.({ shardId, records: rest, attempts: failures });
        finish(rest);
        return;
      }
    }
    await ports.sleep(backoff(pauses, ports.random), state.stopping);
  }
}

function describe(outcome: InvocationOutcome): string {
  switch (outcome.kind) {
    case 'returned':
      return 'the function asked for them again';
    case 'failed':
      return `${outcome.functionError.errorType}: ${outcome.functionError.errorMessage}`;
    case 'timed-out':
      return 'the function timed out';
  }
}

/** Doubles with every failure up to a limit; half of it is left to chance, so that shards don't retry in step. */
function backoff(failures: number, random: () => number): number {
  const longest = Math.min(BACKOFF_MS.max, BACKOFF_MS.first * 2 ** Math.min(failures, 20));
  return longest * (0.5 + random() / 2);
}

function withSize(record: KinesisEventRecord) {
  return { record, bytes: Buffer.byteLength(JSON.stringify(record)) + 1 };
}

/** How many records, from the first one on, fit into one event: at least one. */
function countThatFits(sizes: number[]): number {
  let bytes = Buffer.byteLength('{"Records":[]}');
  const tooMany = sizes.findIndex((size) => (bytes += size) > MAX_EVENT_BYTES);
  return tooMany === -1 ? sizes.length : Math.max(1, tooMany);
}
