/** Declares the command line of `npm run bench`. */
import { defineCommand } from '../cli/shared/define-command';
import { pathOf } from '../cli/shared/options';
import { UsageError } from '../cli/shared/usage-error';

/** The committed results, from which the page in docs/ is generated. */
export const RESULTS = 'bench/results.json';

export interface Settings {
  quick: boolean;
  guard: boolean;
  /** Undefined if the results are only printed. */
  out: string | undefined;
}

export const benchCommand = defineCommand({
  call: 'npm run bench',
  usage: '[options]',
  about: [
    `Measures the function and its alternatives: throughput, CPU, writes, cold start and memory. It takes 10 to 20 minutes
    on two idle cores.`,
  ],
  options: {
    quick: {
      description: `a short trial without usable figures; writes no file without --out`,
    },
    out: {
      value: 'FILE',
      description: 'file for the results (JSON)',
      parser: pathOf('file'),
      default: RESULTS,
    },
    guard: { description: 'for CI: fail if the function is slower than the bare SDK' },
  },
  allowInputs: true,
  examples: {
    'npm run bench': 'writes bench/results.json and docs/performance-and-cost.md',
    'npm run bench -- --guard': 'runs the check of CI',
  },
  status: { 0: 'measured', 1: 'below the limit of --guard, or the run failed' },

  toSettings: ({ quick, guard, out }, { inputs, isGiven }): Settings => {
    if (inputs.length > 0) throw new UsageError('npm run bench takes no file.');
    if (guard && (quick || isGiven('out'))) throw new UsageError('Give --guard without other options.');
    return { quick, guard, out: quick && !isGiven('out') ? undefined : out };
  },
});
