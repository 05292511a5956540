/** The command line of `npm run bench`. */
import { parseArgs } from 'node:util';
import { type Arguments, WrongUsage, wrongUsage } from '../cli/usage';

export const HELP = `Measures the function beside other ways to do the same job: throughput, CPU, writes, cold start,
memory and lag. Takes under ten minutes on two cores that have nothing else to do.

  npm run bench                    everything, into bench/results.json, and from that
                                   docs/performance-and-cost.md
  npm run bench -- --guard         only: is it at least 0.8 times as fast as the bare SDK?

  --quick          everything once, over few records: for trying, not for figures; writes
                   no file unless --out says so
  --out FILE       where the results go as JSON (default bench/results.json)
  --guard          for CI, under 30 seconds
  --help           this text

Exit status: 0 measured; 1 below the guard's 0.8, or the run failed; 2 wrong usage; 130 ended
by Ctrl-C.`;

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
    const { values, positionals } = parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        quick: { type: 'boolean' },
        guard: { type: 'boolean' },
        out: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) return { kind: 'help' };
    if (positionals.length > 0) throw new WrongUsage('The benchmark takes no file.');
    const { quick = false, guard = false } = values;
    if (guard && (quick || values.out !== undefined)) throw new WrongUsage('--guard stands alone.');
    return {
      kind: 'run',
      settings: { quick, guard, out: values.out ?? (quick ? undefined : RESULTS) },
    };
  } catch (error) {
    return wrongUsage(error);
  }
}
