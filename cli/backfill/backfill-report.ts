/**
 * Formats the output of a backfill, for a person and as JSON. It shows names, positions, reasons and numbers, and never a
 * value of a record.
 */
import { formatCount, formatDuration, formatName, formatNumber, joinLines } from '../shared/format';
import type { Rate } from '../shared/paced-sender';
import { isOtherDocument, OTHER_DOCUMENTS } from '../shared/other-formats';
import type { BackfillInput, measureInput } from './backfill-input';
import type { Settings } from './backfill-options';
import type { BackfillCounts, Checkpoint, Place } from './checkpoint';
import { isNotContactRecord } from './classify-document';
import type { ReadEvent } from './read-records';
import type { Destination } from './resolve-destination';
import { isAllWell } from './send-records';

export type Plan = Pick<BackfillInput, 'name' | 'sourceKind' | 'isResumable'> &
  Awaited<ReturnType<typeof measureInput>> &
  Omit<Destination, 'region'> &
  Pick<Settings, 'rate' | 'isDryRun'>;

/** Describes what the run will do. */
export function formatPlan(plan: Plan): string {
  const { name, stream, rate } = plan;
  const size = `${formatCount(plan.sources, plan.sourceKind)}, ${formatSize(plan.bytes)}`;
  const all = plan.isResumable ? `${name} (${size})` : name;
  if (plan.isDryRun) {
    return joinLines([`Reads ${all}, and sends nothing${stream === undefined ? '' : ` to ${stream}`}.`]);
  }
  return joinLines([
    `Contact records go from ${all}`,
    `into the stream ${stream ?? ''},`,
    `at most ${formatNumber(rate.recordsPerSecond)} records and ${formatNumber(rate.bytesPerSecond)} bytes a second.`,
    LIMIT_SENTENCES[plan.notifyWithinHours] ??
      `Contacts that ended more than ${plan.notifyWithinHours} hours ago are stored, and not published\n(notifyWithinHours).`,
    ...(plan.isResumable
      ? []
      : ['Standard input can be read only once: a run that ends early writes no checkpoint.']),
  ]);
}

const EVERY = 'EVERY abandoned contact among them is published to all subscribers,\nhowever long ago it was';
const LIMIT_SENTENCES: Partial<Record<string, string>> = {
  none: `${EVERY}.`,
  unknown: `${EVERY}, unless notifyWithinHours is set.`,
  set: 'Contacts that ended more than notifyWithinHours ago are not published.\nYou confirmed that it is set.',
};

/** Describes where the run continues an earlier one. */
export function formatResumption(path: string, { position, counts }: Checkpoint, sources: number): string {
  const { sources: read, current } = position;
  const place = current ? `, then byte ${formatNumber(current.from)} of ${formatName(current.name)}` : '';
  return (
    `Continuing from ${path}: ${formatNumber(counts.sent)} sent before, ` +
    `${formatNumber(read)} of ${formatNumber(sources)} read${place}.\n`
  );
}

/** Formats an event that is reported at once. Returns '' for events that are only counted. */
export function formatEvent(event: ReadEvent, { skipped }: Pick<BackfillCounts, 'skipped'>): string {
  switch (event.kind) {
    case 'skip':
      if (isOtherDocument(event.reason)) {
        // All documents of an export may be of this kind: only the first one is reported.
        const isFirst = skipped[event.reason]?.count === 1;
        return isFirst ? `broken: ${formatPlace(event.place)}: ${OTHER_DOCUMENTS[event.reason]}` : '';
      }
      return isNotContactRecord(event.reason) ? '' : `broken: ${formatPlace(event.place)}: ${event.reason}`;
    case 'unreadable':
      return `unreadable: ${formatName(event.name)}: ${event.why}`;
    case 'changed':
      return `changed since an earlier run began it, so it is read again from its beginning: ${formatName(event.name)}`;
    case 'send':
    case 'read':
      return '';
  }
}

export interface Ending {
  counts: BackfillCounts;
  isDryRun: boolean;
  /** All of the input was read. */
  isComplete: boolean;
  /** Whether a new run of the same command can continue. */
  canGoOn: boolean;
  isResumable: boolean;
  seconds: number;
  /** Records that this run has sent; `counts` includes those of earlier runs. */
  sentNow: number;
  rate: Rate;
}

/** Formats the summary: a few lines of 80 columns, and one for each reason. */
export function formatSummary(ending: Ending): string {
  const { counts, isDryRun, isComplete, canGoOn, isResumable } = ending;
  const skipped = Object.entries(counts.skipped);
  const noContactRecord = skipped.filter(([reason]) => isNotContactRecord(reason));
  const broken = skipped.filter(([reason]) => !isNotContactRecord(reason));
  const { unreadable } = counts;
  return joinLines([
    formatRow(isDryRun ? 'would be sent' : 'sent', counts.sent, formatPace(ending)),
    formatRow('  abandoned', counts.abandoned, 'of them: versions in which the contact is abandoned'),
    ...formatSkipped('no contact record', noContactRecord),
    ...formatSkipped('broken', broken),
    formatRow('read', counts.read, 'files or objects'),
    ...(unreadable.count > 0 ? [formatRow('unreadable', unreadable.count, 'files or objects')] : []),
    ...(isComplete || !canGoOn
      ? []
      : ['', `Not all input was read: ${isResumable ? 'run the same command again to continue' : ANEW}.`]),
  ]);
}

const ANEW = 'send all of it again (a record that is sent twice changes nothing)';

/** Returns the summary for `--json`. */
export const toJsonSummary = ({ counts, isDryRun, isComplete, seconds, sentNow }: Ending) => ({
  dryRun: isDryRun,
  complete: isComplete,
  allWell: isAllWell(counts),
  ...counts,
  sentByThisRun: sentNow,
  seconds: Number(seconds.toFixed(1)),
});

function formatPace({ counts: { sent, bytes }, isDryRun, seconds, sentNow, rate }: Ending): string {
  if (isDryRun) {
    const expected = Math.max(sent / rate.recordsPerSecond, bytes / rate.bytesPerSecond);
    return `${formatSize(bytes)}; at this rate, ${formatDuration(expected)}`;
  }
  const share = sentNow < sent ? `, ${formatNumber(sentNow)} of them by this run` : '';
  return `${formatSize(bytes)}${share}, in ${formatDuration(seconds)}`;
}

function formatSkipped(name: string, skipped: [string, { count: number; first: Place }][]): string[] {
  const total = skipped.reduce((sum, [, { count }]) => sum + count, 0);
  const rows = skipped.map(([reason, { count, first }]) =>
    formatRow(`  ${reason}`, count, `first: ${formatPlace(first)}`),
  );
  return [formatRow(name, total, 'skipped'), ...rows];
}

const formatPlace = ({ name, at, line }: Place) =>
  `${formatName(name)}, byte ${formatNumber(at)} (line ${formatNumber(line)})`;

const formatRow = (name: string, count: number, remark: string) =>
  `${name.padEnd(32)}${formatNumber(count).padStart(11)}   ${remark}`;

function formatSize(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  const unit = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${unit === 0 ? bytes : (bytes / 1000 ** unit).toFixed(1)} ${units[unit] ?? ''}`;
}
