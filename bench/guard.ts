/**
 * What CI asks: is the pipeline still about as fast as the bare SDK? Ratios only, as no two machines are alike.
 */
import { MAIN_POINT, ratios, runsAt, throughputsOf } from './comparison';
import { inputOf } from './inputs';
import { pass } from './pass';
import type { Measured } from './results';
import { endpointsOf, type Setting } from './setting';
import { measured } from './statistics';
import { startWorker } from './worker';

/** The pipeline must do at least this share of the bare SDK's throughput. */
export const LEAST_RATIO = 0.8;
const PAIRS = 5;
const COUNT = 1_500;

/** Throughput in relation to the bare SDK's: the median of several pairs, measured once more if it is too low. */
export async function measureGuard(setting: Setting): Promise<Measured> {
  const { bundles, stub, onProgress, onStarted } = setting;
  const start = (contender: 'pipeline' | 'bare-sdk') => {
    const worker = startWorker(bundles[contender], {
      memoryMegabytes: bundles.memoryMegabytes,
      endpoints: endpointsOf(stub),
      environment: { RECORDS_IN_FLIGHT: String(MAIN_POINT.batchSize) },
    });
    onStarted(worker);
    return worker;
  };
  const workers = { pipeline: start('pipeline'), 'bare-sdk': start('bare-sdk') };
  onProgress('warm-up');
  await stub.reset(0);
  for (const worker of Object.values(workers)) await pass(worker, inputOf('mixed', 2_000).deliveries, 500);

  const measureOnce = async () => {
    onProgress(`${PAIRS} pairs`);
    const point = { input: 'distinct' as const, ...MAIN_POINT, repetitions: PAIRS };
    const runs = await runsAt(point, workers, { stub, count: COUNT });
    const [pipeline = [], bareSdk = []] = (['pipeline', 'bare-sdk'] as const).map((name) =>
      runs.filter(({ contender }) => contender === name).flatMap(throughputsOf),
    );
    return measured(ratios(pipeline, bareSdk));
  };
  const first = await measureOnce();
  const ratio = first.median >= LEAST_RATIO ? first : await measureOnce();
  await Promise.all(Object.values(workers).map((worker) => worker.stop()));
  return ratio;
}
