/** What a few repetitions say. */
import type { Measured } from './results';

/** @throws RangeError for nothing measured */
export function measured(values: readonly number[]): Measured {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: quantile(sorted, 0.5), least: quantile(sorted, 0), most: quantile(sorted, 1) };
}

/**
 * The value below which this share of the values lies, between two values in proportion.
 *
 * @param sorted - ascending
 */
export function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (below === undefined || above === undefined) throw new RangeError('nothing measured');
  return below + (above - below) * (place % 1);
}
