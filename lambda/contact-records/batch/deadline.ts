/**
 * The time that an invocation has. Every call to a service has a limit, so the worst case of what usually is to be done
 * for a contact is known, and work begins only while it still fits. At the deadline every call is ended.
 */

/** The most that one call may take, all attempts and pauses included. Then it is aborted: "not now". */
export const CALL_LIMIT_MS = 5_000;

/** What stays free at the end of an invocation for its answer, logs and metrics. */
const RESERVE_MS = 1_000;

export interface Deadline {
  /** Whether so many calls, one after the other, can end in time even if each takes as long as it may. */
  fits(calls: number): boolean;
  /** Ends a call at its limit, and at the deadline at the latest. */
  signal(): AbortSignal;
}

/**
 * @param remainingMs - what is left of the invocation, in milliseconds, now and at any later moment
 * @param abortedAfter - a signal that is aborted after so many milliseconds
 */
export function deadlineOf(
  remainingMs: () => number,
  abortedAfter: (milliseconds: number) => AbortSignal = (milliseconds) => AbortSignal.timeout(milliseconds),
): Deadline {
  const leftMs = () => Math.max(0, remainingMs() - RESERVE_MS);
  return {
    fits: (calls) => leftMs() >= calls * CALL_LIMIT_MS,
    signal: () => abortedAfter(Math.floor(Math.min(CALL_LIMIT_MS, leftMs()))),
  };
}
