/**
 * One run: while records come in, things go wrong as planned; then nothing does any more, and all must get done.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { FAILURE_PREFIX } from '../../lambda/contact-records/contract';
import { startKillsAndRestarts } from './kills-and-restarts';
import { FAULT_KINDS, type FaultKind } from './faults';
import { planOf } from './plan';
import { type Exchange, type Proxy, startProxy } from './proxy';
import type { ServiceRequest } from './requests';
import { contactCentre } from '../generator/contact-centre';
import type { Invocation } from '../event-source-mapping/types';
import { type LocalStack, startLocalStack } from '../stack/local-stack';
import type { Delivery } from '../stack/put-records';
import type { Progress } from '../../cli/shared/progress';
import { countInvocation, countLine, type Tally } from '../start/tally';
import { readResults } from '../start/read-results';
import type { Settings } from './chaos-options';
import { judge, type Judgement } from './judge';

/** Smaller than deployed: more invocations to be killed in, and less to be done again. */
const BATCH_SIZE = 100;
/** A shard whose function was killed may have to wait for a lease of 30 s; the others go on. */
const SHARDS = 6;
/** The stream fills up while things go wrong, not before. */
const FED_WITHIN = 0.6;
/** A lease left behind (30 s), the mapping's longest pause (10 s), and what is still to be done on a slow machine. */
const RECOVERY_LIMIT_MS = 120_000;
/** A slow machine makes fewer requests: then it goes on for longer, up to a half, until there were so many faults. */
const FAULTS_PER_CONTACT = 1 / 3;
const LOOK_EVERY_MS = 500;

export interface Outcome {
  settings: Settings;
  emulator: string;
  contacts: number;
  deliveries: number;
  /** By kind; those of an outage are among them. */
  faults: Record<FaultKind, number>;
  inOutages: number;
  outages: number;
  kills: number;
  restarts: number;
  /** Requests that the SDK sent again, and batches that the mapping handed over again, at least in part. */
  retries: { requests: number; batches: number };
  /** Messages that came out, and what is wrong with all that did. */
  published: number;
  judgement: Judgement;
  /** Deliveries that the mapping was not done with at the end. */
  stuck: number;
  /** Invocations that failed although nobody killed them, or ran out of time. */
  failures: number;
  recoverySeconds: number;
}

export interface Watched {
  tally: Tally;
  progress: Progress;
  /** Is given everything that has to be stopped as soon as it runs. */
  onStarted: (running: { stop: () => Promise<void> }) => void;
}

