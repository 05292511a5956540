/**
 * What a redrive says to a person. Keys, reasons and numbers, never anything of a record.
 */
import { amount, grouped, printable } from '../shared/format';
import type { FailureEntry } from './order';
import type { Redriven } from './redrive-objects';
import type { FailureList, Unreadable } from './list-failures';

export interface Group {
  kind: string;
  reason: string;
  objects: number;
  records: number;
  /** When the objects were set aside. */
  oldest: string;
  newest: string;
}

/** What there is, by kind and reason. */
export function groupsOf(entries: FailureEntry[]): Group[] {
  const groups = [...Map.groupBy(entries, ({ kind, reason }) => `${kind} ${reason}`)];
  return groups.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => groupOf(group));
}

/**
 * What there is, for a person: how many objects and records, and how long ago they were set aside.
 *
 * @param now - milliseconds since 1970
 */
export function listed({ entries, unreadable }: FailureList, now: number): string {
  const table = () => {
    const groups = [...groupsOf(entries), { ...groupOf(entries), kind: 'total', reason: '' }];
    return aligned([HEAD, ...groups.map((group) => row(group, now))]);
  };
  return text([...(entries.length > 0 ? table() : ['Nothing to redrive.']), ...whatIsLeft(unreadable)]);
}

/** What was done, and what is still to do. */
export function finished(done: Redriven, objects: number): string {
  const left = remaining(done, objects);
  return text([
    `${amount(done.records, 'record')} put back, ${amount(done.moved, 'object')} moved to redriven/`,
    ...(done.gone > 0 ? [`${amount(done.gone, 'object')} moved or deleted by somebody else meanwhile`] : []),
    ...(left > 0 ? [`${amount(left, 'object')} still to redrive: run the same again`] : []),
    ...whatIsLeft(done.left),
  ]);
}

/** Objects that this run has not come to. */
export const remaining = (done: Redriven, objects: number) =>
  objects - done.moved - done.gone - done.left.length;

const HEAD = ['kind', 'reason', 'objects', 'records', 'oldest', 'newest'];
const isText = (column: number) => column < 2;

const row = ({ kind, reason, objects, records, oldest, newest }: Group, now: number): string[] => [
  ...[kind, reason, grouped(objects), grouped(records)],
  ...[oldest, newest].map((instant) => age(now - Date.parse(instant))),
];

/** As `--since` takes it; rounded up, so that at this moment it takes what is listed with it. */
function age(milliseconds: number): string {
  const minutes = Math.max(1, Math.ceil(milliseconds / 60_000));
  if (minutes < 100) return `${minutes}m`;
  const hours = Math.ceil(minutes / 60);
  return hours < 100 ? `${hours}h` : `${Math.ceil(hours / 24)}d`;
}

/** No wider than it must be: a terminal has 80 columns. */
const aligned = (rows: string[][]): string[] => {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const padded = (cell: string, column: number) =>
    isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((cells) => cells.map(padded).join('  '));
};

function groupOf(entries: FailureEntry[]): Group {
  let [records, oldest, newest] = [0, Infinity, -Infinity];
  for (const entry of entries) {
    records += entry.records;
    oldest = Math.min(oldest, entry.failedRecords);
    newest = Math.max(newest, entry.failedRecords);
  }
  const kind = entries[0]?.kind ?? '';
  const reason = entries[0]?.reason ?? '';
  return { kind, reason, objects: entries.length, records, oldest: instant(oldest), newest: instant(newest) };
}

const instant = (milliseconds: number) => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

const whatIsLeft = (unreadable: Unreadable[]) =>
  unreadable.length === 0
    ? []
    : [
        '',
        `${amount(unreadable.length, 'object')} left alone:`,
        ...unreadable.map(({ key, why }) => `  ${printable(key)}: ${why}`),
      ];

const text = (lines: string[]) => lines.map((line) => `${line.trimEnd()}\n`).join('');
