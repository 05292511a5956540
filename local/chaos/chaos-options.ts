/**
 * The command line of `npm run chaos`.
 */
import { parseArgs } from 'node:util';
import { helpText } from '../../cli/shared/help';
import {
  type Arguments,
  COMMON_OPTIONS,
  parseWholeNumber,
  UsageError,
  toUsageError,
} from '../../cli/shared/usage';

export const HELP = helpText({
  usage: 'npm run chaos -- [options]',
  about: [
    `Runs the deployed stack on this machine while everything around the function fails: services throttle, answer
    nonsense, reset connections, stall, and lose their answers after they have acted; the function's processes are
    killed, and the event source mapping starts anew from its last checkpoint. Then everything works again, and what
    came out is checked.`,
  ],
  options: {
    '--seed N': `what goes wrong and when, and the contact centre (default 1); which request meets which fault still
      differs from run to run`,
    '--contacts N': 'how many contacts to generate (1 to 20000; default 3000)',
    '--seconds N': `how long things go wrong (1 to 600; default 40), up to half as much longer until there was a fault
      for every third contact; after that, up to 120 seconds for everything to be done`,
  },
  examples: {
    'npm run chaos': 'a generated contact centre, 40 seconds of chaos',
    'npm run chaos -- --seed 7': 'other contacts, other faults',
  },
  status: {
    0: 'nothing lost, wrong, stuck, or twice without a reason that was seen',
    1: "it isn't so, or the run failed",
  },
});

export const OPTIONS = {
  seed: { type: 'string' },
  contacts: { type: 'string' },
  seconds: { type: 'string' },
  ...COMMON_OPTIONS,
} as const;

export interface Settings {
  seed: number;
  contacts: number;
  seconds: number;
}

export function parseArguments(argv: string[]): Arguments<Settings> {
  try {
    const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options: OPTIONS });
    if (values.help) return { kind: 'help' };
    if (positionals.length > 0) throw new UsageError('Chaos takes no file: it generates its records.');
    return {
      kind: 'run',
      settings: {
        seed: parseWholeNumber('--seed', values.seed, 0, 2 ** 32 - 1) ?? 1,
        contacts: parseWholeNumber('--contacts', values.contacts, 1, 20_000) ?? 3000,
        seconds: parseWholeNumber('--seconds', values.seconds, 1, 600) ?? 40,
      },
    };
  } catch (error) {
    return toUsageError(error, OPTIONS);
  }
}
