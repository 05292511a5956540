/**
 * Compares throughput, CPU, requests and end state of the contenders. It interleaves the repetitions of a point, and
 * reverses every second one, so that other load on the machine affects all contenders alike.
 */
import { findWrong } from './end-state';
import { type BenchInput, generateInput } from './inputs';
import { type Contender, CONTENDERS, isMainPoint, MAIN_POINT, type Run } from './results';
import { summarize, summarizeRatios } from './results';
import type { Stub } from './stub/stub';
import { runPass, type Setting, startWorker, type Worker } from './worker';

/** Latencies, each with the number of parallel records (50, 100 or 500) that was fastest. */
const LATENCIES = [
  { latencyMs: 0, bareSdkInFlight: 500 },
  { latencyMs: 5, bareSdkInFlight: 500 },
  { latencyMs: 20, bareSdkInFlight: 50 },
];

export type Point = Pick<Run, 'input' | 'latencyMs' | 'batchSize'>;

export async function compareContenders(setting: Setting): Promise<Run[]> {
  const { stub, quick, onProgress } = setting;
  const start = async (contender: Contender, recordsInFlight?: number) => {
    const worker = startWorker(setting, contender, recordsInFlight);
    await warmUp(worker, stub, quick || contender === 'sequential' ? 500 : 3_000);
    return [contender, worker] as const;
  };
  onProgress('warm-up');
  const others: (readonly [Contender, Worker])[] = [];
  for (const contender of CONTENDERS) if (contender !== 'bare-sdk') others.push(await start(contender));

  const runs: Run[] = [];
  for (const { latencyMs, bareSdkInFlight } of LATENCIES) {
    const bareSdk = await start('bare-sdk', bareSdkInFlight);
    for (const point of listPoints(latencyMs)) {
      onProgress(`${point.input}, ${latencyMs} ms, batches of ${point.batchSize}`);
      const size = quick
        ? { repetitions: 1, count: 500 }
        : { repetitions: isMainPoint(point) ? 5 : 3, count: 4_000 };
      runs.push(...(await runPoint(point, new Map([...others, bareSdk]), stub, size)));
    }
    await bareSdk[1].stop();
  }
  for (const [, worker] of others) await worker.stop();
  return runs;
}

function listPoints(latencyMs: number): Point[] {
  const otherSizes = latencyMs === MAIN_POINT.latencyMs ? [10, 100, 1_000, 10_000] : [];
  return [
    { input: 'distinct', latencyMs, batchSize: MAIN_POINT.batchSize },
    { input: 'mixed', latencyMs, batchSize: MAIN_POINT.batchSize },
    ...otherSizes.map((batchSize) => ({ input: 'distinct' as const, latencyMs, batchSize })),
  ];
}

/** Runs a pass so that V8 compiles the code, as in a warm function. */
export async function warmUp(worker: Worker, stub: Stub, count: number): Promise<void> {
  await stub.reset(0);
  await runPass(worker, generateInput('mixed', count).deliveries, MAIN_POINT.batchSize);
}

/** Measures one point, with interleaved repetitions of the contenders. */
export async function runPoint(
  point: Point,
  workers: ReadonlyMap<Contender, Worker>,
  stub: Stub,
  { repetitions, count }: { readonly repetitions: number; readonly count: number },
): Promise<Run[]> {
  const all = [...workers]
    // The sequential contender would take minutes for a large batch.
    .filter(([contender]) => contender !== 'sequential' || point.batchSize <= 1_000)
    .map(([contender, worker]): Series => {
      const input = generateInput(point.input, limitCount(contender, point, count));
      return { contender, worker, input, recordsPerSecond: [], cpuMicroseconds: [] };
    });
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const one of repetition % 2 === 0 ? all : all.toReversed()) {
      const { deliveries, expected } = one.input;
      await stub.reset(point.latencyMs);
      const { handlerSeconds, cpuSeconds, stalls } = await runPass(one.worker, deliveries, point.batchSize);
      const { counts, endState } = await stub.report();
      one.recordsPerSecond.push(deliveries.length / handlerSeconds);
      one.cpuMicroseconds.push((cpuSeconds * 1e6) / deliveries.length);
      const stalled = stalls > 0 ? [`stalls at poison, skipped after five attempts: ${stalls}`] : [];
      const requests = {
        contacts: expected.newest.size,
        deliveries: deliveries.length,
        abandoned: expected.abandoned.size,
        ...counts,
        publishes: endState.messages.length,
        objects: endState.objects,
      };
      one.last = { requests, wrong: [...stalled, ...findWrong(endState, expected)] };
    }
  }
  return all.map((one) => toRun(point, one, all));
}

/** Measurements of one contender at one point, and the end state after its last repetition. */
interface Series {
  readonly contender: Contender;
  readonly worker: Worker;
  readonly input: BenchInput;
  readonly recordsPerSecond: number[];
  readonly cpuMicroseconds: number[];
  last?: Pick<Run, 'requests' | 'wrong'>;
}

/** Gives slow contenders fewer records, so that a pass takes one to three seconds. */
function limitCount(contender: Contender, { latencyMs }: Point, count: number): number {
  if (contender === 'sequential') return latencyMs > 5 ? 100 : 200;
  return contender === 'powertools-idempotency' ? Math.min(count, 2_000) : count;
}

function toRun(point: Point, one: Series, all: readonly Series[]): Run {
  const { contender, recordsPerSecond, cpuMicroseconds, last } = one;
  if (!last) throw new RangeError('no repetition was measured');
  const against = all.map((other) => {
    const throughput = summarizeRatios(recordsPerSecond, other.recordsPerSecond);
    const cpu = summarizeRatios(cpuMicroseconds, other.cpuMicroseconds);
    return [other.contender, { throughput, cpu }];
  });
  return {
    contender,
    ...point,
    recordsPerSecond: summarize(recordsPerSecond),
    cpuMicrosecondsPerRecord: summarize(cpuMicroseconds),
    ...(contender === 'pipeline' && { against: Object.fromEntries(against) as Run['against'] }),
    ...last,
  };
}
