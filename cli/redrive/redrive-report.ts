/** Formats what a redrive says to a person. Keys, reasons and numbers, never anything of a record. */
import { REDRIVEN_PREFIX } from '../../lambda/contact-records/contract';
import { formatCount, formatName, formatNumber, joinLines } from '../shared/format';
import type { DownloadCounts } from './download-payloads';
import type { FailureEntry, FailureList, UnreadableObject } from './list-failures';
import type { RedriveCounts } from './redrive-objects';

export interface FailureGroup {
  kind: string;
  reason: string;
  objects: number;
  records: number;
  /** When the objects failed. */
  oldest: string;
  newest: string;
}

/** Groups objects by kind and reason. */
export function groupEntries(entries: FailureEntry[]): FailureGroup[] {
  const groups = [...Map.groupBy(entries, ({ kind, reason }) => `${kind} ${reason}`)];
  return groups.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => createGroup(group));
}

/**
 * Formats the list: how many objects and records there are, and how long ago they failed.
 *
 * @param now - milliseconds since 1970
 */
export function formatList({ entries, unreadable }: FailureList, now: number): string {
  const createTable = () => {
    const groups = [...groupEntries(entries), { ...createGroup(entries), kind: 'total', reason: '' }];
    return alignColumns([HEAD, ...groups.map((group) => toCells(group, now))]);
  };
  return joinLines([
    ...(entries.length > 0 ? createTable() : ['Nothing to redrive.']),
    ...formatSkipped(unreadable),
  ]);
}

/** Formats the selected objects, oldest first. */
export const formatKeys = (entries: FailureEntry[]): string =>
  joinLines(['', ...entries.map(({ key }) => formatName(key))]);

/** Returns the selected objects for a program. */
export const toJsonObjects = (entries: FailureEntry[]) =>
  entries.map(({ key, kind, reason, records, failedAt }) => ({
    ...{ key, kind, reason, records },
    failedAt: formatInstant(failedAt),
  }));

/** Says what was downloaded. */
export const formatDownload = ({ files, skipped }: DownloadCounts, folder: string): string =>
  joinLines(['', `${formatCount(files, 'payload')} written to ${folder}`, ...formatSkipped(skipped)]);

/** Says what will be done, before the question. */
export function formatPlan(entries: FailureEntry[], stream: string | undefined): string {
  const records = formatCount(countRecords(entries), 'record');
  const objects = formatCount(entries.length, 'object');
  const target = stream === undefined ? 'the stream that each came from' : `the stream ${stream}`;
  return joinLines(['', `Puts ${records} into ${target},`, `and moves ${objects} to ${REDRIVEN_PREFIX}.`]);
}

export const countRecords = (entries: FailureEntry[]): number =>
  entries.reduce((sum, { records }) => sum + records, 0);

/** Says what was done, and what is still to do. */
export function formatSummary(counts: RedriveCounts, objects: number): string {
  const remaining = countRemaining(counts, objects);
  return joinLines([
    `${formatCount(counts.records, 'record')} redriven, ${formatCount(counts.moved, 'object')} moved to redriven/`,
    ...(counts.gone > 0
      ? [`${formatCount(counts.gone, 'object')} moved or deleted by another run meanwhile`]
      : []),
    ...(remaining > 0 ? [`${formatCount(remaining, 'object')} still to redrive: run the same again`] : []),
    ...formatSkipped(counts.skipped),
  ]);
}

/** Counts the objects that this run has not reached. */
export const countRemaining = (counts: RedriveCounts, objects: number) =>
  objects - counts.moved - counts.gone - counts.skipped.length;

const HEAD = ['kind', 'reason', 'objects', 'records', 'oldest', 'newest'];
const isText = (column: number) => column < 2;

const toCells = ({ kind, reason, objects, records, oldest, newest }: FailureGroup, now: number): string[] => [
  ...[kind, reason, formatNumber(objects), formatNumber(records)],
  ...[oldest, newest].map((instant) => formatAge(now - Date.parse(instant))),
];

/** As `--since` takes it; rounded up, so that at this moment it takes what is listed with it. */
function formatAge(milliseconds: number): string {
  const minutes = Math.max(1, Math.ceil(milliseconds / 60_000));
  if (minutes < 100) return `${minutes}m`;
  const hours = Math.ceil(minutes / 60);
  return hours < 100 ? `${hours}h` : `${Math.ceil(hours / 24)}d`;
}

/** No wider than necessary: a terminal has 80 columns. */
function alignColumns(rows: string[][]): string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const pad = (cell: string, column: number) =>
    isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((cells) => cells.map(pad).join('  '));
}

function createGroup(entries: FailureEntry[]): FailureGroup {
  let [records, oldest, newest] = [0, Infinity, -Infinity];
  for (const entry of entries) {
    records += entry.records;
    oldest = Math.min(oldest, entry.failedAt);
    newest = Math.max(newest, entry.failedAt);
  }
  return {
    kind: entries[0]?.kind ?? '',
    reason: entries[0]?.reason ?? '',
    objects: entries.length,
    records,
    oldest: formatInstant(oldest),
    newest: formatInstant(newest),
  };
}

const formatInstant = (milliseconds: number) => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

const formatSkipped = (skipped: UnreadableObject[]) =>
  skipped.length === 0
    ? []
    : [
        '',
        `${formatCount(skipped.length, 'object')} skipped:`,
        ...skipped.map(({ key, why }) => `  ${formatName(key)}: ${why}`),
      ];
