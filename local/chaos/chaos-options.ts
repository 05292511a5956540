/** The command line of `npm run chaos`. */
import { defineCommand } from '../../cli/shared/define-command';
import { wholeNumber } from '../../cli/shared/options';
import { UsageError } from '../../cli/shared/usage-error';

export interface Settings {
  seed: number;
  contacts: number;
  seconds: number;
  runs: number;
}

export const chaosCommand = defineCommand({
  call: 'npm run chaos',
  usage: '[options]',
  about: [
    `Runs the stack on this machine while everything around the function fails. Services throttle, send invalid answers,
    reset connections, stall, and lose answers. The function's processes are killed, the event source mapping restarts,
    and shards are split and merged. Then the failures end, and the command checks the results.`,
  ],
  options: {
    seed: {
      value: 'N',
      description: 'selects the failures and the generated contacts',
      parser: wholeNumber({ min: 0, max: 2 ** 32 - 1 }),
      default: 1,
      note: '; timing still differs between runs',
    },
    contacts: {
      value: 'N',
      description: 'number of generated contacts',
      parser: wholeNumber({ min: 1, max: 20_000 }),
      default: 3000,
    },
    seconds: {
      value: 'N',
      description: 'duration of the failures',
      parser: wholeNumber({ min: 1, max: 600 }),
      default: 40,
      note: `, and up to half as long again until one failure for every third contact has happened`,
    },
    runs: {
      value: 'N',
      description: 'number of runs, each with the next seed and one line of output',
      parser: wholeNumber({ min: 1, max: 1_000 }),
      default: 1,
    },
  },
  allowInputs: true,
  examples: {
    'npm run chaos': '40 seconds of failures',
    'npm run chaos -- --seed 7': 'other contacts and failures',
    'npm run chaos -- --runs 10': 'seeds 1 to 10',
  },
  status: {
    0: 'nothing was lost, wrong, stuck, or published twice without an observed reason',
    1: 'a result is wrong, or the run failed',
  },

  toSettings: (values, { inputs }): Settings => {
    if (inputs.length > 0) throw new UsageError('npm run chaos takes no file: it generates its records.');
    return values;
  },
});
