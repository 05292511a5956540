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
import { openInput } from './open-input';
import { prepareFolder, writeFiles } from './output-files';
import { createProgress } from '../../cli/shared/progress-line';
import { formatSummary, createSummary } from './summary';
import { countInvocation, countLine, createTally } from './tally';

let stack: LocalStack | undefined;

async function start(settings: Settings, { print, printResult, result }: Running): Promise<number> {
  if (settings.out !== undefined) await prepareFolder(settings.out);
  const input = await openInput(settings.input);
  const tally = createTally();
  const count = () => ({ done: tally.done, total: input.total });
  const progress = createProgress(process.stderr, count, 'deliveries done', { rate: true });

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
  const run = await processInput(stack, input, tally, progress);

  const summary = createSummary(run);
  Object.assign(result, summary);
  print(formatSummary(summary, run, createPaint(process.stdout)));
  if (settings.out !== undefined) await writeFiles(settings.out, run.results, summary);
  if (settings.keep) {
    Object.assign(result, { endpoints: stack.emulators.endpoints, names: stack.names });
    print(`\n${formatConnectionHints(stack)}`);
    printResult();
    await new Promise<never>(() => undefined);
  }
  return run.differences.length === 0 ? EXIT.success : EXIT.failure;
}

runCommand({ commandLine: startCommand, run: start, stop: () => stack?.stop() });
