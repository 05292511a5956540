/** Formats numbers, times and names for a person. */

export const formatNumber = (number: number) => number.toLocaleString('en-US');

/** Formats a count with its noun: `formatCount(2, 'record')` is "2 records". */
export const formatCount = (count: number, noun: string) =>
  `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`;

/** Formats a duration as "12 s" or "2 h 5 min", rounded up. */
export function formatDuration(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Formats a name of a file or object. Quotes it if it could control a terminal. */
export const formatName = (name: string) => (/^[\x21-\x7e]+$/.test(name) ? name : JSON.stringify(name));

/** Joins lines. Each ends with a line feed, and has no spaces at its end. */
export const joinLines = (lines: string[]) => lines.map((line) => `${line.trimEnd()}\n`).join('');
