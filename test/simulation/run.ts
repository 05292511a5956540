/**
 * One simulated run: a workload, shards that deliver it at least once, the function, and services behind a network that
 * fails. After the last fault, everything has to end.
 */
import type { RunChoices } from './choices';
import type { SimulatedFunction } from './simulated-function';
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
  const simulation = createSimulation(choices, theFunction, writeLine);
  const { counts, judge, faults, workload } = simulation;
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
