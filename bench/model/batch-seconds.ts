import type { Results } from '../results';
import { DEPLOYED } from './prices';

/** Seconds that the function takes for a batch of so many records. */
export type BatchSeconds = (records: number) => number;

/** The stub's latency that comes nearest to DynamoDB in the same region. */
export const LATENCY_MS = 5;

/** Lambda gives a core for each 1,769 MB of memory. */
export const VCPUS = (DEPLOYED.memoryGib * 1024) / 1_769;

/**
 * The measured medians, and what lies between them on a straight line; a batch takes no less than its CPU time on the
 * part of a core that the function has in Lambda. A batch smaller than the smallest measured one takes as long as that; a
 * larger one than the largest grows by the largest one's time per record.
 *
 * @throws Error if nothing was measured at this latency
 */
export function measuredBatchSeconds({
  batchSeconds,
  runs,
}: Pick<Results, 'batchSeconds' | 'runs'>): BatchSeconds {
  const measured = batchSeconds
    .filter(({ latencyMs }) => latencyMs === LATENCY_MS)
    .map(({ batchSize, seconds }) => ({
      x: batchSize,
      y: Math.max(seconds.median, cpuSeconds(runs, batchSize) / VCPUS),
    }))
    .sort((a, b) => a.x - b.x);
  const last = measured.at(-1);
  if (!last) throw new Error(`No batch was measured at a latency of ${LATENCY_MS} ms.`);
  return (records) => (records > last.x ? (last.y * records) / last.x : interpolated(measured, records));
}

/** Zero where it was not measured. */
function cpuSeconds(runs: Results['runs'], batchSize: number): number {
  const run = runs.find(
    (of) =>
      of.contender === 'pipeline' &&
      of.input === 'distinct' &&
      of.services === 'stub' &&
      of.latencyMs === LATENCY_MS &&
      of.batchSize === batchSize,
  );
  return ((run?.cpuMicrosecondsPerRecord.median ?? 0) * batchSize) / 1_000_000;
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
