/**
 * How numbers, times and names are said to a person.
 */

export const grouped = (number: number) => number.toLocaleString('en-US');

export const amount = (count: number, what: string) => `${grouped(count)} ${what}${count === 1 ? '' : 's'}`;

/** In words, rounded up. */
export function duration(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The name of a file or of an object, which may hold anything: a terminal shows it, and does nothing else. */
export const printable = (name: string) => (/^[\x21-\x7e]+$/.test(name) ? name : JSON.stringify(name));
