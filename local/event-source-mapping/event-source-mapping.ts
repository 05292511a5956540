/**
 * What Lambda's event source mapping does between a Kinesis stream and a function: hands each shard's records to the
 * function in order, in batches, retries what the function could not do, and sets aside what it gives up. The
 * behaviour, row by row, and where it is known from: docs/event-source-mapping.md.
 *
 * The stream keeps its shards: splitting and merging them is not played.
 */
import { createCheckpoints, createShardProgress, type SequenceNumbersByShard } from './checkpoints';
import { deliver } from './deliver';
import type { FailureCondition, FailureObject } from './failure-destination';
import { lanesOf } from './lanes';
import type { Shard } from './shard';
import type { InvocationOutcome } from '../stack/function-process';
import type { EventOrigin, KinesisEvent, KinesisEventRecord, StreamRecord } from './kinesis-event';

export interface MappingSettings {
  /** Records in a batch, at most: 1 to 10,000. */
  batchSize: number;
  /** How long a batch is held back to fill up: 0 to 300. 0: whatever is there is sent at once. */
  batchingWindowSeconds: number;
  /** Whether the function's `batchItemFailures` count. Without it, a batch is done or failed as a whole. */
  reportBatchItemFailures: boolean;
  /** Whether a batch that failed as a whole is retried in two halves, so that it is narrowed down to its poison. */
  bisectBatchOnFunctionError: boolean;
  /** Retries after the first try, or -1: without a limit. */
  maximumRetryAttempts: number;
  /** A record that is older than this is given up, tried or not. -1: never. */
  maximumRecordAgeSeconds: number;
  /** Batches at the same time for each shard: 1 to 10. The records of one partition key stay in order. */
  parallelizationFactor: number;
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
  /**
   * Writes to the failure destination. A rejection is retried, with the same object, until the mapping is stopped: the
   * shard does not pass over a record that is nowhere else. Without this port, what is given up is dropped.
   */
  putFailureObject?: ((object: FailureObject) => Promise<unknown>) | undefined;
  /** Resolves after a time, or earlier when the signal is aborted. */
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Unix milliseconds: the age of a record is counted from its arrival at the stream. */
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
  /** 1 for the first try, and again for the first one after a batch was done in part or split. */
  attempt: number;
  durationMilliseconds: number;
  outcome: InvocationOutcome;
}

/** Records that the mapping has stopped retrying, and passes over: they are in the failure destination by now. */
export interface GivenUp {
  shardId: string;
  condition: FailureCondition;
  records: KinesisEventRecord[];
  /** Invocations with these records since the last progress; 0 for records that were too old from the start. */
  attempts: number;
}

export interface EventSourceMappingOptions {
  /** The mapping's UUID, and the function's ARN: failure objects name them. */
  id: string;
  functionArn: string;
  shardIds: string[];
  origin: EventOrigin;
  settings: MappingSettings;
  ports: MappingPorts;
  /**
   * Checkpoints of an earlier mapping: what was delivered after them comes again.
   * @default each shard is read from its oldest record on
   */
  startAfter?: SequenceNumbersByShard | undefined;
  onInvocation?: ((invocation: Invocation) => void) | undefined;
  onGivenUp?: ((givenUp: GivenUp) => void) | undefined;
}

export interface EventSourceMapping {
  /** The last sequence number of a shard up to which every record is done or given up. */
  checkpoint: (shardId: string) => string | undefined;
  /** Resolves when each shard is done up to the given sequence number; rejects after the limit, and when stopped. */
  caughtUp: (target: SequenceNumbersByShard, limitMilliseconds: number) => Promise<void>;
  /** Starts no further invocation; resolves when the running ones have ended, or after the limit. */
  stop: (limitMilliseconds: number) => Promise<void>;
}

/** Starts to read every shard. */
export function startEventSourceMapping(options: EventSourceMappingOptions): EventSourceMapping {
  const stopping = new AbortController();
  const checkpoints = createCheckpoints(options.startAfter);
  /** What went wrong last, by shard; only for a person to read. */
  const problems = new Map<string, string>();
  const ended = Promise.all(
    options.shardIds.map((shardId) =>
      runShard({
        shardId,
        options,
        stopping: stopping.signal,
        startAfter: checkpoints.get(shardId),
        progress: createShardProgress((sequenceNumber) => {
          checkpoints.advance(shardId, sequenceNumber);
        }),
        onProblem: (problem) => {
          if (problem === undefined) problems.delete(shardId);
          else problems.set(shardId, problem);
        },
      }),
    ),
  );
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
      const last = [...problems].map(([shardId, problem]) => `; ${shardId}: ${problem}`).join('');
      throw new Error(`the function was not done within ${limitMilliseconds / 1000} s${last}`);
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

/** Each lane hands over one batch at a time; lanes do not wait for each other. */
async function runShard(shard: Shard): Promise<void> {
  const runLane = async (nextBatch: () => Promise<KinesisEventRecord[]>) => {
    while (!shard.stopping.aborted) await deliver(await nextBatch(), shard);
  };
  await Promise.all(lanesOf(shard).map(runLane));
}
