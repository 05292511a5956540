import type { KinesisStreamRecord } from 'aws-lambda';

/** One run of the function, in a process of its own. */
export interface Invocation {
  name: string;
  records: readonly KinesisStreamRecord[];
  startedAt: number;
  /** How far its clock is ahead, in milliseconds. */
  skew: number;
  /** `killed`: its results no longer count. */
  state: 'running' | 'ended' | 'killed';
}
