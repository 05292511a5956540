/**
 * `npm run chaos`: the deployed stack on one machine, with everything around the function failing; then what came out,
 * and whether it is right.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { HELP, parseArguments, type Settings } from './chaos/arguments';
import { isRight, printed } from './chaos/printed';
import { runChaos } from './chaos/run';
import { EXIT, runAsParsed, runCommand } from './command';
import { progressOn } from './progress';
import { emptyTally } from './start/tally';

/** For all but the chaos itself: the start of the engines, the recovery, and reading what came out. */
const LIMIT_SECONDS = 300;

const running: { stop: () => Promise<void> }[] = [];

async function chaos(settings: Settings): Promise<number> {
  const tally = emptyTally();
  const progress = progressOn(process.stderr, () => ({ done: tally.done, total: undefined }));
  const outcome = await runChaos(settings, {
    tally,
    progress,
    onStarted: (started) => {
      running.unshift(started);
    },
  });
  process.stdout.write(printed(outcome));
  return isRight(outcome) ? EXIT.right : EXIT.wrong;
}

/** A run that never ends is no result. */
async function withLimit(settings: Settings): Promise<number> {
  const limitSeconds = settings.seconds + LIMIT_SECONDS;
  return Promise.race([
    chaos(settings),
    sleep(limitSeconds * 1000).then(() => {
      throw new Error(`The run was not over after ${limitSeconds} seconds.`);
    }),
  ]);
}

/** The stack before the proxy that its function goes through. */
runCommand(
  () => runAsParsed(parseArguments(process.argv.slice(2)), HELP, withLimit),
  async () => {
    for (const { stop } of running) await stop();
  },
);
