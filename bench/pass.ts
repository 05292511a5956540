/**
 * One pass of a contender over an input, delivered as an event source mapping with one shard does: batch by batch, and
 * after a failure again from the lowest record that failed.
 */
import { readBatchResult } from '../local/event-source-mapping/batch-result';
import type { KinesisEventRecord } from '../local/event-source-mapping/kinesis-event';
import type { Delivery } from './inputs';
import type { Worker } from './worker';

/** Lambda hands over no more than this in one event. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;
/** A mapping would go on for days. */
const MOST_ATTEMPTS = 5;

export interface Pass {
  /** What the invocations took together, and what a person with a watch saw: with the transport of the events. */
  readonly handlerSeconds: number;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly invocations: number;
  readonly peakKib: number;
  /** Records at which the contender did not get on, and which were skipped after five attempts. */
  readonly stalls: number;
}

export async function pass(
  worker: Worker,
  deliveries: readonly Delivery[],
  batchSize: number,
): Promise<Pass> {
  const total = { handlerSeconds: 0, cpuSeconds: 0, invocations: 0, peakKib: 0, stalls: 0 };
  const startedAt = performance.now();
  for (const batch of batches(deliveries, batchSize)) {
    let rest = batch;
    let attempts = 0;
    while (rest.length > 0) {
      const invocation = await worker.invoke(rest);
      total.handlerSeconds += (invocation?.milliseconds ?? 0) / 1000;
      total.cpuSeconds += (invocation?.cpuMicroseconds ?? 0) / 1e6;
      total.peakKib = Math.max(total.peakKib, invocation?.peakKib ?? 0);
      total.invocations++;
      const done = invocation ? doneOf(invocation.answer, rest) : 0;
      attempts = done > 0 ? 1 : attempts + 1;
      rest = rest.slice(done);
      if (rest.length > 0 && attempts === MOST_ATTEMPTS) {
        total.stalls++;
        rest = rest.slice(1);
        attempts = 0;
      }
    }
  }
  return { ...total, wallSeconds: (performance.now() - startedAt) / 1000 };
}

/** How many records are done, counted from the first. */
export function doneOf(payload: unknown, records: readonly KinesisEventRecord[]): number {
  const sequenceNumbers = records.map(({ kinesis }) => kinesis.sequenceNumber);
  return readBatchResult({ kind: 'returned', payload }, sequenceNumbers, true).done;
}

/** Of so many records at most, and of what fits into an event. */
export function batches(deliveries: readonly Delivery[], batchSize: number): KinesisEventRecord[][] {
  const all: KinesisEventRecord[][] = [];
  let bytes = Infinity;
  for (const { event } of deliveries) {
    const size = JSON.stringify(event).length + 1;
    const last = all.at(-1);
    if (last && last.length < batchSize && bytes + size <= MAX_EVENT_BYTES) {
      last.push(event);
      bytes += size;
    } else {
      all.push([event]);
      bytes = size;
    }
  }
  return all;
}
