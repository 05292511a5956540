/**
 * Runs one simulation: a workload, shards that deliver it at least once, the function, and services behind a network that
 * fails. After the last fault, everything must end.
 */
import { LEASE_MS } from '../../lambda/contact-records/steps/ledger';
import type { RunChoices } from './choices';
import type { SimulatedFunction } from './simulated-function';
import { createFaultBudget } from './fault-list';
import { createWorkload } from './workload';
import { createSimulation } from './simulation';
import { takeStep } from './take-step';
import { Violation } from './violation';

export interface Counts {
  steps: number;
  deliveries: number;
  invocations: number;
  faults: number;
  kills: number;
  explainedDuplicates: number;
}

export interface RunResult extends Counts {
  violation: Violation | undefined;
}

/** Calls reach their limits, leases end. */
const JUMPS_MS = [100, 1_000, 5_000, LEASE_MS + 1_000, 2 * LEASE_MS];
const SCOPE = {
  faultKinds: {
    sent: ['error', 'silent', 'in flight', 'sent again', 'outage', 'wrong table'],
    answered: ['lost', 'silent'],
    other: ['kill', 'jump', 'restart'],
    straysGetLost: true,
  },
  ...{ stepMs: 1, backOffMs: 1_000, jumpsMs: JUMPS_MS, answersFirst: false },
} as const;
const MAX_STEPS = 20_000;

/**
 * Runs until everything has ended or a promise is broken.
 *
 * @param writeLine - takes the story, line by line
 */
export async function run(
  choices: RunChoices,
  theFunction: SimulatedFunction,
  writeLine: (line: string) => void = () => undefined,
): Promise<RunResult> {
  const { schedule } = choices;
  const workload = createWorkload(choices.workload);
  const faults = createFaultBudget(schedule);
  const simulation = createSimulation(
    { ...SCOPE, workload, choices: schedule, faults },
    theFunction,
    writeLine,
  );
  const { counts, judge } = simulation;
  try {
    while (await takeStep(simulation)) {
      if (++counts.steps > MAX_STEPS) throw new Violation('ends', `not ended after ${MAX_STEPS} steps`);
    }
    if (!simulation.violation) judge.end();
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    simulation.violation = error;
  }
  const { violation } = simulation;
  if (violation) simulation.log(`BROKEN: ${violation.message}`);
  return {
    violation,
    ...counts,
    deliveries: workload.known.size,
    faults: faults.struck(),
    explainedDuplicates: judge.explainedDuplicates(),
  };
}
