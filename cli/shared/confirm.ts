/** Asks a person before a command changes anything. */
import { createInterface } from 'node:readline';
import { UsageError } from './usage-error';

/** Throws `UsageError` if there is no person to ask; `before` is such as "it sends anything". */
export function requireTerminal(before: string): void {
  if (process.stdin.isTTY) return;
  throw new UsageError(`It asks before ${before}, and here is no terminal: --yes goes without.`);
}

/** Asks; no answer, the end of the input and `stopping` are no. */
export async function askToProceed(
  stopping: AbortSignal,
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<boolean> {
  output.write('Go ahead? [y/N] ');
  // Not as a terminal: then Ctrl-C is a signal as everywhere else.
  const lines = createInterface({ input, terminal: false, signal: stopping });
  for await (const line of lines) return /^y(es)?$/i.test(line.trim());
  return false;
}
