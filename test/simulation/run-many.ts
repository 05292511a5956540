/**
 * Many runs, one for each seed, and their totals.
 */
import { createChoices, getMadeChoices, type Made } from './choices';
import { type Counts, run, type RunResult } from './run';
import { simulatedFunction, type SimulatedFunction } from './simulated-function';

export interface Totals extends Counts {
  runs: number;
}

export interface ManyRuns {
  totals: Totals;
  /** The first seed whose run broke a promise. */
  broken?: { seed: number; choices: Made; result: RunResult };
}

/** Runs the seeds from `seed` on, `runs` of them, until one breaks a promise or `goOn` returns false. */
export async function runMany(
  seeds: { seed: number; runs: number },
  theFunction: SimulatedFunction = simulatedFunction,
  goOn: (totals: Totals) => boolean = () => true,
): Promise<ManyRuns> {
  const { stackTraceLimit } = Error;
  // Millions of errors are thrown, and their stack traces are not used.
  Error.stackTraceLimit = 0;
  try {
    return await runAll(seeds, theFunction, goOn);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function runAll(
  { seed, runs }: { seed: number; runs: number },
  theFunction: SimulatedFunction,
  goOn: (totals: Totals) => boolean,
): Promise<ManyRuns> {
  const totals: Totals = { runs: 0, ...NOTHING };
  for (let next = seed; next < seed + runs; next++) {
    const choices = createChoices(next);
    const result = await run(choices, theFunction);
    totals.runs++;
    for (const name of COUNTED) totals[name] += result[name];
    if (result.violation) return { totals, broken: { seed: next, choices: getMadeChoices(choices), result } };
    if (!goOn(totals)) break;
  }
  return { totals };
}

const NOTHING: Counts = {
  steps: 0,
  deliveries: 0,
  invocations: 0,
  faults: 0,
  kills: 0,
  explainedDuplicates: 0,
};
const COUNTED = Object.keys(NOTHING) as (keyof Counts)[];
