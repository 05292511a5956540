/**
 * `npm start`: the deployed stack on one machine, fed with a generated contact centre or with records of your own; then
 * what came out, and whether it is right.
 */
import { type LocalStack, startLocalStack } from '../stack/local-stack';
import { createPaint } from '../../cli/shared/colours';
import { EXIT, runCommand, type Running } from '../../cli/shared/run-command';
import { startCommand, type Settings } from './start-options';
import { feed } from './feed';
import { hints } from './connection-hints';
import { openInput } from './open-input';
import { prepareFolder, writeFiles } from './output-files';
import { createProgress } from '../../cli/shared/progress-line';
import { printed, summaryOf } from './summary';
import { countInvocation, countLine, emptyTally } from './tally';

let stack: LocalStack | undefined;

async function start(settings: Settings, { print, printResult, result }: Running): Promise<number> {
  if (settings.out !== undefined) await prepareFolder(settings.out);
  const input = await openInput(settings.input);
  const tally = emptyTally();
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
  const run = await feed(stack, input, tally, progress);

  const summary = summaryOf(run);
  Object.assign(result, summary);
  print(printed(summary, run, createPaint(process.stdout)));
  if (settings.out !== undefined) await writeFiles(settings.out, run.results, summary);
  if (settings.keep) {
    Object.assign(result, { endpoints: stack.emulators.endpoints, names: stack.names });
    print(`\n${hints(stack)}`);
    printResult();
    await untilInterrupted();
  }
  return run.differences.length === 0 ? EXIT.success : EXIT.failure;
}

const untilInterrupted = () => new Promise<never>(() => undefined);

runCommand({
  commandLine: startCommand,
  run: start,
  stop: () => stack?.stop(),
});
