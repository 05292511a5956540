/** Defines the types that the parts of the local event source mapping share. */
import type { InvocationOutcome } from '../stack/function-process';
import type { SequenceNumbersByShard, ShardProgress } from './checkpoints';
import type { EventOrigin, KinesisEvent, KinesisEventRecord, StreamRecord } from './kinesis-event';
import type { StreamShard } from './readable-shards';

export interface MappingSettings {
  /** Maximum number of records in a batch: 1 to 10,000. */
  batchSize: number;
  /** How long a batch waits for more records: 0 to 300. With 0, a batch takes the records that are there. */
  batchingWindowSeconds: number;
  /** Whether the function's `batchItemFailures` are used. Without them, a batch is done or failed as a whole. */
  reportBatchItemFailures: boolean;
  /** Whether a batch that failed as a whole is retried in two halves, so that its poison record is isolated. */
  bisectBatchOnFunctionError: boolean;
  /** Retries after the first try, or -1: without a limit. */
  maximumRetryAttempts: number;
  /** A record that is older than this is given up, whether it was tried or not. -1: never. */
  maximumRecordAgeSeconds: number;
  /** Concurrent batches for each shard: 1 to 10. The records of one partition key stay in order. */
  parallelizationFactor: number;
}

export interface MappingPorts {
  /** Lists the stream's shards, the closed ones included. A rejection is retried, with increasing pauses. */
  listShards: () => Promise<StreamShard[]>;
  /**
   * Reads at most `limit` records after a sequence number, or from the oldest one on. `behind`: the shard has more.
   * `ended`: the shard was split or merged, and these are its last records. A rejection is retried, with increasing
   * pauses.
   */
  readRecords: (
    shardId: string,
    after: string | undefined,
    limit: number,
  ) => Promise<{ records: StreamRecord[]; behind: boolean; ended: boolean }>;
  /** Runs the function. A rejection means that the function did not get the event; it does not count as a try. */
  invoke: (event: KinesisEvent) => Promise<InvocationOutcome>;
  /**
   * Writes to the failure destination. After a rejection, and without this port, the records that are given up are
   * dropped, as Lambda does.
   */
  putFailureObject?: ((object: FailureObject) => Promise<unknown>) | undefined;
  /** Resolves after a time, or earlier when the signal is aborted. */
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Returns Unix milliseconds: the age of a record is counted from its arrival at the stream. */
  now: () => number;
  /** Returns 0 up to 1. */
  random: () => number;
}

/** Describes one batch after the function was invoked with it. */
export interface Invocation {
  shardId: string;
  /** Records in the batch, and how many of them, from its start, are done now. */
  records: number;
  done: number;
  doneRecords: readonly KinesisEventRecord[];
  /** 1 for the first try, and again for the first one after a batch was done in part or split. */
  attempt: number;
  durationMilliseconds: number;
  outcome: InvocationOutcome;
}

/** Why the mapping has given records up. */
export type FailureCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

/** Records that the mapping no longer retries. */
export interface GivenUp {
  shardId: string;
  condition: FailureCondition;
  records: KinesisEventRecord[];
  /** Invocations with these records since the last progress; 0 for records that were too old from the start. */
  attempts: number;
  /** The records are lost: no failure object has them. */
  isDropped: boolean;
}

/** An object in the mapping's S3 failure destination. */
export interface FailureObject {
  key: string;
  /** JSON. */
  body: string;
}

export interface EventSourceMappingOptions {
  /** The mapping's UUID, and the function's ARN: failure objects name them. */
  id: string;
  functionArn: string;
  origin: EventOrigin;
  settings: MappingSettings;
  ports: MappingPorts;
  /**
   * Checkpoints of an earlier mapping: records after them are delivered again.
   * @default each shard is read from its oldest record on
   */
  startAfter?: SequenceNumbersByShard | undefined;
  /** Called with each invocation after it has ended. */
  onInvocation?: ((invocation: Invocation) => void) | undefined;
  /** Called with the records that the mapping no longer retries. */
  onGivenUp?: ((givenUp: GivenUp) => void) | undefined;
}

/** One shard of a running mapping: what its lanes and their batches share. */
export interface Shard {
  shardId: string;
  options: EventSourceMappingOptions;
  stopping: AbortSignal;
  /** Where reading begins: after this sequence number, or at the oldest record. */
  startAfter: string | undefined;
  progress: ShardProgress;
  /** Waits after a number of consecutive failures; the pauses increase. */
  pause: (failures: number) => Promise<void>;
  /** Called with the last problem, for error messages; with `undefined` once there is none. */
  onProblem: (problem: string | undefined) => void;
}
