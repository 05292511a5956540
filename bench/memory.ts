/** The most memory that the function's process takes, by the size of its batches. */
import { inputOf, shortInput } from './inputs';
import { pass } from './pass';
import type { Memory } from './results';
import { endpointsOf, type Setting } from './setting';
import { measured } from './statistics';
import { startWorker } from './worker';

/** By the size of a batch, how many records go through each process. */
const BATCHES: readonly [batchSize: number, count: number][] = [
  [10, 1_000],
  [100, 3_000],
  [500, 3_000],
  [1_000, 3_000],
  [10_000, 10_000],
];
const REPETITIONS = 3;
const LATENCY_MS = 5;

export async function measureMemory({
  bundles,
  stub,
  quick,
  onProgress,
  onStarted,
}: Setting): Promise<Memory[]> {
  const memory: Memory[] = [];
  const peaks = new Map(BATCHES.map(([batchSize]) => [batchSize, [] as number[]]));
  for (let repetition = 0; repetition < (quick ? 1 : REPETITIONS); repetition++) {
    for (const [batchSize, count] of BATCHES) {
      onProgress(`memory with batches of ${batchSize}`);
      await stub.reset(LATENCY_MS);
      const worker = startWorker(bundles.pipeline, {
        memoryMegabytes: bundles.memoryMegabytes,
        endpoints: endpointsOf(stub),
      });
      onStarted(worker);
      // Of ordinary records an event holds some two thousand, of short ones nearly ten thousand.
      const input = batchSize === 10_000 ? shortInput(count) : inputOf('distinct', count);
      const { peakKib } = await pass(worker, input.deliveries, batchSize);
      await worker.stop();
      peaks.get(batchSize)?.push(peakKib / 1024);
    }
  }
  for (const [batchSize, mib] of peaks) memory.push({ batchSize, peakMib: measured(mib) });
  return memory;
}
