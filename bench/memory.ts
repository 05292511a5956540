/** Measures the peak memory of the function's process for several batch sizes. */
import { generateInput, generateShortInput } from './inputs';
import { MAIN_POINT, type Results, summarize } from './results';
import { runPass, type Setting, startWorker } from './worker';

const BATCH_SIZES = [10, 100, 500, 1_000, 10_000];

export async function measureMemory(setting: Setting): Promise<Results['memory']> {
  const { stub, quick, onProgress } = setting;
  const all = BATCH_SIZES.map((batchSize) => ({ batchSize, mib: [] as number[] }));
  for (let repetition = 0; repetition < (quick ? 1 : 3); repetition++) {
    for (const { batchSize, mib } of all) {
      onProgress(`memory with batches of ${batchSize}`);
      await stub.reset(MAIN_POINT.latencyMs);
      const worker = startWorker(setting, 'pipeline');
      // About two thousand ordinary records fit into an event, and nearly ten thousand short ones.
      const input =
        batchSize === 10_000
          ? generateShortInput(batchSize)
          : generateInput('distinct', batchSize === 10 ? 1_000 : 3_000);
      const { peakKib } = await runPass(worker, input.deliveries, batchSize);
      await worker.stop();
      mib.push(peakKib / 1024);
    }
  }
  return all.map(({ batchSize, mib }) => ({ batchSize, peakMib: summarize(mib) }));
}
