/**
 * `npm run simulate`: any number of simulated runs. A run that breaks a promise is shrunk and shown step by step.
 */
import { parseArgs } from 'node:util';
import { parseText, wholeNumber } from '../../cli/shared/options';
import { toUsageError } from '../../cli/shared/usage-error';
import { createChoices } from './choices';
import { buildFunctionWithDefect } from './build-function-with-defect';
import { DEFECTS } from './defects';
import { runMany, type Totals } from './run-many';
import { run } from './run';
import { shrink } from './shrink';
import { simulatedFunction } from './simulated-function';

const HELP = `Runs the function over simulated services that fail, one schedule for each seed.

  npm run simulate -- --runs N --seed N

  --runs N      how many schedules (1 to 100000000; default 10000)
  --seed N      the first one's seed (0 to 4000000000; default 1)
  --story       with one run: show it step by step
  --defect TEXT the function with the deliberate defect whose name contains this
  --help        this text

Exit status: 0 all promises were kept, 1 one was broken, 2 wrong usage.`;

/** The number of runs between two progress lines. */
const PROGRESS_RUNS = 10_000;

async function main(argv: string[]): Promise<number> {
  const settings = parseSettings(argv);
  if (settings === undefined) return 2;
  if (settings.help) {
    console.log(HELP);
    return 0;
  }
  const defect = DEFECTS.find(({ name }) => settings.defect !== undefined && name.includes(settings.defect));
  if (settings.defect !== undefined && !defect) {
    console.error(`No defect of that name. There are:\n  ${DEFECTS.map(({ name }) => name).join('\n  ')}`);
    return 2;
  }
  const theFunction = defect ? await buildFunctionWithDefect(defect) : simulatedFunction;
  if (settings.story) {
    const { violation } = await run(createChoices(settings.seed), theFunction, console.log);
    return violation ? 1 : 0;
  }

  const startedAt = performance.now();
  const { totals, broken } = await runMany(settings, theFunction, (soFar) => {
    if (soFar.runs % PROGRESS_RUNS === 0) console.error(`${soFar.runs} runs, no promise broken`);
  });
  console.log(formatTotals(totals, (performance.now() - startedAt) / 1000));
  if (!broken?.result.violation) {
    console.log('All promises were kept.');
    return 0;
  }
  console.log(
    `Seed ${broken.seed} broke a promise. To repeat it: npm run simulate -- --seed ${broken.seed} --story`,
  );
  const { lines } = await shrink({ ...broken, violation: broken.result.violation }, theFunction);
  console.log(['Its simplest form:', ...lines].join('\n'));
  return 1;
}

function parseSettings(argv: string[]) {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        runs: { type: 'string', default: '10000' },
        seed: { type: 'string', default: '1' },
        story: { type: 'boolean', default: false },
        defect: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const runs = parseText(wholeNumber({ min: 1, max: 100_000_000 }), '--runs', values.runs);
    const seed = parseText(wholeNumber({ min: 0, max: 4_000_000_000 }), '--seed', values.seed);
    return { ...values, runs, seed };
  } catch (error) {
    console.error(toUsageError(error).message);
    return undefined;
  }
}

function formatTotals(totals: Totals, seconds: number): string {
  const { runs, steps, deliveries, invocations, faults, kills, explainedDuplicates } = totals;
  return [
    `${runs} runs in ${seconds.toFixed(1)} s: ${deliveries} records, ${invocations} invocations, ${steps} steps,`,
    `${faults} faults (${kills} kills), ${explainedDuplicates} messages published again, each with its reason.`,
  ].join('\n');
}

void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
