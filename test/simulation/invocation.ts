import type { KinesisStreamRecord } from 'aws-lambda';

/** The answer of a call, an error among them, or the end of a pause. */
export type Heard = { step: string; id: string; value: unknown } | 'pause';

/** One run of the function, in a process of its own. */
export interface Invocation {
  name: string;
  records: readonly KinesisStreamRecord[];
  startedAt: number;
  /** How far its clock is ahead, in milliseconds. */
  skew: number;
  /** The answers that it received, in order: after the same answers it does the same again. */
  heard: Heard[];
  /** `killed`: its results no longer count. */
  state: 'running' | 'ended' | 'killed';
}
