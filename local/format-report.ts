/** Formats the parts that the reports of `npm start` and `npm run chaos` share. */
import { formatNumber } from '../cli/shared/format';
import type { Difference } from './check-results';

/** A name, its number (`undefined`: unknown) and a remark; or a whole line. */
export type Row = [name: string, number: number | undefined, remark: string] | string;

/** Formats rows, with names and numbers of these widths. */
export const formatRows = (rows: readonly Row[], nameWidth: number, numberWidth: number): string =>
  rows
    .map((row) => {
      if (typeof row === 'string') return `${row}\n`;
      const [name, number, remark] = row;
      const formatted = number === undefined ? '-' : formatNumber(number);
      return `${name.padEnd(nameWidth)}${formatted.padStart(numberWidth)}   ${remark}\n`;
    })
    .join('');

const MAX_DIFFERENCES = 10;
const MAX_ID_CHARACTERS = 60;
const MAX_TEXT_CHARACTERS = 30;

/** Formats the first differences of a run. */
export function formatDifferences(differences: readonly Difference[]): string[] {
  const first = differences.slice(0, MAX_DIFFERENCES).map(({ kind, id }) => `  ${kind}: ${formatId(id)}`);
  const more = differences.length - first.length;
  return [...first, ...(more > 0 ? [`  and ${formatNumber(more)} more`] : [])];
}

/** Shortens and escapes an id. Ids come from records, and may be long or contain control characters. */
export const formatId = (id: string): string =>
  id.length <= MAX_ID_CHARACTERS && /^[\x20-\x7e]+$/.test(id)
    ? id
    : `${JSON.stringify(id).slice(0, MAX_ID_CHARACTERS)}…`;

/** Shortens a text of a record, and replaces what could move the cursor. */
export function formatText(text: string): string {
  const shown = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD');
  return shown.length <= MAX_TEXT_CHARACTERS ? shown : `${shown.slice(0, MAX_TEXT_CHARACTERS - 1)}…`;
}
