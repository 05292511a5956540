/**
 * Limits the time of an invocation. Every call to a service has a limit, so the longest usual time for a contact is
 * known. Work starts only while that time remains. At the deadline, every call is aborted.
 */

/** Upper bound for one call, all attempts included, in milliseconds. A longer call is aborted and retried later. */
export const CALL_LIMIT_MS = 5_000;

/** Time that remains for the response, logs and metrics, in milliseconds. */
const RESERVE_MS = 1_000;

export interface Deadline {
  /** Returns whether this many sequential calls end in time if each takes its full limit. */
  hasTimeFor(calls: number): boolean;
  /** Returns a signal that aborts a call at its limit, or earlier at the deadline. */
  signal(): AbortSignal;
}

/**
 * Creates the deadline of one invocation.
 *
 * @param remainingMs - returns the remaining time of the invocation, in milliseconds
 * @param abortedAfter - returns a signal that is aborted after this many milliseconds
 */
export function createDeadline(
  remainingMs: () => number,
  abortedAfter: (milliseconds: number) => AbortSignal = (milliseconds) => AbortSignal.timeout(milliseconds),
): Deadline {
  const leftMs = () => Math.max(0, remainingMs() - RESERVE_MS);
  return {
    hasTimeFor: (calls) => leftMs() >= calls * CALL_LIMIT_MS,
    signal: () => abortedAfter(Math.floor(Math.min(CALL_LIMIT_MS, leftMs()))),
  };
}
