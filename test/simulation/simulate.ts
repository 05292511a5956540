/**
 * `npm run simulate`: runs the function over any number of schedules of failures.
 */
import { createProgress } from '../../cli/shared/progress-line';
import { EXIT, runCommand, type Running } from '../../cli/shared/run-command';
import { formatNumber } from '../../cli/shared/format';
import { buildFunctionWithDefect } from './build-function-with-defect';
import { createChoices } from './choices';
import { run } from './run';
import { type ManyRuns, runMany } from './run-many';
import { shrink } from './shrink';
import { simulateCommand, type Settings } from './simulate-options';
import { simulatedFunction } from './simulated-function';

async function simulate(settings: Settings, { print, result, stopping }: Running): Promise<number> {
  const theFunction = settings.defect ? await buildFunctionWithDefect(settings.defect) : simulatedFunction;
  if (settings.story) {
    const { violation } = await run(createChoices(settings.seed), theFunction, (line) => {
      print(`${line}\n`);
    });
    Object.assign(result, { seed: settings.seed, violation: violation?.message ?? null });
    return violation ? EXIT.failure : EXIT.success;
  }

  let done = 0;
  const count = () => ({ done, total: settings.runs });
  const progress = createProgress(process.stderr, count, 'schedules done', { rate: true });
  const startedAt = performance.now();
  progress.begin();
  const ran = await runMany(settings, theFunction, ({ runs }) => {
    done = runs;
    return !stopping.aborted;
  });
  progress.end();
  Object.assign(result, {
    ...ran.totals,
    seed: ran.broken?.seed,
    violation: ran.broken?.result.violation?.message,
  });
  print(formatTotals(ran, (performance.now() - startedAt) / 1000));

  const { seed, choices, result: { violation } = {} } = ran.broken ?? {};
  if (violation === undefined || choices === undefined) {
    print(
      stopping.aborted
        ? 'They kept all promises; the other schedules did not run.\n'
        : 'All promises were kept.\n',
    );
    return EXIT.success;
  }
  print(`Seed ${seed} broke a promise: repeat it with npm run simulate -- --seed ${seed} --story\n`);
  const { lines } = await shrink({ choices, violation }, theFunction);
  print(['Its simplest form:', ...lines, ''].join('\n'));
  return EXIT.failure;
}

function formatTotals({ totals }: ManyRuns, seconds: number): string {
  const { runs, steps, deliveries, invocations, faults, kills, explainedDuplicates } = totals;
  const [allRuns, records, calls, allSteps, allFaults, allKills, again] = [
    ...[runs, deliveries, invocations, steps, faults, kills, explainedDuplicates].map(formatNumber),
  ];
  return [
    `${allRuns} schedules in ${seconds.toFixed(1)} s: ${records} records, ${calls} invocations, ${allSteps} steps,`,
    `${allFaults} faults (${allKills} kills), ${again} messages published again, each with its reason.\n`,
  ].join('\n');
}

runCommand({ commandLine: simulateCommand, run: simulate, onStop: 'Stopping after this schedule.' });
