/**
 * What is to go wrong, from a seed: the same seed gives the same outages, kills, restarts and the same row of faults. Which
 * request meets which of the faults is up to the machine, as requests run side by side.
 */
import { type Random, randomFrom } from '../generator/random';
import { type Fault, FAULT_KINDS, type FaultKind } from './faults';
import type { Operation, Service } from './requests';

export interface Outage {
  service: Service;
  fromMs: number;
  toMs: number;
  kind: FaultKind;
}

/** When a process of the function is killed: `anywhere` in an invocation, or when a service has just acted for it. */
export type KillMoment = 'anywhere' | Exclude<Operation, 'something else'>;

export interface Kill {
  atMs: number;
  moment: KillMoment;
}

export interface Plan {
  outages: Outage[];
  kills: Kill[];
  /** When the event source mapping is started anew, milliseconds. */
  restarts: number[];
  /** What becomes of the next request, so many milliseconds after the beginning. */
  faultFor: (request: { service: Service; operation: Operation }, elapsedMs: number) => Fault | undefined;
}

/** @param milliseconds - how long it is to go on */
export function planOf({ seed, milliseconds }: { seed: number; milliseconds: number }): Plan {
  const schedule = randomFrom(seed);
  const outages = outagesWithin(schedule, milliseconds);
  const faults = randomFrom(seed + 1);
  return {
    outages,
    kills: killsWithin(schedule, milliseconds * KILLS_WITHIN),
    restarts: spread(schedule, milliseconds, MS_BETWEEN.restarts),
    faultFor: ({ service, operation }, elapsedMs) => {
      const variant = faults.whole(0, 2 ** 16);
      const outage = outages.find(
        ({ service: down, fromMs, toMs }) => down === service && fromMs <= elapsedMs && elapsedMs < toMs,
      );
      if (outage) return { kind: outage.kind, variant, outage: true };
      if (!faults.chance(SHARE[operation])) return undefined;
      return { kind: faults.weighted(FAULT_KINDS, (kind) => WEIGHT[kind]), variant, outage: false };
    },
  };
}

/** The share of requests that meet a fault: more where there are few, and where more depends on them. */
const SHARE: Record<Operation, number> = {
  store: 0.15,
  claim: 0.2,
  complete: 0.25,
  release: 0.25,
  publish: 0.35,
  'set-aside': 0.5,
  'something else': 0,
};

/** Rare is what holds its batch for seconds (stalls), or ends it at once as the SDK does not try again (nonsense). */
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

const MS_BETWEEN = { outages: 6_000, kills: 2_200, restarts: 5_000 };

/** Whoever is killed between claim and completion leaves a lease of 30 s behind, and its shard waits for it. */
const KILLS_WITHIN = 0.5;

const OUTAGE_MS = { least: 500, most: 2_500 };
const OUTAGE_KINDS: FaultKind[] = ['reset', 'server-error', 'throttled', 'garbage'];

/** One service after the other. */
function outagesWithin(random: Random, milliseconds: number): Outage[] {
  const services: Service[] = ['dynamodb', 'sns', 's3'];
  return spread(random, milliseconds, MS_BETWEEN.outages).map((fromMs, index) => ({
    service: services[index % services.length] ?? 'dynamodb',
    fromMs,
    toMs: Math.min(milliseconds, fromMs + random.whole(OUTAGE_MS.least, OUTAGE_MS.most)),
    kind: random.pick(OUTAGE_KINDS),
  }));
}

const MOMENTS: KillMoment[] = ['anywhere', 'publish', 'anywhere', 'claim', 'complete', 'store'];

const killsWithin = (random: Random, milliseconds: number): Kill[] =>
  spread(random, milliseconds, MS_BETWEEN.kills).map((atMs, index) => ({
    atMs,
    moment: MOMENTS[index % MOMENTS.length] ?? 'anywhere',
  }));

/** A moment in each interval; at least one. */
function spread(random: Random, milliseconds: number, interval: number): number[] {
  const count = Math.max(1, Math.floor(milliseconds / interval));
  const each = Math.floor(milliseconds / count);
  return Array.from({ length: count }, (_, index) => index * each + random.whole(0, each - 1));
}
