/** Runs a command from its command line to its exit status, and handles Ctrl-C. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type CommandOutput, createCommandOutput } from './command-output';
import type { CommandLine } from './define-command';
import { UsageError } from './usage-error';

/** Exit statuses of all commands (docs/commands.md). `failure`: the run failed, or something needs action. */
export const EXIT = { success: 0, failure: 1, usage: 2, interrupted: 130 } as const;

/**
 * Upper bounds for the end of a run. `stop` is for removing resources, and `read` for the reader of the output, which may
 * be a pager. They are shorter after Ctrl-C, because the user waits.
 */
const MAX_MS = { atEnd: { stop: 10_000, read: 600_000 }, interrupted: { stop: 2_000, read: 2_000 } };

export interface Command<Settings> {
  commandLine: CommandLine<Settings>;
  /** Runs the command; resolves to the exit status. It may throw the reason of `stopping`, which is not a failure. */
  run: (settings: Settings, running: Running) => Promise<number>;
  /** Stops all that the run started. Without `stop`, the run must end soon after `stopping` is aborted. */
  stop?: () => Promise<unknown> | undefined;
  /** The sentence that is printed after Ctrl-C. @default 'Stopping.' */
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
      // Failures during a stop are effects of the stop.
      const isStopped = stopping.signal.aborted && (stop ?? error === stopping.signal.reason);
      return isStopped ? EXIT.interrupted : reportFailure(error);
    })
    .then((status) => (stop && stopping.signal.aborted ? undefined : exit(status)));
}

/** One Ctrl-C may arrive twice: from the terminal and from npm. */
const SAME_CTRL_C_MS = 500;

/** Calls `stop` at the first Ctrl-C, and exits at the next one. A closed terminal and `kill` have the same effect. */
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
    throw new UsageError(`npm took ${taken} as its own option: put -- before the command's options.`);
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

/** Finds an option without `--` before it, as in `npm start --keep`. Options that npm itself has are ignored. */
function findOptionTakenByNpm(optionNames: string[]): string | undefined {
  return optionNames.find((option) => {
    const name = option.slice(2).replaceAll('-', '_');
    return !['prefix', 'yes', 'json', 'help'].includes(name) && process.env[`npm_config_${name}`];
  });
}

/** Stops, prints the result, and exits. Emulators and function that are stopped first can remove their files. */
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
  // A failed write emits its error in the next turn of the event loop.
  await sleep(0);
  process.exit(output.isLost() ? EXIT.failure : status);
}
