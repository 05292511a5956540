/** The parts and the state of one simulated run. */
import type { Choices } from './choices';
import { type Clock, createSimulatedClock } from './clock';
import type { FaultBudget } from './fault-list';
import type { Invocation } from './invocation';
import { createJudge, type Judge } from './check-promises';
import { createNetwork, type FaultKinds, type Network } from './network';
import { createServices, type Services } from './services';
import { createShards, type Shard } from './shards';
import type { SimulatedFunction } from './simulated-function';
import { type PromiseName, Violation } from './violation';
import type { Tombstone, Workload } from './workload';

/** What a run is about, and what decides on its schedule. */
export interface Scope {
  readonly workload: Workload;
  readonly choices: Choices;
  readonly faults: FaultBudget;
  readonly faultKinds: FaultKinds;
  /** Milliseconds that each step takes. */
  readonly stepMs: number;
  /** Until a shard retries a batch. */
  readonly backOffMs: number;
  /** How long time may pass while nothing moves. */
  readonly jumpsMs: readonly number[];
  /** Whether an answer arrives before anything else happens: an exhaustive search has fewer equal schedules then. */
  readonly answersFirst: boolean;
}

export interface Simulation extends Scope {
  readonly theFunction: SimulatedFunction;
  readonly clock: Clock;
  readonly judge: Judge;
  readonly services: Services;
  readonly network: Network;
  /** Those that the stream has. */
  readonly shards: Shard[];
  /** Those that come from splits and merges which have not happened yet, in their order. */
  readonly laterShards: Shard[];
  readonly running: Set<Invocation>;
  /** Those that are not in the table yet. */
  readonly tombstones: Tombstone[];
  readonly counts: { steps: number; invocations: number; kills: number };
  /** When all faults had ended: no fault is left, and no service is down. */
  calmSince: number | undefined;
  /** The first broken promise. */
  violation: Violation | undefined;
  /** Writes a line of the story, with its time. */
  log: (line: string) => void;
}

export function createSimulation(
  scope: Scope,
  theFunction: SimulatedFunction,
  writeLine: (line: string) => void,
): Simulation {
  const clock = createSimulatedClock();
  const startedAt = clock.now();
  const log = (line: string) => {
    writeLine(`${((clock.now() - startedAt) / 1000).toFixed(3).padStart(8)} s  ${line}`);
  };
  const { workload, choices, faults } = scope;
  const judge = createJudge(workload);
  const all = createShards(workload);
  return {
    ...scope,
    ...{ theFunction, clock, judge, log },
    services: createServices(judge, choices.choose),
    network: createNetwork(choices, faults, scope.faultKinds, clock, judge.fault, log),
    shards: all.filter(({ parentIds }) => parentIds.length === 0),
    laterShards: all.filter(({ parentIds }) => parentIds.length > 0),
    running: new Set(),
    tombstones: [...workload.tombstones],
    counts: { steps: 0, invocations: 0, kills: 0 },
    calmSince: undefined,
    violation: undefined,
  };
}

/** Records a broken promise, unless one is broken already; the next step ends the run. */
export function recordViolation(simulation: Simulation, promise: PromiseName, what: string): void {
  simulation.violation ??= new Violation(promise, what);
}
