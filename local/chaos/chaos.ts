/**
 * `npm run chaos`: the deployed stack on one machine, with everything around the function failing; then what came out,
 * and whether it is right.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { chaosCommand, type Settings } from './chaos-options';
import { isRight, printed } from './chaos-report';
import { runChaos } from './run-chaos';
import { createPaint } from '../../cli/shared/colours';
import { EXIT, runCommand, type Running } from '../../cli/shared/run-command';
import { createProgress } from '../../cli/shared/progress-line';
import { emptyTally } from '../start/tally';

/** For all but the chaos itself: the start of the emulators, the recovery, and reading what came out. */
const LIMIT_SECONDS = 300;

const running: { stop: () => Promise<void> }[] = [];

async function chaos(settings: Settings, { print, result }: Running): Promise<number> {
  const tally = emptyTally();
  const progress = createProgress(process.stderr, () => ({ done: tally.done, total: undefined }));
  const outcome = await runChaos(settings, {
    tally,
    progress,
    onStarted: (started) => {
      running.unshift(started);
    },
  });
  Object.assign(result, outcome);
  print(printed(outcome, createPaint(process.stdout)));
  return isRight(outcome) ? EXIT.success : EXIT.failure;
}

/** A run that never ends is no result. */
async function withLimit(settings: Settings, command: Running): Promise<number> {
  const limitSeconds = settings.seconds + LIMIT_SECONDS;
  return Promise.race([
    chaos(settings, command),
    sleep(limitSeconds * 1000).then(() => {
      throw new Error(`The run was not over after ${limitSeconds} seconds.`);
    }),
  ]);
}

runCommand({
  commandLine: chaosCommand,
  run: withLimit,
  // The stack before the proxy that its function goes through.
  stop: async () => {
    for (const { stop } of running) await stop();
  },
});
