/**
 * `npm start`: the deployed stack on one machine, fed with a generated contact centre or with records of your own; then
 * what came out, and whether it is right.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type LocalStack, startLocalStack } from '../local/local-stack';
import { HELP, parseArguments, type Settings, WrongUsage } from './start/arguments';
import { feed } from './start/feed';
import { hints } from './start/hints';
import { openInput } from './start/input';
import { prepareFolder, writeFiles } from './start/output-files';
import { progressOn } from './start/progress';
import { printed, summaryOf } from './start/summary';
import { countInvocation, countLine, emptyTally } from './start/tally';

const EXIT = { right: 0, wrong: 1, usage: 2, interrupted: 130 } as const;
/** At the end there is time to tidy up; after Ctrl-C somebody waits. */
const SECONDS_TO_STOP = { atEnd: 10, interrupted: 2 } as const;
/** One Ctrl-C may arrive several times: from the terminal, and passed on by npm and tsx. */
const SAME_CTRL_C_MS = 500;

let stack: LocalStack | undefined;
let interruptedAt: number | undefined;

async function start(settings: Settings): Promise<number> {
  if (settings.out !== undefined) await prepareFolder(settings.out);
  const input = await openInput(settings.input);
  const tally = emptyTally();
  const progress = progressOn(process.stderr, () => ({ done: tally.done, total: input.total }));

  stack = await startLocalStack({
    ...(settings.batchSize !== undefined && { batchSize: settings.batchSize }),
    onFunctionOutput: (line) => {
      countLine(tally, line);
    },
    onInvocation: (invocation) => {
      countInvocation(tally, invocation);
    },
    onProgress: progress.step,
  });
  const run = await feed(stack, input, tally, progress);

  const summary = summaryOf(run);
  if (settings.out !== undefined) await writeFiles(settings.out, run.cameOut, summary);
  process.stdout.write(printed(summary, run));
  if (settings.keep) {
    process.stdout.write(`\n${hints(stack)}`);
    await untilInterrupted();
  }
  return run.differences.length === 0 ? EXIT.right : EXIT.wrong;
}

async function main(): Promise<number> {
  try {
    const parsed = parseArguments(process.argv.slice(2));
    switch (parsed.kind) {
      case 'wrong':
        throw new WrongUsage(parsed.message);
      case 'help':
        process.stdout.write(`${HELP}\n`);
        return EXIT.right;
      case 'run':
        return await start(parsed.settings);
    }
  } catch (error) {
    // While everything is being stopped, whatever fails fails because of that.
    if (interruptedAt === undefined) process.stderr.write(`${sentence(error)}\n`);
    return error instanceof WrongUsage ? EXIT.usage : EXIT.wrong;
  }
}

/** A `SyntaxError` quotes what it could not read, which may be a record. */
const sentence = (error: unknown): string => {
  if (error instanceof SyntaxError) return 'The run failed: an engine gave an answer that is not JSON.';
  return error instanceof Error ? error.message : 'The run failed.';
};

/** The engines and the function end with this process, however it ends; stopping them first lets them tidy up. */
const stopAll = (limitSeconds: number) =>
  Promise.race([stack?.stop(), sleep(limitSeconds * 1000)]).catch(() => undefined);

const untilInterrupted = () => new Promise<never>(() => undefined);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (interruptedAt !== undefined) {
      if (performance.now() - interruptedAt > SAME_CTRL_C_MS) process.exit(EXIT.interrupted);
      return;
    }
    interruptedAt = performance.now();
    process.stderr.write('\nStopping.\n');
    void stopAll(SECONDS_TO_STOP.interrupted).then(() => process.exit(EXIT.interrupted));
  });
}

void main().then(async (status) => {
  if (interruptedAt !== undefined) return;
  await stopAll(SECONDS_TO_STOP.atEnd);
  process.exit(status);
});
