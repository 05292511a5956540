/** Formats numbers, times and names for a person. */

export const formatNumber = (number: number) => number.toLocaleString('en-US');

/** `formatCount(2, 'record')` is "2 records". */
export const formatCount = (count: number, noun: string) =>
  `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`;

/** In words, rounded up. */
export function formatDuration(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The name of a file or of an object, which may contain anything: a terminal shows it, and does nothing else. */
export const formatName = (name: string) => (/^[\x21-\x7e]+$/.test(name) ? name : JSON.stringify(name));

/** Joins lines of a summary; each ends with a line feed and without spaces. */
export const joinLines = (lines: string[]) => lines.map((line) => `${line.trimEnd()}\n`).join('');
