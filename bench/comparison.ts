/**
 * All contenders side by side: throughput, CPU, what they ask of the services, and whether the end state is right. The
 * repetitions of a point are interleaved, each in another order, so that what the machine does meanwhile hits all alike;
 * and every comparison is within one repetition.
 */
import { wrongIn } from './end-state';
import { type BenchInput, inputOf } from './inputs';
import { pass, type Pass } from './pass';
import { CONTENDERS, type Contender, type Input, type Requests, type Results, type Run } from './results';
import { endpointsOf, type Setting } from './setting';
import { measured } from './statistics';
import { RECORDS_TABLE, type StubReport } from './stub/services';
import type { Stub } from './stub/stub';
import { startWorker, type Worker } from './worker';

/** The point of the targets. */
export const MAIN_POINT = { latencyMs: 5, batchSize: 500 };
const LATENCIES_MS = [0, 5, 20];
const BATCH_SIZES = [10, 100, 500, 1_000, 10_000];
const REPETITIONS = { mainPoint: 5, elsewhere: 3 };

/** How many records the bare SDK may have in flight, up to a whole batch; the best is taken, for each latency. */
const FLOOR_CONCURRENCIES = [50, 100, 500];

export interface Point {
  readonly input: Input;
  readonly latencyMs: number;
  readonly batchSize: number;
  readonly repetitions: number;
}

export type Compared = Pick<Results, 'runs' | 'batchSeconds'> & {
  /** Of the pipeline on `mixed` at the main point, records a second with the transport of the events. */
  readonly capacity: number;
};

export async function compare(setting: Setting): Promise<Compared> {
  const { stub, quick } = setting;
  const count = quick ? 500 : 4_000;
  const workers = startWorkers(setting);
  const points = [
    ...LATENCIES_MS.flatMap((latencyMs) =>
      (['distinct', 'mixed'] as const).map((input) => ({
        input,
        latencyMs,
        batchSize: MAIN_POINT.batchSize,
      })),
    ),
    ...BATCH_SIZES.filter((batchSize) => batchSize !== MAIN_POINT.batchSize).map((batchSize) => ({
      ...{ input: 'distinct' as const, latencyMs: MAIN_POINT.latencyMs, batchSize },
    })),
  ].map((point): Point => ({ ...point, repetitions: repetitionsOf(point, setting) }));

  await warmUp(workers, setting);
  const concurrencies = new Map<number, number>();
  const runs: Run[] = [];
  const batchSeconds: Results['batchSeconds'][number][] = [];
  let capacity = 0;
  for (const point of points) {
    const { latencyMs, input, batchSize } = point;
    const concurrency = concurrencies.get(latencyMs) ?? (await bestConcurrency(workers, latencyMs, setting));
    concurrencies.set(latencyMs, concurrency);
    setting.onProgress(`${input}, ${latencyMs} ms, batches of ${batchSize}`);
    const measuredRuns = await runsAt(
      point,
      { ...workers.others, 'bare-sdk': bareSdkWith(workers, concurrency) },
      { stub, count },
    );
    runs.push(...measuredRuns.map((of) => runOf(point, of, measuredRuns, concurrency)));

    const pipeline = measuredRuns.find(({ contender }) => contender === 'pipeline');
    if (!pipeline) continue;
    const { deliveries } = pipeline.input;
    if (input === 'distinct') {
      const seconds = measured(
        pipeline.passes.map(({ handlerSeconds, invocations }) => handlerSeconds / invocations),
      );
      // What does not fit into an event makes a batch smaller than it may be.
      const actualSize = Math.round(deliveries.length / (pipeline.passes[0]?.invocations ?? 1));
      batchSeconds.push({ latencyMs, batchSize: actualSize, seconds });
    } else if (latencyMs === MAIN_POINT.latencyMs) {
      capacity = measured(pipeline.passes.map(({ wallSeconds }) => deliveries.length / wallSeconds)).median;
    }
  }
  await Promise.all(
    [...Object.values(workers.others), ...workers.bareSdks.values()].map((worker) => worker.stop()),
  );
  return { runs, batchSeconds, capacity };
}

