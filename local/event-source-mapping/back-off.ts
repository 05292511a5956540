/** Lambda's own schedule is not documented; this one is short enough to watch. */
const BACK_OFF_MS = { first: 100, max: 10_000 };

/**
 * Milliseconds to wait after that many failures in a row (0 for the first pause). Doubles up to a limit; half of it is
 * left to chance, so that shards don't retry in step.
 *
 * @param random 0 up to 1
 */
export function backOff(failures: number, random: () => number): number {
  const longest = Math.min(BACK_OFF_MS.max, BACK_OFF_MS.first * 2 ** Math.min(failures, 20));
  return longest * (0.5 + random() / 2);
}
