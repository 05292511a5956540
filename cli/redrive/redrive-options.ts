/** The command line of `npm run redrive`. */
import { type FailedRecordReason, QUARANTINE_REASONS } from '../../lambda/contact-records/batch/outcome';
import { defineCommand } from '../shared/define-command';
import {
  anyText,
  matching,
  type Parser,
  pathOf,
  RATE_OPTIONS,
  streamNameOrArn,
  wholeNumber,
  YES_OPTION,
} from '../shared/options';
import type { Rate } from '../shared/paced-sender';
import { UsageError } from '../shared/usage-error';

export interface Settings {
  bucket: string;
  /** Name or ARN. @default the stream that the record came from */
  stream: string | undefined;
  execute: boolean;
  /** Whether the keys of the selected objects are shown. */
  showKeys: boolean;
  /** Folder for the payloads of the selected objects. */
  dest: string | undefined;
  isConfirmed: boolean;
  filter: Filter;
  rate: Rate;
}

export interface Filter {
  prefix: string;
  /** @default all */
  reasons?: readonly string[] | undefined;
  /** Failed at or after: milliseconds since 1970. */
  since?: number | undefined;
  /** Objects, the oldest ones. */
  limit?: number | undefined;
}

const MILLISECONDS = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

/** Takes a time, or how long ago it was: the time from now. Both are milliseconds since 1970. */
const time: Parser<(now: number) => number> = {
  parse: (text) => {
    const [, amount, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
    if (unit !== undefined) {
      return (now) => now - Number(amount) * MILLISECONDS[unit as keyof typeof MILLISECONDS];
    }
    const instant = TIME.test(text) ? Date.parse(text) : NaN;
    return Number.isNaN(instant) ? undefined : () => instant;
  },
  describeError: (option) => `${option} takes 90m, 36h, 7d, a date, or a time with its zone.`,
};

/** Typed so that a new reason of the function is a compile error here. */
const OTHER_REASONS: Record<Exclude<FailedRecordReason, (typeof QUARANTINE_REASONS)[number]>, true> = {
  'message-refused': true,
  'same-second-other-content': true,
};
const FUNCTION_REASONS: readonly string[] = [...QUARANTINE_REASONS, ...Object.keys(OTHER_REASONS)];

/** Takes the function's reasons, and words that are written as the mapping's conditions are: AWS may add others. */
const failureReason: Parser<string> = {
  parse: (text) => (FUNCTION_REASONS.includes(text) || /^[A-Z][A-Za-z]{0,63}$/.test(text) ? text : undefined),
  describeError: (option) =>
    `${option} takes a reason of the function (${FUNCTION_REASONS.join(', ')}) or a condition of the event source ` +
    'mapping (such as RecordAgeExceeded, RetryAttemptsExhausted).',
};

export const redriveCommand = defineCommand({
  call: 'npm run redrive',
  usage: '--bucket NAME [options]',
  about: [
    `Lists what is in the failure bucket, by reason and age; with --execute, asks, and then redrives it: puts the
    original bytes into the stream they came from, oldest first, and moves each object to redriven/. Gzip and KPL
    aggregates are opened first. What it can't read it reports and does not change.`,
    `Safe to end at any time, and to start again: a record may then go twice, none is missed. Region and credentials
    are found as by the AWS CLI. docs/redrive.md has more.`,
  ],
  options: {
    bucket: {
      value: 'NAME',
      description: "the failure bucket: FailureBucketName in the stack's outputs",
      parser: matching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
      required: 'the deployment prints it as FailureBucketName',
    },
    list: { description: 'show the keys of the selected objects, too' },
    dest: {
      value: 'DIR',
      description: `download the payloads of the selected objects into this folder, which must be new or empty; nothing
        else is changed`,
      parser: pathOf('folder'),
    },
    execute: { description: 'redrive and move, after a question; without it nothing is changed' },
    stream: {
      value: 'NAME',
      description: "a stream's name or ARN instead of the one they came from",
      parser: streamNameOrArn,
    },
    prefix: {
      value: 'PREFIX',
      description: `only keys that begin so, as in quarantined/ or aws/lambda/; redriven/ is left out unless the prefix
        begins so`,
      parser: anyText,
    },
    reason: {
      value: 'REASON',
      description: 'only this reason, as the list shows it',
      parser: failureReason,
      multiple: true,
    },
    since: {
      value: 'TIME',
      description: `only what failed since then: 90m, 36h, 7d, or a time such as 2026-03-05 or 2026-03-05T09:30:00Z`,
      parser: time,
    },
    limit: {
      value: 'N',
      description: 'only the oldest N of these objects',
      parser: wholeNumber({ min: 1, max: 10_000_000 }),
    },
    yes: YES_OPTION,
    ...RATE_OPTIONS,
  },
  examples: {
    'npm run redrive -- --bucket NAME': 'list, change nothing',
    'npm run redrive -- --bucket NAME --reason not-json --dest failed/':
      'look at what is not JSON (the files contain personal data)',
    'npm run redrive -- --bucket NAME --reason not-json --limit 1 --execute':
      'redrive the oldest of one kind, to see what becomes of it',
    'npm run redrive -- --bucket NAME --execute': 'redrive everything',
  },
  status: {
    0: 'everything that was selected is listed, or redriven',
    1: 'it failed on the way, or objects could not be read',
    130: 'ended by Ctrl-C or by the answer no',
  },

  toSettings: (values, { now }): Settings => {
    const { bucket, stream, list, dest, execute, yes, prefix = '', reason, since, limit } = values;
    const { recordsPerSecond, bytesPerSecond } = values;
    if (execute && dest !== undefined) {
      throw new UsageError('Give either --execute or --dest: --dest changes nothing in the bucket.');
    }
    return {
      ...{ bucket, stream, showKeys: list, dest, execute, isConfirmed: yes },
      filter: { prefix, reasons: reason, since: since?.(now), limit },
      rate: { recordsPerSecond, bytesPerSecond },
    };
  },
});
