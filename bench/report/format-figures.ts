/** Tables and numbers of the page. */
import type { Measured } from '../results';

type Cell = string | number;

/** A table in Markdown; columns of numbers are set to the right. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]) => `| ${cells.join(' | ')} |`;
  const isOfNumbers = (column: number) => rows.every((row) => /^($|\$?\d)/.test(String(row[column])));
  return [
    line(head),
    line(head.map((_, column) => (isOfNumbers(column) ? '---:' : '---'))),
    ...rows.map(line),
  ].join('\n');
}

/** Three digits that say something; whole from 1,000 on. */
export function number(value: number): string {
  if (value === 0) return '0';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

/** `3,200 (3,000-3,400)`: the median and its spread. */
export const withSpread = ({ median, least, most }: Measured): string =>
  `${number(median)} (${number(least)}-${number(most)})`;

/** `1.25×`. */
export const times = ({ median, least, most }: Measured): string =>
  `${median.toFixed(2)}× (${least.toFixed(2)}-${most.toFixed(2)})`;

export const dollars = (value: number): string =>
  value >= 100 ? `$${number(value)}` : `$${value.toFixed(value < 0.1 && value > 0 ? 3 : 2)}`;

export const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

/** Seconds in the unit that people say. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1_000)} ms`;
  if (seconds < 120) return `${number(seconds)} s`;
  if (seconds < 7_200) return `${number(seconds / 60)} min`;
  return `${number(seconds / 3_600)} h`;
}
