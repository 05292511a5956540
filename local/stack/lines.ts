/** The lines of a child process's output. */
import type { Readable } from 'node:stream';

const MAX_LINE_CHARACTERS = 16 * 1024 * 1024;

/**
 * Calls back for each line of a stream, without its line end.
 *
 * `node:readline` cannot be used: it also splits at U+2028, which JSON allows in a string. A line of more than 16 Mi
 * characters is split.
 */
export function readLines(stream: Readable, callback: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    rest += chunk;
    if (!chunk.includes('\n') && rest.length < MAX_LINE_CHARACTERS) return;
    const lines = rest.split('\n');
    rest = lines.length > 1 ? (lines.pop() ?? '') : '';
    lines.forEach(callback);
  });
  stream.on('end', () => {
    if (rest !== '') callback(rest);
  });
}

/** Keeps the last lines of an output, to show them if the program fails. */
export function keepLastLines(count: number): { add: (line: string) => void; lines: readonly string[] } {
  const lines: string[] = [];
  return {
    lines,
    add: (line) => {
      lines.push(line);
      if (lines.length > count) lines.shift();
    },
  };
}
