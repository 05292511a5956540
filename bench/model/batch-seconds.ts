import type { Results } from '../results';

/** Seconds that the function takes for a batch of so many records. */
export type BatchSeconds = (records: number) => number;

/** The stub's latency that comes nearest to DynamoDB in the same region. */
export const LATENCY_MS = 5;

/**
 * The measured medians, and what lies between them on a straight line. A batch smaller than the smallest measured one
 * takes as long as that; a larger one than the largest grows by the largest one's time per record.
 *
 * @throws Error if nothing was measured at this latency
 */
export function measuredBatchSeconds({ batchSeconds }: Pick<Results, 'batchSeconds'>): BatchSeconds {
  const measured = batchSeconds
    .filter(({ latencyMs }) => latencyMs === LATENCY_MS)
    .map(({ batchSize, seconds }) => ({ x: batchSize, y: seconds.median }))
    .sort((a, b) => a.x - b.x);
  const first = measured[0];
  const last = measured.at(-1);
  if (!first || !last) throw new Error(`No batch was measured at a latency of ${LATENCY_MS} ms.`);
  return (records) => {
    if (records > last.x) return (last.y * records) / last.x;
    return interpolated(measured, records);
  };
}

/** On straight lines between points in ascending order of `x`; beyond the ends, the end's own value. */
export function interpolated(
  points: readonly { readonly x: number; readonly y: number }[],
  x: number,
): number {
  const at = points.findIndex((point) => point.x >= x);
  const right = points[at] ?? points.at(-1);
  const left = points[at - 1] ?? right;
  if (!left || !right) throw new Error('There is nothing to interpolate.');
  if (at === -1 || left.x === right.x) return right.y;
  return left.y + ((right.y - left.y) * (x - left.x)) / (right.x - left.x);
}
