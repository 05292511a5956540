/** Asks the user before a command changes anything. */
import { createInterface } from 'node:readline';
import { UsageError } from './usage-error';

/** Throws `UsageError` if there is no terminal for a question. An example of `before` is "it sends records". */
export function requireTerminal(before: string): void {
  if (process.stdin.isTTY) return;
  throw new UsageError(
    `The command asks before ${before}, and there is no terminal: give --yes to run without the question.`,
  );
}

/** Asks the user to confirm. No answer, the end of the input and `stopping` count as no. */
export async function askToProceed(
  stopping: AbortSignal,
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<boolean> {
  output.write('Continue? [y/N] ');
  // With `terminal: false`, Ctrl-C stays a signal.
  const lines = createInterface({ input, terminal: false, signal: stopping });
  for await (const line of lines) return /^y(es)?$/i.test(line.trim());
  return false;
}
