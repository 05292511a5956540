/** Lambda's own schedule is not documented; this one is short enough to watch. */
const BACK_OFF_MS = { first: 100, max: 10_000 };

/**
 * Computes the pause after a number of failures in a row (0 for the first pause).
 *
 * The pause doubles up to a limit. Half of it is random, so that shards do not retry in step.
 *
 * @param random returns 0 up to 1
 */
export function computeBackOffMs(failures: number, random: () => number): number {
  const longest = Math.min(BACK_OFF_MS.max, BACK_OFF_MS.first * 2 ** Math.min(failures, 20));
  return longest * (0.5 + random() / 2);
}
