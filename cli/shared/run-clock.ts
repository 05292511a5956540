/** Provides time to code that waits. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Clock {
  /** Returns milliseconds from any starting point. */
  now: () => number;
  /** Resolves after a time, or earlier when the run stops. */
  sleep: (milliseconds: number) => Promise<unknown>;
}

/** Creates a clock with the machine's time. Its sleep ends when `stopping` is aborted. */
export const createRunClock = (stopping: AbortSignal): Clock => ({
  now: () => performance.now(),
  sleep: (milliseconds) => sleep(milliseconds, undefined, { signal: stopping }).catch(() => undefined),
});
