/**
 * Asks a person before anything is touched.
 */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** Whether the answer is yes; no answer, the end of the input and `stopping` are no. */
export async function isAgreed(
  question: string,
  { input, output }: { input: Readable; output: Writable },
  stopping: AbortSignal,
): Promise<boolean> {
  output.write(`${question} [y/N] `);
  // Not as a terminal: then Ctrl-C is a signal as everywhere else.
  const lines = createInterface({ input, terminal: false, signal: stopping });
  for await (const line of lines) return /^y(es)?$/i.test(line.trim());
  return false;
}
