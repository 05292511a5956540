/** Runs a command: from the command line to the exit status, until its end or Ctrl-C, with nothing left running. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type CommandOutput, createCommandOutput } from './command-output';
import type { CommandLine } from './define-command';
import { UsageError } from './usage-error';

/** The same for all commands: docs/commands.md. `failure`: it failed, or something is left that needs a person. */
export const EXIT = { success: 0, failure: 1, usage: 2, interrupted: 130 } as const;

/**
 * At the end there is time to remove what was created, and to read: a pipe takes no more than is read, and the reader may
 * be a person with a pager. After Ctrl-C a person waits.
 */
const MAX_MS = { atEnd: { stop: 10_000, read: 600_000 }, interrupted: { stop: 2_000, read: 2_000 } };

export interface Command<Settings> {
  commandLine: CommandLine<Settings>;
  /** Resolves to the exit status. May throw the reason of `stopping`, which is no failure. */
  run: (settings: Settings, running: Running) => Promise<number>;
  /** Ends what the run has started. Without it the run is to end by itself, soon after `stopping`. */
  stop?: () => Promise<unknown> | undefined;
  /** What Ctrl-C says. @default 'Stopping.' */
  onStop?: string;
}

export interface Running extends Pick<CommandOutput, 'print' | 'result' | 'printResult'> {
  /** Aborted at the first Ctrl-C. */
  stopping: AbortSignal;
}

/** Runs a command to its end or until Ctrl-C, and exits. */
export function runCommand<Settings>(command: Command<Settings>): void {
  const { stop, onStop = 'Stopping.' } = command;
  const argv = process.argv.slice(2);
  const output = createCommandOutput(argv.includes('--json'));
  const stopping = new AbortController();
  const running: Running = { ...output, stopping: stopping.signal };
  const reportFailure = (error: unknown): number => {
    output.reportError(error);
    return error instanceof UsageError ? EXIT.usage : EXIT.failure;
  };
  const exit = (status: number) => exitAfter(stop, status, output, stopping.signal);

  onInterrupt(() => {
    process.stderr.write(`${process.stderr.isTTY ? '\n' : ''}${onStop}\n`);
    output.result.error = 'Ended by Ctrl-C.';
    stopping.abort();
    if (stop) void exit(EXIT.interrupted);
  });
  process.on('uncaughtException', (error) => {
    void exit(reportFailure(error));
  });

  void runParsed(command, argv, running, output)
    .then((status) => (stopping.signal.aborted ? EXIT.interrupted : status))
    .catch((error: unknown) => {
      // While everything is being stopped, all failures come from that.
      const isStopped = stopping.signal.aborted && (stop ?? error === stopping.signal.reason);
      return isStopped ? EXIT.interrupted : reportFailure(error);
    })
    .then((status) => (stop && stopping.signal.aborted ? undefined : exit(status)));
}

/** One Ctrl-C may arrive several times: from the terminal, and passed on by npm. */
const SAME_CTRL_C_MS = 500;

/** Calls `stop` at the first Ctrl-C, and exits at the next one. A terminal that closes, and `kill`, are the same. */
function onInterrupt(stop: () => void): void {
  let interruptedAt: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (interruptedAt === undefined) {
        interruptedAt = performance.now();
        stop();
      } else if (performance.now() - interruptedAt > SAME_CTRL_C_MS) {
        process.exit(EXIT.interrupted);
      }
    });
  }
}

async function runParsed<Settings>(
  { commandLine, run }: Command<Settings>,
  argv: string[],
  running: Running,
  output: CommandOutput,
): Promise<number> {
  const taken = findOptionTakenByNpm(commandLine.optionNames);
  if (taken !== undefined) {
    throw new UsageError(`npm took ${taken} for itself: put -- before the command's options.`);
  }
  const parsed = commandLine.parse(argv);
  switch (parsed.kind) {
    case 'wrong':
      throw new UsageError(parsed.message);
    case 'help':
      output.printHelp(commandLine.help);
      return EXIT.success;
    case 'run':
      return run(parsed.settings, running);
  }
}

/** `npm start --keep` instead of `npm start -- --keep`. What npm has itself may be its own setting. */
function findOptionTakenByNpm(optionNames: string[]): string | undefined {
  return optionNames.find((option) => {
    const name = option.slice(2).replaceAll('-', '_');
    return !['prefix', 'yes', 'json', 'help'].includes(name) && process.env[`npm_config_${name}`];
  });
}

/** Emulators and function end with this process, however it ends; stopping them first lets them remove their files. */
async function exitAfter(
  stop: Command<never>['stop'],
  status: number,
  output: CommandOutput,
  stopping: AbortSignal,
): Promise<void> {
  const maxMs = MAX_MS[stopping.aborted ? 'interrupted' : 'atEnd'];
  await Promise.race([stop?.(), sleep(maxMs.stop)]).catch(() => undefined);
  output.printResult();
  await Promise.race([output.flush(), sleep(maxMs.read)]);
  // An error of the write is reported after the write.
  await sleep(0);
  process.exit(output.isLost() ? EXIT.failure : status);
}
