/** Declares the command line of `npm run redrive`. */
import { type FailedRecordReason, QUARANTINE_REASONS } from '../../lambda/contact-records/batch/outcome';
import { defineCommand } from '../shared/define-command';
import {
  anyText,
  bucketName,
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
  /** The earliest time of failure, in milliseconds since 1970. */
  since?: number | undefined;
  /** The number of objects; the oldest ones are selected. */
  limit?: number | undefined;
}

const MILLISECONDS = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

/** Parses a time, or a duration before now. The result is in milliseconds since 1970. */
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

/** Has a type that makes a new reason of the function a compile error here. */
const OTHER_REASONS: Record<Exclude<FailedRecordReason, (typeof QUARANTINE_REASONS)[number]>, true> = {
  'message-refused': true,
  'same-second-other-content': true,
};
const FUNCTION_REASONS: readonly string[] = [...QUARANTINE_REASONS, ...Object.keys(OTHER_REASONS)];

/** Parses a reason of the function, or a condition of the mapping. AWS may add conditions, so any such word is valid. */
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
    `Lists the objects of the failure bucket by reason and age. With --execute, it asks, puts the original records into
    their stream, oldest first, and moves each object to redriven/. It opens gzip and KPL aggregates, and leaves
    unreadable objects unchanged.`,
    `You can stop it at any time and run it again. A record may then be sent twice; none is missed. See docs/redrive.md.`,
  ],
  options: {
    bucket: {
      value: 'NAME',
      description: "the failure bucket: the stack's output FailureBucketName",
      parser: bucketName,
      required: 'the deployment prints it as FailureBucketName',
    },
    list: { description: 'show the keys of the selected objects' },
    dest: {
      value: 'DIR',
      description: `download the records of the selected objects into a new or empty folder; the bucket stays unchanged`,
      parser: pathOf('folder'),
    },
    execute: { description: 'redrive the selected objects, after a question' },
    stream: {
      value: 'NAME',
      description: 'name or ARN of another stream',
      parser: streamNameOrArn,
    },
    prefix: {
      value: 'PREFIX',
      description: `only keys with this prefix, such as quarantined/; the default is all but redriven/`,
      parser: anyText,
    },
    reason: {
      value: 'REASON',
      description: 'only this reason',
      parser: failureReason,
      multiple: true,
    },
    since: {
      value: 'TIME',
      description: `only later failures: 90m, 36h, 7d, 2026-03-05 or 2026-03-05T09:30:00Z`,
      parser: time,
    },
    limit: {
      value: 'N',
      description: 'only the oldest N objects',
      parser: wholeNumber({ min: 1, max: 10_000_000 }),
    },
    yes: YES_OPTION,
    ...RATE_OPTIONS,
  },
  examples: {
    'npm run redrive -- --bucket NAME': 'lists the bucket',
    'npm run redrive -- --bucket NAME --reason not-json --dest failed/':
      'downloads records that are not JSON (personal data!)',
    'npm run redrive -- --bucket NAME --reason not-json --limit 1 --execute':
      'redrives the oldest object of one reason',
    'npm run redrive -- --bucket NAME --execute': 'redrives everything',
  },
  status: {
    0: 'all selected objects are listed or redriven',
    1: 'the run failed, or objects were unreadable',
    130: 'ended by Ctrl-C or the answer no',
  },

  toSettings: (values, { now }): Settings => {
    const { bucket, stream, list, dest, execute, yes, prefix = '', reason, since, limit } = values;
    const { recordsPerSecond, bytesPerSecond } = values;
    if (execute && dest !== undefined) {
      throw new UsageError('Give either --execute or --dest, not both.');
    }
    return {
      ...{ bucket, stream, showKeys: list, dest, execute, isConfirmed: yes },
      filter: { prefix, reasons: reason, since: since?.(now), limit },
      rate: { recordsPerSecond, bytesPerSecond },
    };
  },
});
