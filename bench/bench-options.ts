/** The command line of `npm run bench`. */
import { defineCommand } from '../cli/shared/define-command';
import { pathOf } from '../cli/shared/options';
import { UsageError } from '../cli/shared/usage-error';

/** Only these become the page in docs/. */
export const RESULTS = 'bench/results.json';

export interface Settings {
  quick: boolean;
  guard: boolean;
  /** Undefined: the results are only printed. */
  out: string | undefined;
}

export const benchCommand = defineCommand({
  call: 'npm run bench',
  usage: '[options]',
  about: [
    `Measures the function and other ways to do the same job: throughput, CPU, writes, cold start and memory.
    Takes under ten minutes on two cores that have nothing else to do.`,
  ],
  options: {
    quick: {
      description: `everything once, over few records: for trying, not for figures; writes no file unless --out says so`,
    },
    out: {
      value: 'FILE',
      description: 'where the results go as JSON',
      parser: pathOf('file'),
      default: RESULTS,
    },
    guard: { description: 'for CI, under 30 seconds: is it at least 0.8 times as fast as the bare SDK?' },
  },
  allowInputs: true,
  examples: {
    'npm run bench': 'everything, into bench/results.json, and from that docs/performance-and-cost.md',
    'npm run bench -- --guard': 'only what CI requires of the function',
  },
  status: { 0: 'measured', 1: "below the guard's 0.8, or the run failed" },

  toSettings: ({ quick, guard, out }, { inputs, isGiven }): Settings => {
    if (inputs.length > 0) throw new UsageError('The benchmark takes no file.');
    if (guard && (quick || isGiven('out'))) throw new UsageError('--guard allows no other option.');
    return { quick, guard, out: quick && !isGiven('out') ? undefined : out };
  },
});
