/** The command line of `npm run simulate`. */
import { defineCommand } from '../../cli/shared/define-command';
import { type Parser, wholeNumber } from '../../cli/shared/options';
import { UsageError } from '../../cli/shared/usage-error';
import { DEFECTS, type Defect } from './defects';

export interface Settings {
  runs: number;
  seed: number;
  /** Whether to show each step of the run with this seed. */
  story: boolean;
  defect: Defect | undefined;
}

/** Takes a part of a defect's name. */
const partOfName: Parser<Defect> = {
  parse: (text) => DEFECTS.find(({ name }) => text !== '' && name.includes(text)),
  describeError: (option) =>
    `${option}: no defect has this in its name. There are:\n  ${DEFECTS.map(({ name }) => name).join('\n  ')}`,
};

export const simulateCommand = defineCommand({
  call: 'npm run simulate',
  usage: '[options]',
  about: [
    `Runs the function on simulated services that fail: one schedule of failures for each seed. If a schedule breaks a
    promise of the pipeline, the command shows its shortest form, step by step.`,
  ],
  options: {
    runs: {
      value: 'N',
      description: 'number of schedules',
      parser: wholeNumber({ min: 1, max: 100_000_000 }),
      default: 10_000,
    },
    seed: {
      value: 'N',
      description: 'seed of the first schedule',
      parser: wholeNumber({ min: 0, max: 4_000_000_000 }),
      default: 1,
    },
    story: { description: 'show each step of the schedule with this seed' },
    defect: {
      value: 'TEXT',
      description: 'use the deliberate defect whose name contains this text',
      parser: partOfName,
    },
  },
  examples: {
    'npm run simulate': '10,000 schedules',
    'npm run simulate -- --seed 5 --story': 'one schedule, step by step',
    "npm run simulate -- --defect 'lease never ends'": 'how a mistake in the function is found',
  },
  status: { 0: 'the function kept all promises', 1: 'it broke one, or the run failed' },

  toSettings: ({ runs, seed, story, defect }, { isGiven }): Settings => {
    if (story && isGiven('runs')) throw new UsageError('--story shows one schedule: leave --runs out.');
    return { runs, seed, story, defect };
  },
});
