/**
 * Plans a chaos run: outages, kills, restarts, splits and merges of shards, and faults. The same seed gives the same
 * plan, but which request gets which fault depends on the machine, because requests run concurrently.
 */
import { type Random, createRandom } from '../generator/random';
import { type Fault, FAULT_KINDS, type FaultKind } from './faults';
import type { Operation, Service, ServiceRequest } from './requests';

export interface Outage {
  service: Service;
  fromMs: number;
  toMs: number;
  kind: FaultKind;
}

/** When a process of the function is killed: `anywhere` in an invocation, or when a service has just acted for it. */
export type KillMoment = 'anywhere' | Exclude<Operation, 'other'>;

export interface Kill {
  atMs: number;
  moment: KillMoment;
}

export interface Plan {
  outages: Outage[];
  kills: Kill[];
  /** When the event source mapping is restarted, in milliseconds. */
  restarts: number[];
  /** When shards are split or merged, in milliseconds. */
  reshards: number[];
  /** Decides on the next request, at a number of milliseconds after the beginning. */
  faultFor: (request: { service: Service; operation: Operation }, elapsedMs: number) => Fault | undefined;
}

/** Creates a plan for a time in which faults are injected. */
export function createPlan({ seed, milliseconds }: { seed: number; milliseconds: number }): Plan {
  const schedule = createRandom(seed);
  const outages = planOutages(schedule, milliseconds);
  const faults = createRandom(seed + 1);
  return {
    outages,
    kills: planKills(schedule, milliseconds * KILLS_WITHIN_SHARE),
    restarts: spreadMoments(schedule, milliseconds, MS_BETWEEN.restarts),
    reshards: spreadMoments(schedule, milliseconds, MS_BETWEEN.reshards),
    faultFor: ({ service, operation }, elapsedMs) => {
      const variant = faults.whole(0, 2 ** 16);
      const down = outages.filter((outage) => outage.service === service);
      const outage = down.find(({ fromMs, toMs }) => fromMs <= elapsedMs && elapsedMs < toMs);
      if (outage) return { kind: outage.kind, variant, outage: true };
      if (!faults.chance(SHARE[operation])) return undefined;
      return { kind: faults.weighted(FAULT_KINDS, (kind) => WEIGHT[kind]), variant, outage: false };
    },
  };
}

/** The share of requests that get a fault: higher for rare operations and for critical ones. */
const SHARE: Record<Operation, number> = {
  store: 0.15,
  read: 0.25,
  claim: 0.2,
  complete: 0.25,
  release: 0.25,
  publish: 0.35,
  'save-failed-record': 0.5,
  other: 0,
};

/** Rare faults: those that delay a batch for seconds (stalls), or end it at once (garbage: the SDK does not retry). */
const WEIGHT: Record<FaultKind, number> = {
  throttled: 26,
  'server-error': 22,
  garbage: 6,
  reset: 18,
  stalled: 1,
  'error-after': 8,
  'answer-dropped': 13,
  'answer-halved': 5,
  'answer-stalled': 1,
};

const MS_BETWEEN = { outages: 6_000, kills: 2_200, restarts: 5_000, reshards: 4_000 };

/** Kills come early: a kill between claim and completion leaves a lease of 30 s, and its shard waits for that. */
const KILLS_WITHIN_SHARE = 0.5;

const OUTAGE_MS = { min: 500, max: 2_500 };
const OUTAGE_KINDS: FaultKind[] = ['reset', 'server-error', 'throttled', 'garbage'];

function planOutages(random: Random, milliseconds: number): Outage[] {
  const services: Service[] = ['dynamodb', 'sns', 's3'];
  return spreadMoments(random, milliseconds, MS_BETWEEN.outages).map((fromMs, index) => ({
    service: services[index % services.length] ?? 'dynamodb',
    fromMs,
    toMs: Math.min(milliseconds, fromMs + random.whole(OUTAGE_MS.min, OUTAGE_MS.max)),
    kind: random.pick(OUTAGE_KINDS),
  }));
}

const MOMENTS: KillMoment[] = ['anywhere', 'publish', 'read', 'claim', 'complete', 'store', 'anywhere'];

const planKills = (random: Random, milliseconds: number): Kill[] =>
  spreadMoments(random, milliseconds, MS_BETWEEN.kills).map((atMs, index) => ({
    atMs,
    moment: MOMENTS[index % MOMENTS.length] ?? 'anywhere',
  }));

/** Picks a moment in each interval; at least one. */
function spreadMoments(random: Random, milliseconds: number, interval: number): number[] {
  const count = Math.max(1, Math.floor(milliseconds / interval));
  const each = Math.floor(milliseconds / count);
  return Array.from({ length: count }, (_, index) => index * each + random.whole(0, each - 1));
}

export interface FaultCounts {
  /** By kind; the faults of outages are included. */
  faults: Record<FaultKind, number>;
  inOutages: number;
  /** Requests that the SDK sent again, with or without a fault. */
  retriedRequests: number;
}

export type FaultSchedule = ReturnType<typeof createFaultSchedule>;

/** Creates the schedule by which requests get a plan's faults, between `start` and `stop`. */
export function createFaultSchedule(plan: Plan) {
  const faults = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as FaultCounts['faults'];
  const counts: FaultCounts = { faults, inOutages: 0, retriedRequests: 0 };
  let startedAt: number | undefined;
  /** Milliseconds since the start; `undefined` before the start and after the stop. */
  const elapsedMs = () => (startedAt === undefined ? undefined : performance.now() - startedAt);

  return {
    start: () => {
      startedAt = performance.now();
    },
    stop: () => {
      startedAt = undefined;
    },
    elapsedMs,
    faultFor: (request: ServiceRequest): Fault | undefined => {
      if (request.attempt > 1) counts.retriedRequests++;
      const elapsed = elapsedMs();
      const fault = elapsed === undefined ? undefined : plan.faultFor(request, elapsed);
      if (fault) counts.faults[fault.kind]++;
      if (fault?.outage) counts.inOutages++;
      return fault;
    },
    counts,
  };
}
