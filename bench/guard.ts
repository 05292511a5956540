/** Checks in CI that the pipeline is at least as fast as the bare SDK. It compares ratios, not times. */
import { runPoint, warmUp } from './compare';
import { findMainRun, MAIN_POINT, type Measured } from './results';
import { type Setting, startWorker } from './worker';

/** The pipeline must reach at least this share of the bare SDK's throughput. */
export const MIN_RATIO = 1;
const SIZE = { repetitions: 5, count: 1_500 };

/** Measures throughput relative to the bare SDK: the median of several pairs. Repeats it once if it is too low. */
export async function measureGuard(setting: Setting): Promise<Measured> {
  const { stub, onProgress } = setting;
  const workers = new Map(
    (['pipeline', 'bare-sdk'] as const).map((contender) => [contender, startWorker(setting, contender)]),
  );
  onProgress('warm-up');
  for (const worker of workers.values()) await warmUp(worker, stub, 2_000);

  const measureOnce = async () => {
    onProgress(`${SIZE.repetitions} pairs`);
    const runs = await runPoint({ input: 'distinct', ...MAIN_POINT }, workers, stub, SIZE);
    const ratio = findMainRun({ runs }, 'pipeline', 'distinct')?.against?.['bare-sdk']?.throughput;
    if (!ratio) throw new RangeError('the guard measured no ratio');
    return ratio;
  };
  const first = await measureOnce();
  const ratio = first.median >= MIN_RATIO ? first : await measureOnce();
  for (const worker of workers.values()) await worker.stop();
  return ratio;
}
