/** The command line of `npm run bench`. */
import { parseArgs } from 'node:util';
import { helpText } from '../cli/shared/help';
import { type Arguments, COMMON_OPTIONS, UsageError, toUsageError } from '../cli/shared/usage';

export const HELP = helpText({
  usage: 'npm run bench -- [options]',
  about: [
    `Measures the function beside other ways to do the same job: throughput, CPU, writes, cold start, memory and lag.
    Takes under ten minutes on two cores that have nothing else to do.`,
  ],
  options: {
    '--quick': `everything once, over few records: for trying, not for figures; writes no file unless --out says so`,
    '--out FILE': 'where the results go as JSON (default bench/results.json)',
    '--guard': 'for CI, under 30 seconds: is it at least 0.8 times as fast as the bare SDK?',
  },
  examples: {
    'npm run bench': 'everything, into bench/results.json, and from that docs/performance-and-cost.md',
    'npm run bench -- --guard': 'only what CI holds the function to',
  },
  status: { 0: 'measured', 1: "below the guard's 0.8, or the run failed" },
});

export const OPTIONS = {
  quick: { type: 'boolean' },
  guard: { type: 'boolean' },
  out: { type: 'string' },
  ...COMMON_OPTIONS,
} as const;

/** Only these become the page in docs/. */
export const RESULTS = 'bench/results.json';

export interface Settings {
  quick: boolean;
  guard: boolean;
  /** Default: none with `quick`. */
  out: string | undefined;
}

export function parseArguments(argv: string[]): Arguments<Settings> {
  try {
    const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options: OPTIONS });
    if (values.help) return { kind: 'help' };
    if (positionals.length > 0) throw new UsageError('The benchmark takes no file.');
    const { quick = false, guard = false } = values;
    if (guard && (quick || values.out !== undefined)) throw new UsageError('--guard stands alone.');
    return {
      kind: 'run',
      settings: { quick, guard, out: values.out ?? (quick ? undefined : RESULTS) },
    };
  } catch (error) {
    return toUsageError(error, OPTIONS);
  }
}