export async function runChaos(
  settings: Settings,
  { tally, progress, onStarted }: Watched,
): Promise<Outcome> {
  const milliseconds = settings.seconds * 1000;
  const plan = planOf({ seed: settings.seed, milliseconds });
  const { deliveries, expected } = contactCentre(settings);

  const faults = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as Outcome['faults'];
  let inOutages = 0;
  let requestsAgain = 0;
  let began: number | undefined;
  const faultFor = (request: ServiceRequest) => {
    if (request.attempt > 1) requestsAgain++;
    const fault = began === undefined ? undefined : plan.faultFor(request, performance.now() - began);
    if (fault) faults[fault.kind]++;
    if (fault?.outage) inOutages++;
    return fault;
  };

  let proxy: Proxy | undefined;
  const processEnds = new Map<string, number>();
  const failed = { threw: 0, timedOut: 0, ended: 0 };
  let givenUp = 0;
  const stack = await startLocalStack({
    shards: SHARDS,
    batchSize: BATCH_SIZE,
    functionEndpoints: async (targets) => {
      proxy = await startProxy({
        targets,
        faultFor,
        onActed: (exchange: Exchange) => (began === undefined ? undefined : disturbances.acted(exchange)),
      });
      onStarted(proxy);
      return proxy.endpoints;
    },
    onFunctionOutput: (line) => {
      countLine(tally, line);
    },
    onInvocation: (invocation) => {
      countInvocation(tally, invocation);
      countFailure(failed, invocation);
    },
    onProcessEnd: (name) => processEnds.set(name, performance.now()),
    onGivenUp: ({ records }) => (givenUp += records.length),
    onProgress: progress.step,
  });
  onStarted(stack);

  progress.step(`things go wrong for ${settings.seconds} seconds`);
  progress.begin();
  const disturbances = startKillsAndRestarts(plan, stack, settings.seed);
  began = performance.now();
  const fed = stack.putRecords(spreadOver(deliveries, milliseconds * FED_WITHIN));
  await Promise.all([fed, sleep(milliseconds)]);
  const isEnough = () => sumOf(Object.values(faults)) >= settings.contacts * FAULTS_PER_CONTACT;
  while (!isEnough() && tally.done < deliveries.length && performance.now() - began < milliseconds * 1.5) {
    await sleep(LOOK_EVERY_MS);
  }
  await disturbances.stop();
  began = undefined;

  const calmAt = performance.now();
  const isDone = await untilDone(stack, calmAt + RECOVERY_LIMIT_MS);
  const recoverySeconds = (performance.now() - calmAt) / 1000;
  progress.end();

  const { outcomes, conflicting, retried } = tally;
  const readings = await readResults(stack);
  const results = { ...readings, delivered: deliveries.length, outcomes, conflicting, retried };
  const evidence = {
    exchanges: proxy?.exchanges ?? [],
    processEnds,
    foreignKeys: await foreignKeysIn(stack),
    givenUp,
  };
  return {
    settings,
    emulator: stack.emulators.dynamodbEmulator,
    contacts: readings.items.length,
    deliveries: deliveries.length,
    faults,
    inOutages,
    outages: plan.outages.length,
    kills: disturbances.killed.size,
    restarts: disturbances.restarts(),
    retries: { requests: requestsAgain, batches: retried },
    published: readings.messages.length,
    judgement: judge(results, expected, evidence),
    stuck: isDone ? 0 : Math.max(1, deliveries.length - tally.done),
    failures: failed.threw + failed.timedOut + Math.max(0, failed.ended - disturbances.killed.size),
    recoverySeconds,
  };
}

export const sumOf = (numbers: number[]): number => numbers.reduce((sum, number) => sum + number, 0);

/** Whoever was killed has ended, and that is no failure of the function's. */
function countFailure(failed: { threw: number; timedOut: number; ended: number }, { outcome }: Invocation) {
  if (outcome.kind === 'timed-out') failed.timedOut++;
  if (outcome.kind === 'failed') {
    if (outcome.functionError.errorType === 'Runtime.ExitError') failed.ended++;
    else failed.threw++;
  }
}

async function* spreadOver(deliveries: readonly Delivery[], milliseconds: number): AsyncGenerator<Delivery> {
  const startedAt = performance.now();
  for (const [index, delivery] of deliveries.entries()) {
    const due = startedAt + (milliseconds * index) / deliveries.length;
    const early = due - performance.now();
    if (early > LOOK_EVERY_MS) await sleep(early);
    yield delivery;
  }
}

/** Every delivery is done, and no invocation is left that nobody waits for. */
async function untilDone(stack: LocalStack, limit: number): Promise<boolean> {
  const left = () => Math.max(1, Math.floor(limit - performance.now()));
  try {
    await stack.whenCaughtUp(left());
    while (stack.function.busy().length > 0 && left() > 1) await sleep(LOOK_EVERY_MS / 10);
    return left() > 1;
  } catch {
    return false;
  }
}

async function foreignKeysIn({ clients, names }: LocalStack): Promise<string[]> {
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client: clients.s3 },
    { Bucket: names.bucket },
  )) {
    keys.push(...Contents.map(({ Key = '' }) => Key));
  }
  const prefixes = Object.values(FAILURE_PREFIX);
  return keys.filter((key) => !prefixes.some((prefix) => key.startsWith(prefix)));
}
