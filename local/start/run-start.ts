/**
 * `npm start`: runs the deployed stack on one machine with generated contact records or with your own.
 *
 * Then it reports the results, and whether they are right.
 */
import { type LocalStack, startLocalStack } from '../stack/local-stack';
import { createPaint } from '../../cli/shared/colours';
import { EXIT, runCommand, type Running } from '../../cli/shared/run-command';
import { startCommand, type Settings } from './start-options';
import { processInput } from './process-input';
import { formatConnectionHints } from './connection-hints';
import { openInput, type Unread } from './open-input';
import { createRecorder } from './report/record-deliveries';
import { prepareFolder, writeFiles } from './output-files';
import { formatName, formatNumber } from '../../cli/shared/format';
import { createProgress } from '../../cli/shared/progress-line';
import { formatSummary, createSummary } from './summary';
import { countGivenUp, countInvocation, countLine, createTally } from './tally';

/** For the report, without `--out`. */
const DEFAULT_FOLDER = 'out';

let stack: LocalStack | undefined;

/** Runs the command to its end, and exits. Tests give another `startStack`, on emulators that are already running. */
export function runStart(startStack: typeof startLocalStack = startLocalStack): void {
  runCommand({
    commandLine: startCommand,
    run: (settings, running) => start(settings, running, startStack),
    stop: () => stack?.stop(),
  });
}

async function start(
  settings: Settings,
  { print, printResult, result }: Running,
  startStack: typeof startLocalStack,
): Promise<number> {
  if (settings.out !== undefined) await prepareFolder(settings.out);
  const tally = createTally();
  let findTotal = (): number | undefined => undefined;
  const count = () => ({ done: tally.done, total: findTotal() });
  const progress = createProgress(process.stderr, count, 'deliveries done', { rate: true });
  const named = new Set<string>();
  const recorder = createRecorder();
  const input = await openInput(settings.input, (unread: Unread) => {
    const { name, line, why } = unread;
    tally.unread++;
    recorder.noteUnread(unread);
    // All of a file's records may be of one kind.
    const key = JSON.stringify([name, why]);
    const place = line === undefined ? '' : `, line ${formatNumber(line)}`;
    if (!named.has(key)) progress.step(`not read: ${formatName(name)}${place}: ${why}`);
    named.add(key);
  });
  input.deliveries = recorder.watch(input.deliveries);
  findTotal = () => input.total;

  stack = await startStack({
    ...(settings.batchSize !== undefined && { batchSize: settings.batchSize }),
    onFunctionOutput: (line) => {
      countLine(tally, line);
    },
    onInvocation: (invocation) => {
      countInvocation(tally, invocation);
    },
    onDenied: (message) => {
      if (!named.has(message)) progress.step(`denied: ${message}`);
      named.add(message);
    },
    onGivenUp: (givenUp) => {
      countGivenUp(tally, givenUp);
    },
    onProgress: progress.step,
  });
  const run = await processInput(stack, input, tally, progress, settings.reshard);

  const summary = createSummary(run);
  Object.assign(result, summary);
  print(formatSummary(summary, run, createPaint(process.stdout)));
  if (settings.out !== undefined) await writeFiles(settings.out, run.results, summary);
  // The library of the charts takes a while to load.
  const { writeReport } = await import('./report/write-report');
  const { notifyWithinHours } = stack;
  const report = { run, recorder, settings, notifyWithinHours, isPartial: false };
  print(`\nReport: ${await writeReport(settings.out ?? DEFAULT_FOLDER, report)}\n`);
  if (settings.keep) {
    Object.assign(result, { endpoints: stack.emulators.endpoints, names: stack.names });
    print(`\n${formatConnectionHints(stack)}`);
    printResult();
    await waitForInterrupt();
  }
  return run.differences.length === 0 && tally.unread === 0 ? EXIT.success : EXIT.failure;
}

const waitForInterrupt = () => new Promise<never>(() => undefined);
