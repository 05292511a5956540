/** Formats the output for a person. It shows keys, reasons and numbers, and never a value of a record. */
import { REDRIVEN_PREFIX } from '../../lambda/contact-records/contract';
import { formatCount, formatName, formatNumber, joinLines } from '../shared/format';
import type { DownloadCounts } from './download-payloads';
import type { FailureEntry, FailureList, UnreadableObject } from './list-failures';
import { isPacked } from '../shared/open-records';
import type { RedriveCounts } from './redrive-objects';

export interface FailureGroup {
  kind: string;
  reason: string;
  objects: number;
  records: number;
  /** The first and last time at which objects of the group failed. */
  oldest: string;
  newest: string;
}

/** Groups objects by kind and reason. */
export function groupEntries(entries: FailureEntry[]): FailureGroup[] {
  const groups = [...Map.groupBy(entries, ({ kind, reason }) => `${kind} ${reason}`)];
  return groups.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => createGroup(group));
}

/** Formats the numbers of objects and records, and how long before `now` they failed. */
export function formatList({ entries, unreadable }: FailureList, now: number): string {
  if (entries.length === 0) return joinLines(['Nothing to redrive.', ...formatSkipped(unreadable)]);
  const groups = [...groupEntries(entries), { ...createGroup(entries), kind: 'total', reason: '' }];
  const table = alignColumns([HEAD, ...groups.map((group) => toCells(group, now))]);
  return joinLines([...table, ...formatSkipped(unreadable)]);
}

/** Formats the selected objects, oldest first. */
export const formatKeys = (entries: FailureEntry[]): string =>
  joinLines(['', ...entries.map(({ key }) => formatName(key))]);

/** Returns the selected objects for `--json`. */
export const toJsonObjects = (entries: FailureEntry[]) =>
  entries.map(({ key, kind, reason, records, failedAt }) => ({
    ...{ key, kind, reason, records },
    failedAt: formatInstant(failedAt),
  }));

/** Formats the result of a download. */
export const formatDownload = ({ files, skipped }: DownloadCounts, folder: string): string =>
  joinLines(['', `${formatCount(files, 'payload')} written to ${folder}`, ...formatSkipped(skipped)]);

/** Formats what the run will do, before the question. */
export function formatPlan(entries: FailureEntry[], stream: string | undefined): string {
  const records = formatCount(countRecords(entries), 'record');
  const objects = formatCount(entries.length, 'object');
  const target = stream === undefined ? 'the stream that each came from' : `the stream ${stream}`;
  const packed = entries.filter(({ reason }) => isPacked(reason)).length;
  return joinLines([
    ...['', `Puts ${records} into ${target},`, `and moves ${objects} to ${REDRIVEN_PREFIX}.`],
    ...(packed > 0 ? [`Opens ${formatCount(packed, 'packed record')} first; each may contain several.`] : []),
  ]);
}

export const countRecords = (entries: FailureEntry[]): number =>
  entries.reduce((sum, { records }) => sum + records, 0);

/** Formats what the run did, and what remains. */
export function formatSummary(counts: RedriveCounts, objects: number): string {
  const { records, moved, gone } = counts;
  const remaining = countRemaining(counts, objects);
  return joinLines([
    `${formatCount(records, 'record')} redriven, ${formatCount(moved, 'object')} moved to redriven/`,
    ...(gone > 0 ? [`${formatCount(gone, 'object')} moved or deleted by another run`] : []),
    ...(remaining > 0
      ? [`${formatCount(remaining, 'object')} still to redrive: run the same command again`]
      : []),
    ...formatSkipped(counts.skipped),
  ]);
}

/** Counts the objects that this run has not reached. */
export const countRemaining = (counts: RedriveCounts, objects: number) =>
  objects - counts.moved - counts.gone - counts.skipped.length;

const HEAD = ['kind', 'reason', 'objects', 'records', 'oldest', 'newest'];

const toCells = ({ kind, reason, objects, records, oldest, newest }: FailureGroup, now: number): string[] => [
  ...[kind, reason, formatNumber(objects), formatNumber(records)],
  ...[oldest, newest].map((instant) => formatAge(now - Date.parse(instant))),
];

/** Formats an age for `--since`. It is rounded up, so that `--since` selects the objects with this age. */
function formatAge(milliseconds: number): string {
  const minutes = Math.max(1, Math.ceil(milliseconds / 60_000));
  if (minutes < 100) return `${minutes}m`;
  const hours = Math.ceil(minutes / 60);
  return hours < 100 ? `${hours}h` : `${Math.ceil(hours / 24)}d`;
}

/** Aligns columns with the smallest widths, because a terminal has 80 columns. */
function alignColumns(rows: string[][]): string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const pad = (cell: string, column: number) => cell[column < 2 ? 'padEnd' : 'padStart'](widths[column] ?? 0);
  return rows.map((cells) => cells.map(pad).join('  '));
}

function createGroup(entries: FailureEntry[]): FailureGroup {
  const times = entries.map(({ failedAt }) => failedAt).sort((a, b) => a - b);
  return {
    kind: entries[0]?.kind ?? '',
    reason: entries[0]?.reason ?? '',
    objects: entries.length,
    records: countRecords(entries),
    oldest: formatInstant(times[0] ?? 0),
    newest: formatInstant(times.at(-1) ?? 0),
  };
}

const formatInstant = (milliseconds: number) => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

function formatSkipped(skipped: UnreadableObject[]): string[] {
  if (skipped.length === 0) return [];
  const lines = skipped.map(({ key, why }) => `  ${formatName(key)}: ${why}`);
  return ['', `${formatCount(skipped.length, 'object')} skipped:`, ...lines];
}
