/** What a few repetitions say. */
import { computeQuantile } from '../cli/shared/quantile';
import type { Measured } from './results';

/** @throws RangeError for nothing measured */
export function measured(values: readonly number[]): Measured {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    median: computeQuantile(sorted, 0.5),
    least: computeQuantile(sorted, 0),
    most: computeQuantile(sorted, 1),
  };
}
