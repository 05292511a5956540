/**
 * What a command writes: results to standard output, for a person or as JSON for a program; errors to standard error.
 */
import { getSafeErrorName, ServiceError } from './service-error';
import { UsageError } from './usage-error';

export interface CommandOutput {
  /** For a person: goes to standard output, unless a program wants JSON there. */
  print: (text: string) => void;
  /** For a program: with `--json`, printed at the end, whatever the end is. Filled on the way. */
  result: Record<string, unknown>;
  /** Prints the result now: for a run that goes on until Ctrl-C. */
  printResult: () => void;
  printHelp: (help: string) => void;
  /** Writes one sentence, and puts it into the result. */
  reportError: (error: unknown) => void;
  /** Resolves when everything is out of this process, or never will be. */
  flush: () => Promise<void>;
  /** Whether standard output could not be written. */
  isLost: () => boolean;
}

/** Creates the output of a command, and watches standard output for errors. */
export function createCommandOutput(isJson: boolean): CommandOutput {
  const result: CommandOutput['result'] = {};
  let [isPrinted, isLost] = [false, false];
  const reportError = (error: unknown) => {
    result.error = describeError(error);
    process.stderr.write(`${describeError(error)}\n`);
  };
  // The terminal may be gone.
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    // No error if the reader has read enough, or is gone.
    if (['EPIPE', 'ECONNRESET', 'EIO'].includes(code ?? '') || isLost) return;
    isLost = true;
    reportError(new Error(`Standard output can't be written (${code ?? 'unknown error'}).`));
  });
  return {
    print: (text) => {
      if (!isJson) process.stdout.write(text);
    },
    result,
    printResult: () => {
      if (isJson && !isPrinted) process.stdout.write(`${JSON.stringify(result)}\n`);
      isPrinted = true;
    },
    printHelp: (help) => {
      process.stdout.write(`${help}\n`);
      isPrinted = true;
    },
    reportError,
    flush: () =>
      new Promise((resolve) => {
        process.stdout.write('', () => {
          resolve();
        });
      }),
    isLost: () => isLost,
  };
}

/** Describes in one sentence what ended a run. Errors of other code may quote a record: only their names appear. */
function describeError(error: unknown): string {
  if (error instanceof UsageError || error instanceof ServiceError) return error.message;
  const { code, name, message } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return 'No space is left on the disk, for output or for temporary files (TMPDIR): free some.';
  }
  if (name === 'Error') return message;
  return `The run failed (${getSafeErrorName(error)}): try again, and if it goes on, report it.`;
}