function repetitionsOf({ latencyMs, batchSize }: Omit<Point, 'repetitions'>, { quick }: Setting): number {
  if (quick) return 1;
  const isMainPoint = latencyMs === MAIN_POINT.latencyMs && batchSize === MAIN_POINT.batchSize;
  return isMainPoint ? REPETITIONS.mainPoint : REPETITIONS.elsewhere;
}

interface Workers {
  readonly others: Readonly<Record<Exclude<Contender, 'bare-sdk'>, Worker>>;
  /** By concurrency. */
  readonly bareSdks: ReadonlyMap<number, Worker>;
}

/** One process for each contender and for all of its passes: what is measured is a function that has been running. */
function startWorkers({ bundles, stub, onStarted }: Setting): Workers {
  const start = (contender: Contender, environment: Record<string, string> = {}) => {
    const { memoryMegabytes } = bundles;
    const worker = startWorker(bundles[contender], {
      memoryMegabytes,
      endpoints: endpointsOf(stub),
      environment,
    });
    onStarted(worker);
    return worker;
  };
  return {
    others: {
      pipeline: start('pipeline'),
      sequential: start('sequential'),
      'powertools-idempotency': start('powertools-idempotency'),
      powertools: start('powertools'),
    },
    bareSdks: new Map(
      FLOOR_CONCURRENCIES.map((inFlight) => [
        inFlight,
        start('bare-sdk', { RECORDS_IN_FLIGHT: String(inFlight) }),
      ]),
    ),
  };
}

function bareSdkWith({ bareSdks }: Workers, concurrency: number): Worker {
  const worker = bareSdks.get(concurrency);
  if (!worker) throw new Error(`no bare SDK with ${concurrency} in flight`);
  return worker;
}

async function warmUp({ others, bareSdks }: Workers, { stub, quick, onProgress }: Setting): Promise<void> {
  onProgress('warm-up');
  const { sequential, ...rest } = others;
  const warm = async (worker: Worker, count: number) => {
    await stub.reset(0);
    await pass(worker, inputOf('mixed', count).deliveries, MAIN_POINT.batchSize);
  };
  await warm(sequential, 500);
  for (const worker of [...Object.values(rest), ...bareSdks.values()])
    await warm(worker, quick ? 500 : 3_000);
}

async function bestConcurrency(workers: Workers, latencyMs: number, setting: Setting): Promise<number> {
  setting.onProgress(`the best concurrency of the bare SDK at ${latencyMs} ms`);
  const { deliveries } = inputOf('distinct', setting.quick ? 500 : 2_000);
  const best = { concurrency: 0, seconds: Infinity };
  for (let repetition = 0; repetition < (setting.quick ? 1 : 3); repetition++) {
    for (const [concurrency, worker] of workers.bareSdks) {
      await setting.stub.reset(latencyMs);
      const { handlerSeconds } = await pass(worker, deliveries, MAIN_POINT.batchSize);
      if (handlerSeconds < best.seconds) Object.assign(best, { concurrency, seconds: handlerSeconds });
    }
  }
  return best.concurrency;
}

/** A contender's passes at one point, one a repetition, and what was seen of the last one. */
export interface Passes {
  readonly contender: Contender;
  readonly input: BenchInput;
  readonly passes: readonly Pass[];
  readonly requests: Requests;
  readonly wrong: readonly string[];
}

