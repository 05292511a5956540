/** Formats numbers and tables. */
import type { Measured } from '../results';

/** Formats a Markdown table with aligned columns, which is also readable in a terminal. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  // The last column may be long text, and is not padded.
  widths[head.length - 1] = 0;
  const ruler = `|${widths.map((width) => '-'.repeat(Math.max(3, width) + 2)).join('|')}|`;
  return cells
    .map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`)
    .toSpliced(1, 0, ruler)
    .join('\n');
}

/** Formats a number with three significant digits, or as a whole number from 100 on. */
export const formatNumber = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));

/** Formats `3,200 (3,000-3,400)`. */
export const formatSpread = ({ median, least, most }: Measured): string =>
  `${formatNumber(median)} (${formatNumber(least)}-${formatNumber(most)})`;

/** Formats `1.25× (1.20-1.31)`. */
export const formatTimes = ({ median, least, most }: Measured): string =>
  `${median.toFixed(2)}× (${least.toFixed(2)}-${most.toFixed(2)})`;

export const formatDollars = (value: number): string =>
  value >= 100 ? `$${formatNumber(value)}` : `$${value.toFixed(value < 0.1 && value > 0 ? 3 : 2)}`;
