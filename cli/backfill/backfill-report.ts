/**
 * What a backfill says to a person, and to a program. Names, positions, reasons and numbers, never anything of a record.
 */
import { amount, duration, grouped, printable } from '../shared/format';
import type { Rate } from '../shared/paced-sender';
import { type Done, isAllWell } from './send-records';
import type { Place, Step } from './read-records';
import { isNoContactRecord, type SkipReason } from './classify-document';

export interface Plan {
  input: string;
  what: 'file' | 'object';
  sources: number;
  bytes: number;
  /** Undefined in a dry run without one. */
  stream: string | undefined;
  /** Of the stack; `unknown` with a stream alone. */
  notifyWithinHours: string;
  rate: Rate;
  isDryRun: boolean;
}

/** What will be done. */
export function planned(plan: Plan): string {
  const { input, stream, rate } = plan;
  const what = `${input} (${amount(plan.sources, plan.what)}, ${size(plan.bytes)})`;
  if (plan.isDryRun) {
    return text(`Reads ${what}, and sends nothing${stream === undefined ? '' : ` to ${stream}`}.`);
  }
  return text(
    `Contact records go from ${what}`,
    `into the stream ${stream ?? ''},`,
    `at most ${grouped(rate.recordsPerSecond)} records and ${grouped(rate.bytesPerSecond)} bytes a second.`,
    ABOUT_LIMIT[plan.notifyWithinHours] ??
      `Contacts that ended more than ${plan.notifyWithinHours} hours ago are stored, and not announced\n(notifyWithinHours).`,
  );
}

const EVERY = 'EVERY abandoned contact among them is announced to all subscribers,\nhowever long ago it was';
const ABOUT_LIMIT: Partial<Record<string, string>> = {
  none: `${EVERY}.`,
  unknown: `${EVERY}, unless notifyWithinHours is set.`,
  set: 'Contacts that ended longer ago than notifyWithinHours, which you say is set, are\nnot announced.',
};

/** What is told at once; an empty text if a step is only counted. */
export function told(step: Step): string {
  switch (step.kind) {
    case 'skip':
      return isNoContactRecord(step.reason) ? '' : `broken: ${placeOf(step.place)}: ${step.reason}`;
    case 'unreadable':
      return `unreadable: ${printable(step.name)}: ${step.why}`;
    case 'changed':
      return `changed since it was begun, so it is read from its beginning: ${printable(step.name)}`;
    case 'send':
    case 'read':
      return '';
  }
}

export interface Ending {
  done: Done;
  isDryRun: boolean;
  /** All of the input was read. */
  isComplete: boolean;
  /** Otherwise the same again would end in the same way. */
  canGoOn: boolean;
  seconds: number;
  /** Records that this run has sent; `done` has those of earlier runs, too. */
  sentNow: number;
  rate: Rate;
}

/** The summary: at most a few lines of 80 columns, and one for each reason. */
export function finished({ done, isDryRun, isComplete, canGoOn, seconds, sentNow, rate }: Ending): string {
  const { sent, bytes, skipped, read, unreadable } = done;
  const entries = Object.entries(skipped) as [SkipReason, { count: number; first: Place }][];
  const none = entries.filter(([reason]) => isNoContactRecord(reason));
  const broken = entries.filter(([reason]) => !isNoContactRecord(reason));
  const sum = (rows: typeof entries) => rows.reduce((total, [, { count }]) => total + count, 0);
  const rows = (entries: [SkipReason, { count: number; first: Place }][]) =>
    entries.map(([reason, { count, first }]) => line(`  ${reason}`, count, `first: ${placeOf(first)}`));
  const pace = isDryRun
    ? `${size(bytes)}; at this rate, ${duration(Math.max(sent / rate.recordsPerSecond, bytes / rate.bytesPerSecond))}`
    : `${size(bytes)}${sentNow < sent ? `, ${grouped(sentNow)} of them by this run` : ''}, in ${duration(seconds)}`;
  return text(
    line(isDryRun ? 'would be sent' : 'sent', sent, pace),
    line('  abandoned', done.abandoned, 'of them: versions in which the customer gave up'),
    line('no contact record', sum(none), 'skipped'),
    ...rows(none),
    line('broken', sum(broken), 'skipped'),
    ...rows(broken),
    line('read', read, 'files or objects'),
    ...(unreadable.count > 0 ? [line('unreadable', unreadable.count, 'files or objects')] : []),
    ...(isComplete || !canGoOn ? [] : ['', 'Not all was read: run the same again to go on.']),
  );
}

/** The same for a program. */
export const summaryOf = ({ done, isDryRun, isComplete, seconds, sentNow }: Ending) => ({
  dryRun: isDryRun,
  complete: isComplete,
  allWell: isAllWell(done),
  ...done,
  sentByThisRun: sentNow,
  seconds: Number(seconds.toFixed(1)),
});

const placeOf = ({ name, at, line }: Place) =>
  `${printable(name)}, byte ${grouped(at)} (line ${grouped(line)})`;

const line = (name: string, count: number, remark: string) =>
  `${name.padEnd(32)}${grouped(count).padStart(11)}   ${remark}`;

function size(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  const unit = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${unit === 0 ? bytes : (bytes / 1000 ** unit).toFixed(1)} ${units[unit] ?? ''}`;
}

const text = (...lines: string[]) => lines.map((line) => `${line.trimEnd()}\n`).join('');
