/**
 * The command line of `npm run backfill`.
 */
import { parseArgs } from 'node:util';
import { helpText } from '../shared/help';
import { type Rate, RATE_HELP, RATE_OPTIONS, rateOf } from '../shared/rate';
import { STACK } from '../shared/stack-outputs';
import { STREAM } from '../shared/stream';
import { type Arguments, COMMON_OPTIONS, parseName, UsageError, toUsageError } from '../shared/usage';

export const HELP = helpText({
  usage: 'npm run backfill -- INPUT --stack NAME [options]',
  about: [
    `Puts contact records that were exported before into the deployed stream, so that they take the usual way: the table
    gets each contact once, in its newest version. Before that, it says what it will do, and asks.`,
    `INPUT is a file, a folder, or s3://bucket/prefix. In a file: documents of JSON, one a line, one directly behind the
    other (as Firehose writes them), pretty-printed, in arrays, or mixed; gzip is seen by its content. In a folder,
    names that begin with a dot are left out.`,
    `What is no contact record (agent events, for example) is skipped and counted. What is broken is told with its
    place, and skipped. Safe to end at any time: the same command goes on from the checkpoint; a record may then go
    twice, none is missed. Region and credentials are found as by the AWS CLI. docs/backfill.md has more.`,
  ],
  options: {
    '--stack NAME': 'the deployed stack: its outputs name the stream',
    '--stream NAME': "a stream's name or ARN, instead of --stack",
    '--dry-run': 'read everything, send nothing; needs no stack or stream',
    '--notify-old-contacts': `go ahead without notifyWithinHours: EVERY abandoned contact among them is announced to
      all subscribers, however long ago it was`,
    '--assume-notify-limit': 'with --stream: notifyWithinHours is set, I have looked',
    ...RATE_HELP,
    '--checkpoint FILE': `how far it is; removed when all is done (default backfill-checkpoint.json, in the project's
      folder)`,
    '--yes': "don't ask: for scripts",
  },
  examples: {
    'npm run backfill -- exports/ --dry-run': 'what it would send and skip, and why',
    'npm run backfill -- exports/ --stack ContactRecordPipeline': 'send what is in all files of a folder',
    'npm run backfill -- s3://my-exports/2026/ --stack ContactRecordPipeline --yes':
      'send what is in all objects under a prefix',
  },
  status: {
    0: 'everything was read, and every contact record sent',
    1: 'it failed on the way, or something was broken or could not be read',
    130: 'ended by Ctrl-C or by the answer no',
  },
});

export const OPTIONS = {
  stack: { type: 'string' },
  stream: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  'notify-old-contacts': { type: 'boolean', default: false },
  'assume-notify-limit': { type: 'boolean', default: false },
  ...RATE_OPTIONS,
  checkpoint: { type: 'string', default: 'backfill-checkpoint.json' },
  yes: { type: 'boolean', default: false },
  ...COMMON_OPTIONS,
} as const;

export interface Settings {
  input: Input;
  /** Only a dry run can do without. */
  target: Target | undefined;
  isDryRun: boolean;
  /** Whether abandoned contacts of long ago may be published. */
  isPublishingOld: boolean;
  rate: Rate;
  checkpoint: string;
  /** Nobody is asked. */
  isConfirmed: boolean;
}

export type Input = { kind: 'local'; path: string } | { kind: 's3'; bucket: string; prefix: string };

export type Target =
  | { kind: 'stack'; name: string }
  /** Name or ARN; somebody says that `notifyWithinHours` is set. */
  | { kind: 'stream'; name: string; isLimitSet: boolean };

export function parseArguments(argv: string[]): Arguments<Settings> {
  try {
    const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options: OPTIONS });
    if (values.help) return { kind: 'help' };
    const [input, ...more] = positionals;
    if (!input || more.length > 0)
      throw new UsageError('What to send? One file, folder or s3://bucket/prefix; --help shows how.');
    if (values.checkpoint === '') throw new UsageError('--checkpoint: a file needs a name.');
    const settings: Settings = {
      input: inputOf(input),
      target: targetOf(values.stack, values.stream, values['assume-notify-limit'], values['dry-run']),
      isDryRun: values['dry-run'],
      isPublishingOld: values['notify-old-contacts'],
      rate: rateOf(values),
      checkpoint: values.checkpoint,
      isConfirmed: values.yes,
    };
    return { kind: 'run', settings };
  } catch (error) {
    return toUsageError(error, OPTIONS);
  }
}

const S3 = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s;

function inputOf(text: string): Input {
  if (!text.startsWith('s3:')) return { kind: 'local', path: text };
  const [, bucket, prefix = ''] = S3.exec(text) ?? [];
  if (bucket === undefined) throw new UsageError('In S3, the input is s3://bucket/prefix.');
  return { kind: 's3', bucket, prefix };
}

function targetOf(
  stack: string | undefined,
  stream: string | undefined,
  isLimitSet: boolean,
  isDryRun: boolean,
): Target | undefined {
  if (stack !== undefined && stream !== undefined) {
    throw new UsageError('Either --stack or --stream, please.');
  }
  if (stack !== undefined) {
    if (isLimitSet) throw new UsageError('--assume-notify-limit is for --stream: --stack looks for itself.');
    return { kind: 'stack', name: parseName('--stack', stack, STACK) };
  }
  if (stream !== undefined)
    return { kind: 'stream', name: parseName('--stream', stream, STREAM), isLimitSet };
  if (isDryRun) return undefined;
  throw new UsageError('Where to? --stack NAME or --stream NAME; --dry-run only reads.');
}
