/** `npm run chaos`: runs the deployed stack while everything around the function fails, and judges the results. */
import { chaosCommand, type Settings } from './chaos-options';
import { isRight, formatReport, formatResultLine } from './chaos-report';
import { type ChaosResult, runChaos } from './run-chaos';
import { createPaint } from '../../cli/shared/colours';
import { EXIT, runCommand, type Running } from '../../cli/shared/run-command';
import { TIME_IS_OVER, waitAtMost } from '../../cli/shared/wait-at-most';
import { createProgress } from '../../cli/shared/progress-line';
import { createTally } from '../start/tally';

/** Time for the start of the emulators, the recovery, and reading the results. */
const EXTRA_SECONDS = 300;

const running: { stop: () => Promise<void> }[] = [];

async function chaos(settings: Settings, { print, result }: Running): Promise<number> {
  const paint = createPaint(process.stdout);
  if (settings.runs === 1) {
    const only = await runOnce(settings);
    Object.assign(result, only);
    print(formatReport(only, paint));
    return isRight(only) ? EXIT.success : EXIT.failure;
  }
  const results: ChaosResult[] = [];
  Object.assign(result, { runs: results });
  for (let run = 0; run < settings.runs; run++) {
    const one = await runOnce({ ...settings, seed: (settings.seed + run) % 2 ** 32 });
    results.push(one);
    print(isRight(one) ? `${formatResultLine(one, paint)}\n` : formatReport(one, paint));
    await stopRunning();
  }
  return results.every(isRight) ? EXIT.success : EXIT.failure;
}

async function runOnce(settings: Settings): Promise<ChaosResult> {
  const tally = createTally();
  const progress = createProgress(process.stderr, () => ({ done: tally.done, total: undefined }));
  const limitSeconds = settings.seconds + EXTRA_SECONDS;
  const onStarted = (started: (typeof running)[number]) => running.unshift(started);
  const run = runChaos(settings, { tally, progress, onStarted });
  const chaosResult = await waitAtMost(limitSeconds * 1000, run);
  if (chaosResult === TIME_IS_OVER)
    throw new Error(`The run did not end within ${limitSeconds} seconds. Try fewer --contacts.`);
  return chaosResult;
}

/** Stops the stack before the proxy that its function uses. */
async function stopRunning(): Promise<void> {
  for (const { stop } of running.splice(0)) await stop();
}

runCommand({
  commandLine: chaosCommand,
  run: chaos,
  stop: stopRunning,
});
