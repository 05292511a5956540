/**
 * How long a record waits: records arrive at a steady rate, whether or not the function keeps up, and whenever it is
 * free, it gets what has arrived.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { computeQuantile } from '../cli/shared/quantile';
import { MAIN_POINT } from './comparison';
import { type Delivery, inputOf } from './inputs';
import { batches, doneOf } from './pass';
import type { Lag } from './results';
import { endpointsOf, type Setting } from './setting';
import { measured } from './statistics';
import type { StubReport } from './stub/services';
import { startWorker, type Worker } from './worker';

const LOADS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const SECONDS = 3;
const LIMIT_MS = 30_000;

/** @param capacity - records a second that the function takes at the most */
export async function measureLag(setting: Setting, capacity: number): Promise<Lag[]> {
  const { bundles, stub, quick, onProgress, onStarted } = setting;
  const worker = startWorker(bundles.pipeline, {
    memoryMegabytes: bundles.memoryMegabytes,
    endpoints: endpointsOf(stub),
  });
  onStarted(worker);
  await stub.reset(0);
  for (const batch of batches(inputOf('mixed', quick ? 500 : 3_000).deliveries, MAIN_POINT.batchSize))
    await worker.invoke(batch);

  const lags: Lag[] = [];
  for (const load of quick ? [0.5] : LOADS) {
    onProgress(`lag at ${Math.round(load * 100)} % of the capacity`);
    const recordsPerSecond = load * capacity;
    const { deliveries } = inputOf('mixed', Math.ceil((recordsPerSecond * SECONDS) / 500) * 500);
    await stub.reset(MAIN_POINT.latencyMs);
    const arrivals = await arrive(worker, deliveries, recordsPerSecond);
    lags.push({ load, recordsPerSecond, ...lagOf(deliveries, arrivals, await stub.report()) });
  }
  await worker.stop();
  return lags;
}

/** @returns when each delivery arrived, Unix milliseconds */
async function arrive(worker: Worker, deliveries: readonly Delivery[], perSecond: number): Promise<number[]> {
  const now = () => performance.timeOrigin + performance.now();
  const startedAt = now();
  const arrivals = deliveries.map((_, index) => startedAt + (index / perSecond) * 1000);
  let done = 0;
  while (done < deliveries.length) {
    if (now() > startedAt + SECONDS * 1000 + LIMIT_MS) throw new Error('the function does not keep up');
    const waiting = deliveries.filter((_, index) => index >= done && (arrivals[index] ?? 0) <= now());
    const [batch] = batches(waiting, MAIN_POINT.batchSize);
    if (batch) {
      const invocation = await worker.invoke(batch);
      done += invocation ? doneOf(invocation.answer, batch) : 0;
    } else {
      await sleep(1);
    }
  }
  return arrivals;
}

/** From the first arrival of a version to its put, and from that of an abandoned contact to its message. */
export function lagOf(
  deliveries: readonly Delivery[],
  arrivals: readonly number[],
  { storedAt, publishedAt }: Pick<StubReport, 'storedAt' | 'publishedAt'>,
): Pick<Lag, 'stored' | 'published'> {
  const arrived = new Map<string, number>();
  for (const [index, { version }] of deliveries.entries()) {
    if (!version) continue;
    const { ContactId, LastUpdateTimestamp } = version.record;
    for (const key of [ContactId, `${ContactId}|${LastUpdateTimestamp}`]) {
      if (!arrived.has(key)) arrived.set(key, arrivals[index] ?? NaN);
    }
  }
  const percentiles = (times: StubReport['storedAt']) => {
    const lags = times.map(([key, at]) => at - (arrived.get(key) ?? NaN)).sort((a, b) => a - b);
    return { p50: measured(lags).median, p99: computeQuantile(lags, 0.99) };
  };
  return { stored: percentiles(storedAt), published: percentiles(publishedAt) };
}
