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
    `Runs the deployed stack on this machine while everything around the function fails: services throttle, answer
    nonsense, reset connections, stall, and lose their answers after they have acted; the function's processes are
    killed, the event source mapping starts anew from its last checkpoint, and shards are split and merged. Then
    everything works again, and the results are checked.`,
  ],
  options: {
    seed: {
      value: 'N',
      description: 'what goes wrong and when, and the contact centre',
      parser: wholeNumber({ min: 0, max: 2 ** 32 - 1 }),
      default: 1,
      note: '; which request meets which failure still differs from run to run',
    },
    contacts: {
      value: 'N',
      description: 'how many contacts to generate',
      parser: wholeNumber({ min: 1, max: 20_000 }),
      default: 3000,
    },
    seconds: {
      value: 'N',
      description: 'how long things go wrong',
      parser: wholeNumber({ min: 1, max: 600 }),
      default: 40,
      note: `, up to half as much longer until there was a failure for every third contact; after that, up to 120 seconds
        for everything to be done`,
    },
    runs: {
      value: 'N',
      description: 'how many runs, each with the next seed; of several, each prints one line',
      parser: wholeNumber({ min: 1, max: 1_000 }),
      default: 1,
    },
  },
  allowInputs: true,
  examples: {
    'npm run chaos': 'a generated contact centre, 40 seconds of chaos',
    'npm run chaos -- --seed 7': 'other contacts, other faults',
    'npm run chaos -- --runs 10': 'seeds 1 to 10',
  },
  status: {
    0: 'nothing lost, wrong, stuck, or twice without a reason that was seen',
    1: "it isn't so, or the run failed",
  },

  toSettings: (values, { inputs }): Settings => {
    if (inputs.length > 0) throw new UsageError('Chaos takes no file: it generates its records.');
    return values;
  },
});
