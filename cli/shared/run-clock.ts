/** The time of a run: of what waits. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds, from any starting point. */
  now: () => number;
  /** Resolves after a time, or earlier when the run is to stop. */
  sleep: (milliseconds: number) => Promise<unknown>;
}

/** Creates the machine's own clock; a run that is to stop does not sleep. */
export const createRunClock = (stopping: AbortSignal): Clock => ({
  now: () => performance.now(),
  sleep: (milliseconds) => sleep(milliseconds, undefined, { signal: stopping }).catch(() => undefined),
});
