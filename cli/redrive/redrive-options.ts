/**
 * The command line of `npm run redrive`.
 */
import { parseArgs } from 'node:util';
import { helpText } from '../shared/help';
import { type Rate, RATE_HELP, RATE_OPTIONS, rateOf } from '../shared/rate';
import { STREAM } from '../shared/stream';
import {
  type Arguments,
  COMMON_OPTIONS,
  parseName,
  parseWholeNumber,
  UsageError,
  toUsageError,
} from '../shared/usage';

export const HELP = helpText({
  usage: 'npm run redrive -- --bucket NAME [options]',
  about: [
    `Lists what is in the failure bucket, by reason and age; with --execute, puts the original bytes back into the
    stream they came from, oldest first, and then moves each object to redriven/. What it can't read it reports and
    leaves alone.`,
    `Safe to end at any time, and to start again: a record may then go twice, none is missed. Region and credentials
    are found as by the AWS CLI. docs/redrive.md has more.`,
  ],
  options: {
    '--bucket NAME': "the failure bucket: FailureBucketName in the stack's outputs",
    '--execute': 'put back and move; without it nothing is changed',
    '--stream NAME': "a stream's name or ARN instead of the one they came from",
    '--prefix PREFIX': `only keys that begin so, as in quarantined/ or aws/lambda/; redriven/ is left out unless the
      prefix begins so`,
    '--reason REASON': 'only this reason, as the list shows it; may be repeated',
    '--since TIME': `only what was set aside since then: 90m, 36h, 7d, or a time such as 2026-03-05 or
      2026-03-05T09:30:00Z`,
    '--limit N': 'only the oldest N of these objects',
    ...RATE_HELP,
  },
  examples: {
    'npm run redrive -- --bucket NAME': 'list, change nothing',
    'npm run redrive -- --bucket NAME --reason not-json --limit 1 --execute':
      'put back the oldest of one kind, to see what becomes of it',
    'npm run redrive -- --bucket NAME --execute': 'put everything back',
  },
  status: {
    0: 'everything that was selected is listed, or redriven',
    1: 'it failed on the way, or objects were left alone',
  },
});

export const OPTIONS = {
  bucket: { type: 'string' },
  execute: { type: 'boolean', default: false },
  stream: { type: 'string' },
  prefix: { type: 'string', default: '' },
  reason: { type: 'string', multiple: true },
  since: { type: 'string' },
  limit: { type: 'string' },
  ...RATE_OPTIONS,
  ...COMMON_OPTIONS,
} as const;

export interface Settings {
  bucket: string;
  /** Name or ARN. @default the stream that the record came from */
  stream?: string;
  execute: boolean;
  filter: Filter;
  rate: Rate;
}

export interface Filter {
  prefix: string;
  /** @default all */
  reasons?: string[];
  /** Set aside at or after; milliseconds since 1970. */
  since?: number;
  /** Objects, the oldest ones. */
  limit?: number;
}

/** @param now - milliseconds since 1970, from which `--since 36h` counts back */
export function parseArguments(argv: string[], now: number): Arguments<Settings> {
  try {
    const { values } = parseArgs({ args: argv, options: OPTIONS });
    if (values.help) return { kind: 'help' };
    const settings: Settings = {
      bucket: parseName('--bucket', values.bucket ?? missingBucket(), BUCKET),
      ...(values.stream !== undefined && { stream: parseName('--stream', values.stream, STREAM) }),
      execute: values.execute,
      filter: {
        prefix: values.prefix,
        ...(values.reason && { reasons: values.reason }),
        ...(values.since !== undefined && { since: sinceOf(values.since, now) }),
        ...(values.limit !== undefined && {
          limit: parseWholeNumber('--limit', values.limit, 1, 10_000_000),
        }),
      },
      rate: rateOf(values),
    };
    return { kind: 'run', settings };
  } catch (error) {
    return toUsageError(error, OPTIONS);
  }
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

function missingBucket(): never {
  throw new UsageError('--bucket is missing: the deployment prints it as FailureBucketName.');
}

const MILLISECONDS = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

function sinceOf(text: string, now: number): number {
  const [, amount, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (unit !== undefined) return now - Number(amount) * MILLISECONDS[unit as keyof typeof MILLISECONDS];
  const time = TIME.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(time)) return time;
  throw new UsageError('--since takes 90m, 36h, 7d, a date, or a time with its zone.');
}
