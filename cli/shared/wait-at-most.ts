/** Limits the time to wait for a promise. */
import { setTimeout as sleep } from 'node:timers/promises';

export const TIME_IS_OVER = Symbol('time is over');

/** Waits for a promise; resolves to `TIME_IS_OVER` if it does not settle within the limit. */
export async function waitAtMost<T>(
  milliseconds: number,
  promise: Promise<T>,
): Promise<T | typeof TIME_IS_OVER> {
  const settled = new AbortController();
  const limit = sleep<typeof TIME_IS_OVER>(milliseconds, TIME_IS_OVER, { signal: settled.signal });
  return Promise.race([promise, limit]).finally(() => {
    settled.abort();
  });
}
