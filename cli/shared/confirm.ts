/** Asks a person before a command changes anything. */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { UsageError } from './usage-error';

interface Terminal {
  input: Readable;
  output: Writable;
}

/**
 * Checks that there is a person to ask, before anything is read.
 *
 * @param before - what the command asks before, as in "It asks before it sends anything"
 * @throws UsageError if standard input is no terminal
 */
export function requireTerminal(before: string): void {
  if (process.stdin.isTTY) return;
  throw new UsageError(`It asks before ${before}, and here is no terminal: --yes goes without.`);
}

/** Asks; no answer, the end of the input and `stopping` are no. */
export async function askToProceed(
  stopping: AbortSignal,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<boolean> {
  output.write('Go ahead? [y/N] ');
  // Not as a terminal: then Ctrl-C is a signal as everywhere else.
  const lines = createInterface({ input, terminal: false, signal: stopping });
  for await (const line of lines) return /^y(es)?$/i.test(line.trim());
  return false;
}
