/**
 * What all commands have in common: from the command line to the exit status, one sentence for what went wrong, results
 * for a person or a program, and an end that leaves nothing running.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { getSafeErrorName, ServiceError } from './service-error';
import type { CommandLine } from './define-command';
import { UsageError } from './usage-error';

/** The same for all commands: docs/commands.md. `wrong`: it failed, or something is left that needs a person. */
export const EXIT = { success: 0, failure: 1, usage: 2, interrupted: 130 } as const;

/** At the end there is time to tidy up; after Ctrl-C somebody waits. */
const SECONDS_TO_STOP = { atEnd: 10, interrupted: 2 } as const;
/** A pipe takes no more than is read, and who reads may be a person with a pager. */
const SECONDS_TO_READ = { atEnd: 600, interrupted: 2 } as const;
/** One Ctrl-C may arrive several times: from the terminal, and passed on by npm. */
const SAME_CTRL_C_MS = 500;

export interface Command<Settings> {
  /** What `defineCommand` returns. */
  commandLine: CommandLine<Settings>;
  /** Resolves to the exit status. May throw the reason of `stopping`, which is no failure. */
  run: (settings: Settings, running: Running) => Promise<number>;
  /** Ends what the run has started. Without it the run is to end by itself, soon after `stopping`. */
  stop?: () => Promise<unknown> | undefined;
  /** What Ctrl-C says. @default 'Stopping.' */
  onStop?: string;
}

export interface Running {
  /** Aborted at the first Ctrl-C. */
  stopping: AbortSignal;
  /** For a person: goes to standard output, unless a program wants JSON there. */
  print: (text: string) => void;
  /** For a program: with `--json`, printed at the end, whatever the end is. Filled on the way. */
  result: Record<string, unknown>;
  /** Prints the result now: for a run that goes on until Ctrl-C. */
  printResult: () => void;
}

/** Runs a command to its end or until Ctrl-C, and exits. */
export function runCommand<Settings>({
  commandLine,
  run,
  stop,
  onStop = 'Stopping.',
}: Command<Settings>): void {
  const argv = process.argv.slice(2);
  const isJson = argv.includes('--json');
  const stopping = new AbortController();
  const result: Running['result'] = {};
  let isPrinted = false;
  let isOutputLost = false;
  const running: Running = {
    stopping: stopping.signal,
    print: (text) => {
      if (!isJson) process.stdout.write(text);
    },
    result,
    printResult: () => {
      if (isJson && !isPrinted) process.stdout.write(`${JSON.stringify(result)}\n`);
      isPrinted = true;
    },
  };

  const runAsParsed = async (): Promise<number> => {
    const swallowed = swallowedByNpm(commandLine.optionNames);
    if (swallowed !== undefined) {
      throw new UsageError(`npm took ${swallowed} for itself: put -- before the command's options.`);
    }
    const parsed = commandLine.parse(argv);
    switch (parsed.kind) {
      case 'wrong':
        throw new UsageError(parsed.message);
      case 'help':
        process.stdout.write(`${commandLine.help}\n`);
        isPrinted = true;
        return EXIT.success;
      case 'run':
        return run(parsed.settings, running);
    }
  };

  const failed = (error: unknown): number => {
    result.error = sentence(error);
    process.stderr.write(`${sentence(error)}\n`);
    return error instanceof UsageError ? EXIT.usage : EXIT.failure;
  };

  /** Emulators and function end with this process, however it ends; stopping them first lets them tidy up. */
  const exit = async (status: number) => {
    const how = stopping.signal.aborted ? 'interrupted' : 'atEnd';
    await Promise.race([stop?.(), sleep(SECONDS_TO_STOP[how] * 1000)]).catch(() => undefined);
    running.printResult();
    await Promise.race([allRead(), sleep(SECONDS_TO_READ[how] * 1000)]);
    // What can't be written is told after the write.
    await sleep(0);
    process.exit(isOutputLost ? EXIT.failure : status);
  };

  onCtrlC(() => {
    process.stderr.write(`${process.stderr.isTTY ? '\n' : ''}${onStop}\n`);
    result.error = 'Ended by Ctrl-C.';
    stopping.abort();
    if (stop) void exit(EXIT.interrupted);
  });
  // The terminal may be gone.
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    // Not if whoever reads it has read enough, or is gone.
    if (code === 'EPIPE' || code === 'EIO' || isOutputLost) return;
    isOutputLost = true;
    failed(new Error(`Standard output can't be written (${code ?? 'unknown error'}).`));
  });
  process.on('uncaughtException', (error) => {
    void exit(failed(error));
  });

  void runAsParsed()
    .then((status) => (stopping.signal.aborted ? EXIT.interrupted : status))
    .catch((error: unknown) => {
      // While everything is being stopped, whatever fails fails because of that.
      const isStopped = stopping.signal.aborted && (stop ?? error === stopping.signal.reason);
      return isStopped ? EXIT.interrupted : failed(error);
    })
    .then((status) => (stop && stopping.signal.aborted ? undefined : exit(status)));
}

/** Resolves when what was printed is out of this process, or never will be. */
const allRead = () =>
  new Promise<void>((resolve) => {
    process.stdout.write('', () => {
      resolve();
    });
  });

/** Calls `stop` at the first Ctrl-C, and exits at the next one. A terminal that closes, and `kill`, are the same. */
function onCtrlC(stop: () => void): void {
  let interruptedAt: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (interruptedAt !== undefined) {
        if (performance.now() - interruptedAt > SAME_CTRL_C_MS) process.exit(EXIT.interrupted);
        return;
      }
      interruptedAt = performance.now();
      stop();
    });
  }
}

/** `npm start --keep` instead of `npm start -- --keep`. What npm has itself may be its own setting. */
function swallowedByNpm(optionNames: string[]): string | undefined {
  return optionNames.find((option) => {
    const name = option.slice(2).replaceAll('-', '_');
    return !['prefix', 'yes', 'json', 'help'].includes(name) && process.env[`npm_config_${name}`];
  });
}

/** What is thrown by somebody else may quote a record: only its name is said. */
function sentence(error: unknown): string {
  if (error instanceof UsageError || error instanceof ServiceError) return error.message;
  const { code, name, message } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return 'No space is left on the disk, for output or for temporary files (TMPDIR): free some.';
  }
  if (name === 'Error') return message;
  return `The run failed (${getSafeErrorName(error)}): try again, and if it goes on, report it.`;
}
