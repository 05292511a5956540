/**
 * Writes the output of a command. Results go to standard output, as text or JSON, and errors to standard error.
 */
import { getSafeErrorName, ServiceError } from './service-error';
import { UsageError } from './usage-error';

export interface CommandOutput {
  /** Prints text for a person to standard output, unless `--json` is given. */
  print: (text: string) => void;
  /** The result for `--json`, printed at the end, even if the run fails. Commands fill it during the run. */
  result: Record<string, unknown>;
  /** Prints the result now, for a run that continues until Ctrl-C. */
  printResult: () => void;
  printHelp: (help: string) => void;
  /** Writes an error as one sentence, and adds it to the result. */
  reportError: (error: unknown) => void;
  /** Resolves when all output is written or lost. */
  flush: () => Promise<void>;
  /** Returns whether standard output could not be written. */
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
  // The terminal may be closed.
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    // It is not an error if the reader stopped reading.
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

/** Describes an error in one sentence. Only the name of a library's error is shown: its message may quote a record. */
function describeError(error: unknown): string {
  if (error instanceof UsageError || error instanceof ServiceError) return error.message;
  const { code, name, message } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return 'The disk is full, for output or for temporary files (TMPDIR): free some space, and run the command again.';
  }
  if (name === 'Error') return message;
  return `The run failed (${getSafeErrorName(error)}): run the command again, and report the error if it occurs again.`;
}
