/** Runs the stack while it injects faults and kills processes; then waits for the recovery and judges the results. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../../cli/shared/progress-line';
import { generateContactCentre } from '../generator/contact-centre';
import { type LocalStack, startLocalStack } from '../stack/local-stack';
import type { Delivery } from '../stack/put-records';
import { isFailedRecordKey, listFailureKeys, readResults } from '../start/read-results';
import { countReshards } from '../stack/reshard';
import { countGivenUp, countInvocation, countLine, type Tally } from '../start/tally';
import { sum } from '../check-results';
import type { Settings } from './chaos-options';
import { judgeResults } from './judge';
import { startDisruptions } from './disruptions';
import { createFaultSchedule, createPlan, type FaultSchedule } from './plan';
import { type Exchange, startProxy } from './proxy';

/** Smaller than deployed: more invocations to kill, and less work to repeat. */
const BATCH_SIZE = 100;
/** A shard whose function was killed may wait for a lease of 30 s; the other shards continue. */
const SHARDS = 6;
/** The share of the time in which the records are put on the stream. */
const PUT_WITHIN_SHARE = 0.6;
/** A lease of a killed process (30 s), the mapping's longest pause (10 s), and the rest of the work on a slow machine. */
const RECOVERY_LIMIT_MS = 120_000;
/** A slow machine makes fewer requests: faults continue for up to half as long again, until there are this many. */
const FAULTS_PER_CONTACT = 1 / 3;
const MAX_FAULT_TIME_SHARE = 1.5;
const POLL_MS = 500;

export type ChaosResult = Awaited<ReturnType<typeof runChaos>>;

export interface Watched {
  tally: Tally;
  progress: Progress;
  /** Called with each part that has to be stopped, as soon as it runs. */
  onStarted: (running: { stop: () => Promise<void> }) => unknown;
}

export async function runChaos(settings: Settings, watched: Watched) {
  const { tally, progress } = watched;
  const milliseconds = settings.seconds * 1000;
  const plan = createPlan({ seed: settings.seed, milliseconds });
  const { deliveries, expected } = generateContactCentre(settings);
  const schedule = createFaultSchedule(plan);
  const { stack, observed } = await startObservedStack(schedule, watched, (exchange) =>
    // Before the start of the schedule there are no disruptions yet.
    schedule.elapsedMs() === undefined ? undefined : disruptions.acted(exchange),
  );

  progress.step(`injecting faults for ${settings.seconds} seconds`);
  progress.begin();
  const disruptions = startDisruptions(plan, stack, settings.seed);
  schedule.start();
  await Promise.all([
    stack.putRecords(spreadOver(deliveries, milliseconds * PUT_WITHIN_SHARE)),
    sleep(milliseconds),
  ]);
  const isDone = () => tally.done >= deliveries.length;
  await waitForFaults(schedule, settings.contacts * FAULTS_PER_CONTACT, milliseconds, isDone);
  await disruptions.stop();
  schedule.stop();

  const stoppedAt = performance.now();
  const hasRecovered = await waitUntilDone(stack, stoppedAt + RECOVERY_LIMIT_MS);
  const recoverySeconds = (performance.now() - stoppedAt) / 1000;
  progress.end();

  const results = await readResults(stack, tally, deliveries.length);
  const kills = disruptions.killed.size;
  const { faults, inOutages, retriedRequests } = schedule.counts;
  return {
    ...{ settings, faults, inOutages, kills, recoverySeconds },
    emulator: stack.emulators.dynamodbEmulator,
    contacts: results.items.length,
    deliveries: deliveries.length,
    outages: plan.outages.length,
    restarts: disruptions.restarts(),
    ...countReshards(disruptions.reshards),
    /** Requests that the SDK sent again, and batches that the mapping retried, at least in part. */
    retries: { requests: retriedRequests, batches: results.retried },
    /** Messages in the queue. */
    published: results.messages.length,
    judgement: judgeResults(results, expected, {
      ...observed,
      foreignKeys: (await listFailureKeys(stack)).filter((key) => !isFailedRecordKey(key)),
    }),
    /** Deliveries that were not done at the end. */
    stuck: hasRecovered ? 0 : Math.max(1, deliveries.length - tally.done),
    /** Invocations that timed out, or failed although their process was not killed. */
    failures: observed.failures + Math.max(0, observed.exits - kills),
  };
}

/** Starts the local stack; the function reaches its services through the proxy. */
async function startObservedStack(
  schedule: FaultSchedule,
  { tally, progress, onStarted }: Watched,
  onActed: (exchange: Exchange) => Promise<void> | undefined,
) {
  const observed = {
    exchanges: [] as readonly Exchange[],
    processEnds: new Map<string, number>(),
    /** Records that the mapping no longer retries. */
    givenUp: 0,
    /** Invocations that failed or timed out, without those whose process ended. */
    failures: 0,
    exits: 0,
  };
  const stack = await startLocalStack({
    shards: SHARDS,
    batchSize: BATCH_SIZE,
    functionEndpoints: async (targets) => {
      const proxy = await startProxy({ targets, faultFor: schedule.faultFor, onActed });
      onStarted(proxy);
      observed.exchanges = proxy.exchanges;
      return proxy.endpoints;
    },
    onFunctionOutput: (line) => {
      countLine(tally, line);
    },
    onInvocation: (invocation) => {
      countInvocation(tally, invocation);
      const { outcome } = invocation;
      if (outcome.kind === 'returned') return;
      const hasEnded = outcome.kind === 'failed' && outcome.functionError.errorType === 'Runtime.ExitError';
      observed[hasEnded ? 'exits' : 'failures']++;
    },
    onProcessEnd: (name) => observed.processEnds.set(name, performance.now()),
    onGivenUp: (givenUp) => {
      countGivenUp(tally, givenUp);
      observed.givenUp += givenUp.records.length;
    },
    onProgress: progress.step,
  });
  onStarted(stack);
  return { stack, observed };
}

async function* spreadOver(deliveries: readonly Delivery[], milliseconds: number): AsyncGenerator<Delivery> {
  const startedAt = performance.now();
  for (const [index, delivery] of deliveries.entries()) {
    const due = startedAt + (milliseconds * index) / deliveries.length;
    const early = due - performance.now();
    if (early > POLL_MS) await sleep(early);
    yield delivery;
  }
}

async function waitForFaults(
  { counts, elapsedMs }: FaultSchedule,
  wanted: number,
  milliseconds: number,
  isDone: () => boolean,
): Promise<void> {
  const limitMs = milliseconds * MAX_FAULT_TIME_SHARE;
  while (sum(Object.values(counts.faults)) < wanted && !isDone() && (elapsedMs() ?? 0) < limitMs) {
    await sleep(POLL_MS);
  }
}

/** Waits until every delivery is done and no invocation runs; false if that takes too long. */
async function waitUntilDone(stack: LocalStack, limit: number): Promise<boolean> {
  const leftMs = () => Math.max(1, Math.floor(limit - performance.now()));
  try {
    await stack.whenCaughtUp(leftMs());
    while (stack.function.busy().length > 0 && leftMs() > 1) await sleep(POLL_MS / 10);
    return leftMs() > 1;
  } catch {
    return false;
  }
}
