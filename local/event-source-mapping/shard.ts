import type { ShardProgress } from './checkpoints';
import type { EventSourceMappingOptions } from './event-source-mapping';

/** One shard of a running mapping: what its lanes and their batches share. */
export interface Shard {
  shardId: string;
  options: EventSourceMappingOptions;
  stopping: AbortSignal;
  /** Where reading begins: behind this sequence number, or at the oldest record. */
  startAfter: string | undefined;
  progress: ShardProgress;
  /** Takes what went wrong last, for a person to read; `undefined` when things go well again. */
  onProblem: (problem: string | undefined) => void;
}
