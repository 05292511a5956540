/**
 * What a redrive says to a person. Keys, reasons and numbers, never anything of a record.
 */
import { grouped } from '../progress';
import type { StockEntry } from './order';
import type { Redriven } from './redrive';
import type { Stock, Unreadable } from './take-stock';

/** What there is, by kind and reason: how many objects and records, and when they were set aside. */
export function listed({ entries, unreadable }: Stock): string {
  const groups = Map.groupBy(entries, ({ kind, reason }) => `${kind} ${reason}`);
  const rows = [...groups.values()].map((group) => row(group[0]?.kind ?? '', group[0]?.reason ?? '', group));
  rows.sort((a, b) => (a < b ? -1 : 1));
  const table = entries.length > 0 ? [HEAD, ...rows, row('total', '', entries)] : ['Nothing to redrive.'];
  return text([...table, ...whatIsLeft(unreadable)]);
}

/** What was done, and what is still to do. */
export function finished(done: Redriven, objects: number): string {
  const remaining = objects - done.moved - done.gone - done.left.length;
  return text([
    `${amount(done.records, 'record')} put back, ${amount(done.moved, 'object')} moved to redriven/`,
    ...(done.gone > 0 ? [`${amount(done.gone, 'object')} moved or deleted by somebody else meanwhile`] : []),
    ...(remaining > 0 ? [`${amount(remaining, 'object')} still to redrive: run the same again`] : []),
    ...whatIsLeft(done.left),
  ]);
}

export const amount = (count: number, what: string) => `${grouped(count)} ${what}${count === 1 ? '' : 's'}`;

const columns = (kind: string, reason: string, objects: string, records: string, times: string) =>
  `${kind.padEnd(12)} ${reason.padEnd(30)} ${objects.padStart(9)} ${records.padStart(11)}   ${times}`;

const HEAD = columns('kind', 'reason', 'objects', 'records', `${'oldest'.padEnd(20)}   newest`);

function row(kind: string, reason: string, entries: StockEntry[]): string {
  let [records, oldest, newest] = [0, Infinity, -Infinity];
  for (const entry of entries) {
    records += entry.records;
    oldest = Math.min(oldest, entry.setAside);
    newest = Math.max(newest, entry.setAside);
  }
  const times = `${instant(oldest)}   ${instant(newest)}`;
  return columns(kind, reason, grouped(entries.length), grouped(records), times);
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

/** A key may hold anything. */
const printable = (key: string) => (/^[\x21-\x7e]+$/.test(key) ? key : JSON.stringify(key));

const text = (lines: string[]) => lines.map((line) => `${line.trimEnd()}\n`).join('');
