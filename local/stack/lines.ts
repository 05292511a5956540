import type { Readable } from 'node:stream';

const LONGEST_LINE = 16 * 1024 * 1024;

/**
 * Calls back for each line of a stream, without its line end. Not `node:readline`: that also splits at U+2028, which
 * JSON allows inside a string. A line longer than 16 Mi characters comes in pieces.
 */
export function onEachLine(stream: Readable, callback: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    rest += chunk;
    if (!chunk.includes('\n') && rest.length < LONGEST_LINE) return;
    const lines = rest.split('\n');
    rest = lines.length > 1 ? (lines.pop() ?? '') : '';
    lines.forEach(callback);
  });
  stream.on('end', () => {
    if (rest !== '') callback(rest);
  });
}

/** Keeps the last lines of an output, to be shown when its program fails. */
export function lastLines(count: number): { add: (line: string) => void; lines: readonly string[] } {
  const lines: string[] = [];
  return {
    lines,
    add: (line) => {
      lines.push(line);
      if (lines.length > count) lines.shift();
    },
  };
}
