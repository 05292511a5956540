/**
 * Many runs, one for each seed, and what came of them.
 */
import { choicesOf, made, type Made } from './choices';
import { run, type RunResult } from './run';
import { simulatedFunction, type SimulatedFunction } from './simulated-function';

export interface Totals {
  runs: number;
  steps: number;
  deliveries: number;
  invocations: number;
  faults: number;
  kills: number;
  explainedDuplicates: number;
}

export interface ManyRuns {
  totals: Totals;
  /** The first seed whose run broke a promise. */
  broken?: { seed: number; choices: Made; result: RunResult };
}

/** Runs the seeds from `seed` on, `runs` of them, until one breaks a promise. */
export async function manyRuns(
  { seed, runs }: { seed: number; runs: number },
  theFunction: SimulatedFunction = simulatedFunction,
  onProgress: (totals: Totals) => void = () => undefined,
): Promise<ManyRuns> {
  const totals: Totals = {
    ...{ runs: 0, steps: 0, deliveries: 0, invocations: 0, faults: 0, kills: 0, explainedDuplicates: 0 },
  };
  for (let next = seed; next < seed + runs; next++) {
    const choices = choicesOf(next);
    const result = await run(choices, theFunction);
    totals.runs++;
    for (const name of [
      'steps',
      'deliveries',
      'invocations',
      'faults',
      'kills',
      'explainedDuplicates',
    ] as const) {
      totals[name] += result[name];
    }
    if (result.violation) return { totals, broken: { seed: next, choices: made(choices), result } };
    onProgress(totals);
  }
  return { totals };
}
