import type { KinesisStreamRecord } from 'aws-lambda';

/** One run of the function, in a process of its own. */
export interface Invocation {
  /** For the story. */
  name: string;
  records: readonly KinesisStreamRecord[];
  startedAt: number;
  /** By how much its clock is ahead, in milliseconds. */
  skew: number;
  /** `killed`: nothing that it does counts any more. */
  state: 'running' | 'ended' | 'killed';
}
