/**
 * `npm start`: runs the deployed stack on one machine with generated contact records or with your own.
 *
 * Then it reports the results, and whether they are right.
 */
import { once } from 'node:events';
import { type LocalStack, startLocalStack } from '../stack/local-stack';
import { createPaint } from '../../cli/shared/colours';
import { EXIT, runCommand, type Running } from '../../cli/shared/run-command';
import { startCommand, type Settings } from './start-options';
import { processInput } from './process-input';
import { formatConnectionHints, readLastPorts, writeLocalEnv } from './connection-hints';
import { createFollower } from './follow-deliveries';
import { openInput, type Unread } from './open-input';
import { createRecorder } from './report/record-deliveries';
import { prepareFolder, writeFiles } from './output-files';
import { formatName, formatNumber } from '../../cli/shared/format';
import { createProgress } from '../../cli/shared/progress-line';
import { waitAtMost } from '../../cli/shared/wait-at-most';
import { formatSummary, createSummary } from './summary';
import { countGivenUp, countInvocation, countLine, createTally } from './tally';

/** Runs the command to its end, and exits. Tests give another `startStack`, on emulators that are already running. */
export function runStart(startStack: typeof startLocalStack = startLocalStack): void {
  runCommand({
    commandLine: startCommand,
    run: (settings, running) => runUntilStopped(settings, running, startStack),
  });
}

/** Upper bound for stopping everything. Processes that still run then end with this one. */
const STOP_LIMIT_MS = { atEnd: 10_000, interrupted: 2_000 };
/** Upper bound of the live log before the summary, with `--keep`. */
const MAX_LINES_BEFORE_SUMMARY = 12;
const DEFAULT_FOLDER = 'out';

type Start = typeof startLocalStack;

/** Runs the command. Until the stack runs, Ctrl-C ends the run at once; later, `start` ends by itself. */
async function runUntilStopped(settings: Settings, running: Running, startStack: Start): Promise<number> {
  const { stopping } = running;
  const interrupted = Promise.withResolvers<never>();
  interrupted.promise.catch(() => undefined);
  const interrupt = () => {
    interrupted.reject(stopping.reason);
  };
  stopping.addEventListener('abort', interrupt);
  let stack: LocalStack | undefined;
  const startAndKeep: Start = async (options) => {
    stack = await startStack(options);
    stopping.removeEventListener('abort', interrupt);
    return stack;
  };
  try {
    return await Promise.race([start(settings, running, startAndKeep), interrupted.promise]);
  } finally {
    const limit = STOP_LIMIT_MS[stopping.aborted ? 'interrupted' : 'atEnd'];
    if (stack) await waitAtMost(limit, stack.stop());
  }
}

async function start(
  settings: Settings,
  { print, printResult, result, stopping }: Running,
  startStack: Start,
): Promise<number> {
  const folder = settings.out ?? DEFAULT_FOLDER;
  await prepareFolder(folder);
  const tally = createTally();
  let findTotal = (): number | undefined => undefined;
  const count = () => ({ done: tally.done, total: findTotal() });
  const explainStandstill = () => {
    if (tally.lastError !== undefined) return `retry after ${tally.lastError}`;
    return tally.batches === 0 ? 'the function starts' : 'batches run';
  };
  const progress = createProgress(process.stderr, count, 'deliveries done', {
    rate: true,
    explainStandstill,
  });
  const named = new Set<string>();
  const recorder = createRecorder();
  if (settings.input.kind !== 'generated') progress.wait('reading the input');
  const input = await openInput(settings.input, (unread: Unread) => {
    const { name, line, why } = unread;
    tally.unread++;
    recorder.noteUnread(unread);
    // A file may have many records with the same problem.
    const key = JSON.stringify([name, why]);
    const place = line === undefined ? '' : `, line ${formatNumber(line)}`;
    if (!named.has(key)) progress.step(`not read: ${formatName(name)}${place}: ${why}`);
    named.add(key);
  }).finally(progress.end);
  input.deliveries = recorder.watch(input.deliveries);
  findTotal = () => input.total;

  let lines = 0;
  let showLine = (line: string) => {
    if (lines++ < MAX_LINES_BEFORE_SUMMARY) progress.step(line);
  };
  const follower = createFollower(
    settings.keep
      ? (line) => {
          showLine(line);
        }
      : undefined,
  );
  tally.followed = follower.outcomes;
  const stack = await startStack({
    ...(settings.batchSize !== undefined && { batchSize: settings.batchSize }),
    ports: settings.keep ? await readLastPorts(folder) : undefined,
    onFunctionOutput: (line) => {
      countLine(tally, line);
    },
    onAnswer: follower.noteAnswer,
    onInvocation: (invocation) => {
      countInvocation(tally, invocation);
      follower.noteDone(invocation.doneRecords);
    },
    onDenied: (message) => {
      tally.denied = message;
      if (!named.has(message)) progress.step(`denied: ${message}`);
      named.add(message);
    },
    onGivenUp: (givenUp) => {
      countGivenUp(tally, givenUp);
    },
    onProgress: progress.wait,
  }).finally(progress.end);
  const run = await processInput(stack, input, {
    tally,
    progress,
    shouldReshard: settings.reshard,
    stopping,
  });

  const summary = createSummary(run);
  Object.assign(result, summary);
  print(formatSummary(summary, run, createPaint(process.stdout)));
  if (settings.out !== undefined) await writeFiles(settings.out, run.results, summary);
  // The charts' library loads slowly, so it is loaded after the summary.
  const { writeReport } = await import('./report/write-report');
  const { notifyWithinHours } = stack;
  const report = { run, recorder, settings, notifyWithinHours };
  print(`\nReport (personal data): ${await writeReport(folder, report)}\n`);
  if (run.endedEarly !== undefined) {
    if (stopping.aborted) return EXIT.interrupted;
    throw new Error(run.endedEarly);
  }
  if (settings.keep) {
    Object.assign(result, { endpoints: stack.emulators.endpoints, names: stack.names });
    print(`\n${formatConnectionHints(await writeLocalEnv(folder, stack), stack)}`);
    printResult();
    showLine = (line) => {
      print(`${line}\n`);
    };
    if (!stopping.aborted) await once(stopping, 'abort');
  }
  const isRight = run.differences.length === 0 && tally.unread === 0 && run.unusable.length === 0;
  if (isRight && !settings.keep) print(formatNextCommand(settings));
  return isRight ? EXIT.success : EXIT.failure;
}

const formatNextCommand = ({ input }: Settings) =>
  input.kind === 'generated'
    ? 'Next: npm start -- test/fixtures --keep, or FILE with your own records\n'
    : 'Next: npm run doctor -- --instance ID, which shows how to deploy this\n';