/** Interleaves the contenders' repetitions. */
export async function runsAt(
  point: Point,
  workers: Readonly<Partial<Record<Contender, Worker>>>,
  { stub, count }: { readonly stub: Pick<Stub, 'reset' | 'report'>; readonly count: number },
): Promise<Passes[]> {
  const contenders = CONTENDERS.filter(
    (contender) => workers[contender] && !(contender === 'sequential' && point.batchSize > 1_000),
  );
  const inputs = new Map(
    contenders.map((contender) => [contender, inputOf(point.input, countFor(contender, point, count))]),
  );
  const passes = new Map(contenders.map((contender) => [contender, [] as Pass[]]));
  const seen = new Map<Contender, { requests: Requests; wrong: string[] }>();

  for (let repetition = 0; repetition < point.repetitions; repetition++) {
    for (const contender of rotated(contenders, repetition)) {
      const [worker, input] = [workers[contender], inputs.get(contender)];
      if (!worker || !input) continue;
      await stub.reset(point.latencyMs);
      const passed = await pass(worker, input.deliveries, point.batchSize);
      const report = await stub.report();
      passes.get(contender)?.push(passed);
      seen.set(contender, {
        requests: requestsOf(report, input),
        wrong: [...stallsOf(passed), ...wrongIn(report.endState, input.expected)],
      });
    }
  }
  return contenders.flatMap((contender): Passes[] => {
    const [input, last] = [inputs.get(contender), seen.get(contender)];
    return input && last ? [{ contender, input, passes: passes.get(contender) ?? [], ...last }] : [];
  });
}

/** The slow ones get fewer records, so that a pass takes one to three seconds. */
function countFor(contender: Contender, { latencyMs }: Point, count: number): number {
  if (contender === 'sequential') return latencyMs > 5 ? 100 : 200;
  return contender === 'powertools-idempotency' ? Math.min(count, 2_000) : count;
}

/** Another order in each repetition: each begins with another one, and every second one goes backwards. */
function rotated<T>(all: readonly T[], repetition: number): T[] {
  const from = repetition % all.length;
  const turned = [...all.slice(from), ...all.slice(0, from)];
  return repetition % 2 === 0 ? turned : turned.reverse();
}

const stallsOf = ({ stalls }: Pass): string[] =>
  stalls > 0 ? [`stalls at poison, skipped after five attempts: ${stalls}`] : [];

function requestsOf(
  { tables, publishes, objects }: StubReport,
  { deliveries, expected }: BenchInput,
): Requests {
  const all = Object.values(tables);
  const sum = (what: 'writes' | 'writeUnits' | 'reads' | 'readUnits') =>
    all.reduce((total, counts) => total + counts[what], 0);
  const recordWrites = tables[RECORDS_TABLE]?.writes ?? 0;
  return {
    contacts: expected.newest.size,
    deliveries: deliveries.length,
    abandoned: expected.abandoned.size,
    writes: sum('writes'),
    writeUnits: sum('writeUnits'),
    recordWrites,
    ledgerWrites: sum('writes') - recordWrites,
    reads: sum('reads'),
    readUnits: sum('readUnits'),
    publishes,
    objects,
  };
}

export const throughputsOf = ({ input, passes }: Passes): number[] =>
  passes.map(({ handlerSeconds }) => input.deliveries.length / handlerSeconds);

const cpuOf = ({ input, passes }: Passes): number[] =>
  passes.map(({ cpuSeconds }) => (cpuSeconds * 1e6) / input.deliveries.length);

/** Within each repetition, how many times as much as the other. */
export const ratios = (values: readonly number[], others: readonly number[]): number[] =>
  values.map((value, repetition) => value / (others[repetition] ?? NaN));

export function runOf(point: Point, of: Passes, all: readonly Passes[], concurrency: number): Run {
  const { contender, requests, wrong } = of;
  const others = all.filter((other) => other !== of);
  const against = others.map((other) => [
    other.contender,
    {
      throughput: measured(ratios(throughputsOf(of), throughputsOf(other))),
      cpu: measured(ratios(cpuOf(of), cpuOf(other))),
    },
  ]);
  return {
    contender,
    input: point.input,
    services: 'stub',
    latencyMs: point.latencyMs,
    batchSize: point.batchSize,
    recordsPerSecond: measured(throughputsOf(of)),
    cpuMicrosecondsPerRecord: measured(cpuOf(of)),
    against: Object.fromEntries(against) as Run['against'],
    ...(contender === 'bare-sdk' && { concurrency }),
    requests,
    wrong,
  };
}
