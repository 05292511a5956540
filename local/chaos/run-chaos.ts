/**
 * Runs the stack while faults are injected and processes are killed, then lets it recover and judges the results.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../../cli/shared/progress-line';
import { generateContactCentre } from '../generator/contact-centre';
import { type LocalStack, startLocalStack } from '../stack/local-stack';
import type { Delivery } from '../stack/put-records';
import { isFailedRecordKey, listFailureKeys, readResults } from '../start/read-results';
import { countInvocation, countLine, type Tally } from '../start/tally';
import { sum } from '../check-results';
import type { Settings } from './chaos-options';
import { type Judgement, judgeResults } from './judge';
import { startKillsAndRestarts } from './kills-and-restarts';
import { createFaultSchedule, createPlan, type FaultCounts, type FaultSchedule } from './plan';
import { type Exchange, startProxy } from './proxy';

/** Smaller than deployed: more invocations to kill, and less work to repeat. */
const BATCH_SIZE = 100;
/** A shard whose function was killed may have to wait for a lease of 30 s; the other shards go on. */
const SHARDS = 6;
/** The share of the time in which the records are put on the stream. */
const PUT_WITHIN_SHARE = 0.6;
/** A lease of a killed process (30 s), the mapping's longest pause (10 s), and the rest of the work on a slow machine. */
const RECOVERY_LIMIT_MS = 120_000;
/** A slow machine makes fewer requests: the faults go on for up to half as long again, until there are this many. */
const FAULTS_PER_CONTACT = 1 / 3;
const MAX_FAULT_TIME_SHARE = 1.5;
const POLL_MS = 500;

export interface ChaosResult extends Pick<FaultCounts, 'faults' | 'inOutages'> {
  settings: Settings;
  emulator: string;
  contacts: number;
  deliveries: number;
  outages: number;
  kills: number;
  restarts: number;
  /** Requests that the SDK sent again, and batches that the mapping retried, at least in part. */
  retries: { requests: number; batches: number };
  /** Messages in the queue. */
  published: number;
  judgement: Judgement;
  /** Deliveries that were not done at the end. */
  stuck: number;
  /** Invocations that failed although their process was not killed, or timed out. */
  failures: number;
  recoverySeconds: number;
}

export interface Watched {
  tally: Tally;
  progress: Progress;
  /** Called with everything that has to be stopped, as soon as it runs. */
  onStarted: (running: { stop: () => Promise<void> }) => unknown;
}

export async function runChaos(settings: Settings, watched: Watched): Promise<ChaosResult> {
  const { tally, progress } = watched;
  const milliseconds = settings.seconds * 1000;
  const plan = createPlan({ seed: settings.seed, milliseconds });
  const { deliveries, expected } = generateContactCentre(settings);
  const schedule = createFaultSchedule(plan);
  const observations: Observations = { processEnds: new Map(), givenUp: 0, failures: 0, exits: 0 };
  const { stack, exchanges } = await startObservedStack(schedule, observations, watched, (exchange) =>
    // Before the start of the schedule there are no kills and restarts yet.
    schedule.elapsedMs() === undefined ? undefined : killsAndRestarts.acted(exchange),
  );

  progress.step(`things go wrong for ${settings.seconds} seconds`);
  progress.begin();
  const killsAndRestarts = startKillsAndRestarts(plan, stack, settings.seed);
  schedule.start();
  await Promise.all([
    stack.putRecords(spreadOver(deliveries, milliseconds * PUT_WITHIN_SHARE)),
    sleep(milliseconds),
  ]);
  const isDone = () => tally.done >= deliveries.length;
  await waitForFaults(schedule, settings.contacts * FAULTS_PER_CONTACT, milliseconds, isDone);
  await killsAndRestarts.stop();
  schedule.stop();

  const stoppedAt = performance.now();
  const hasRecovered = await waitUntilDone(stack, stoppedAt + RECOVERY_LIMIT_MS);
  const recoverySeconds = (performance.now() - stoppedAt) / 1000;
  progress.end();

  const results = await readResults(stack, tally, deliveries.length);
  const kills = killsAndRestarts.killed.size;
  const { faults, inOutages, retriedRequests } = schedule.counts;
  return {
    ...{ settings, faults, inOutages, kills, recoverySeconds },
    emulator: stack.emulators.dynamodbEmulator,
    contacts: results.items.length,
    deliveries: deliveries.length,
    outages: plan.outages.length,
    restarts: killsAndRestarts.restarts(),
    retries: { requests: retriedRequests, batches: results.retried },
    published: results.messages.length,
    judgement: judgeResults(results, expected, {
      exchanges,
      processEnds: observations.processEnds,
      foreignKeys: (await listFailureKeys(stack)).filter((key) => !isFailedRecordKey(key)),
      givenUp: observations.givenUp,
    }),
    stuck: hasRecovered ? 0 : Math.max(1, deliveries.length - tally.done),
    // The process of a killed invocation ends, which is no failure of the function.
    failures: observations.failures + Math.max(0, observations.exits - kills),
  };
}

/** What a run observes of the function and the mapping, besides the counts in the function's own log. */
interface Observations {
  /** When each function process ended, by name. */
  processEnds: Map<string, number>;
  /** Records that the mapping no longer retries. */
  givenUp: number;
  /** Invocations that failed or timed out, and those whose process ended. */
  failures: number;
  exits: number;
}

/** Starts the local stack; the function reaches its services through the proxy. */
async function startObservedStack(
  schedule: FaultSchedule,
  observations: Observations,
  { tally, progress, onStarted }: Watched,
  onActed: (exchange: Exchange) => Promise<void> | undefined,
): Promise<{ stack: LocalStack; exchanges: readonly Exchange[] }> {
  let exchanges: readonly Exchange[] = [];
  const stack = await startLocalStack({
    shards: SHARDS,
    batchSize: BATCH_SIZE,
    functionEndpoints: async (targets) => {
      const proxy = await startProxy({ targets, faultFor: schedule.faultFor, onActed });
      onStarted(proxy);
      exchanges = proxy.exchanges;
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
      observations[hasEnded ? 'exits' : 'failures']++;
    },
    onProcessEnd: (name) => observations.processEnds.set(name, performance.now()),
    onGivenUp: ({ records }) => {
      observations.givenUp += records.length;
    },
    onProgress: progress.step,
  });
  onStarted(stack);
  return { stack, exchanges };
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
