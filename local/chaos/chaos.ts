/** `npm run chaos`: runs the deployed stack while everything around the function fails, and judges the results. */
import { chaosCommand, type Settings } from './chaos-options';
import { isRight, formatReport } from './chaos-report';
import { runChaos } from './run-chaos';
import { createPaint } from '../../cli/shared/colours';
import { EXIT, runCommand, type Running } from '../../cli/shared/run-command';
import { TIME_IS_OVER, waitAtMost } from '../../cli/shared/wait-at-most';
import { createProgress } from '../../cli/shared/progress-line';
import { createTally } from '../start/tally';

/** For everything but the faults: the start of the emulators, the recovery, and reading the results. */
const EXTRA_SECONDS = 300;

const running: { stop: () => Promise<void> }[] = [];

async function chaos(settings: Settings, { print, result }: Running): Promise<number> {
  const tally = createTally();
  const progress = createProgress(process.stderr, () => ({ done: tally.done, total: undefined }));
  const limitSeconds = settings.seconds + EXTRA_SECONDS;
  const onStarted = (started: (typeof running)[number]) => running.unshift(started);
  const run = runChaos(settings, { tally, progress, onStarted });
  const chaosResult = await waitAtMost(limitSeconds * 1000, run);
  if (chaosResult === TIME_IS_OVER) throw new Error(`The run was not over after ${limitSeconds} seconds.`);
  Object.assign(result, chaosResult);
  print(formatReport(chaosResult, createPaint(process.stdout)));
  return isRight(chaosResult) ? EXIT.success : EXIT.failure;
}

runCommand({
  commandLine: chaosCommand,
  run: chaos,
  // The stack stops before the proxy that its function uses.
  stop: async () => {
    for (const { stop } of running) await stop();
  },
});
