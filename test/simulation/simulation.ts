/** The parts and the state of one simulated run. */
import type { RunChoices } from './choices';
import { type Clock, createSimulatedClock } from './clock';
import { createFaultBudget, type FaultBudget } from './fault-list';
import type { Invocation } from './invocation';
import { createJudge, type Judge } from './check-promises';
import { createNetwork, type Network } from './network';
import { createServices, type Services } from './services';
import { createShards, type Shard } from './shards';
import type { SimulatedFunction } from './simulated-function';
import { type PromiseName, Violation } from './violation';
import { createWorkload, type Tombstone, type Workload } from './workload';

export interface Simulation {
  readonly theFunction: SimulatedFunction;
  readonly choices: RunChoices['schedule'];
  readonly workload: Workload;
  readonly clock: Clock;
  readonly faults: FaultBudget;
  readonly judge: Judge;
  readonly services: Services;
  readonly network: Network;
  readonly shards: readonly Shard[];
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
  { workload: workloadChoices, schedule: choices }: RunChoices,
  theFunction: SimulatedFunction,
  writeLine: (line: string) => void,
): Simulation {
  const clock = createSimulatedClock();
  const startedAt = clock.now();
  const log = (line: string) => {
    writeLine(`${((clock.now() - startedAt) / 1000).toFixed(3).padStart(8)} s  ${line}`);
  };
  const workload = createWorkload(workloadChoices);
  const faults = createFaultBudget(choices);
  const judge = createJudge(workload);
  return {
    ...{ theFunction, choices, workload, clock, faults, judge, log },
    services: createServices(judge, choices.choose),
    network: createNetwork(choices, faults, clock, judge.fault, log),
    shards: createShards(workload.shards),
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
