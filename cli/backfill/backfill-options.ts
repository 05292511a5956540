/** The command line of `npm run backfill`. */
import { defineCommand } from '../shared/define-command';
import { pathOf, RATE_OPTIONS, stackName, streamNameOrArn, YES_OPTION } from '../shared/options';
import type { Rate } from '../shared/paced-sender';
import { UsageError } from '../shared/usage-error';

export interface Settings {
  input: Input;
  /** Only a dry run can do without. */
  target: Target | undefined;
  isDryRun: boolean;
  /** Whether contacts that were abandoned long ago may be published. */
  notifyOldContacts: boolean;
  rate: Rate;
  checkpoint: string;
  isConfirmed: boolean;
}

export type Input =
  { kind: 'local'; path: string } | { kind: 's3'; bucket: string; prefix: string } | { kind: 'stdin' };

export type Target =
  | { kind: 'stack'; name: string }
  /** Name or ARN; `assumeNotifyLimit`: the person who runs it says that `notifyWithinHours` is set. */
  | { kind: 'stream'; name: string; assumeNotifyLimit: boolean };

export const backfillCommand = defineCommand({
  call: 'npm run backfill',
  usage: 'INPUT --stack NAME [options]',
  about: [
    `Puts contact records that were exported before into the deployed stream, so that they take the usual way: the table
    gets each contact once, in its newest version. Before that, it says what it will do, and asks.`,
    `INPUT is a file, a folder, s3://bucket/prefix, or - for standard input. In a file: documents of JSON, one a line,
    one directly after the other (as Firehose writes them), pretty-printed, in arrays, or mixed; gzip is seen by its
    content, and Firehose's error objects are opened. In a folder, names that begin with a dot are left out.`,
    `What is no contact record (agent events, for example) is skipped and counted. What is broken is reported with its
    place, and skipped. Safe to end at any time: the same command goes on from the checkpoint, or, with standard input,
    begins anew; a record may then go twice, none is missed. Region and credentials are found as by the AWS CLI. docs/backfill.md has more.`,
  ],
  options: {
    stack: {
      value: 'NAME',
      description: 'the deployed stack: its outputs name the stream',
      parser: stackName,
    },
    stream: {
      value: 'NAME',
      description: "a stream's name or ARN, instead of --stack",
      parser: streamNameOrArn,
    },
    dryRun: { description: 'read everything, send nothing; needs no stack or stream' },
    notifyOldContacts: {
      description: `go ahead without notifyWithinHours: EVERY abandoned contact among them is published to all
        subscribers, however long ago it was`,
    },
    assumeNotifyLimit: { description: 'with --stream: notifyWithinHours is set, I have looked' },
    ...RATE_OPTIONS,
    checkpoint: {
      value: 'FILE',
      description: `how far it is, in the project's folder; removed when all is done. Not for standard input`,
      parser: pathOf('file'),
      default: 'backfill-checkpoint.json',
    },
    yes: YES_OPTION,
  },
  allowInputs: true,
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

  toSettings: (values, { inputs, isGiven }): Settings => {
    const { dryRun, notifyOldContacts, recordsPerSecond, bytesPerSecond, checkpoint, yes } = values;
    const [input, ...more] = inputs;
    if (!input || more.length > 0) {
      throw new UsageError('What to send? One file, folder or s3://bucket/prefix; --help shows how.');
    }
    if (input === '-' && isGiven('checkpoint')) {
      throw new UsageError(
        'Standard input has no checkpoint: it can be read only once. Leave --checkpoint out.',
      );
    }
    if (input === '-' && !yes && !dryRun) {
      throw new UsageError(
        'Standard input has the records, and not your answer: --yes goes without a question.',
      );
    }
    return {
      input: toInput(input),
      target: toTarget(values),
      ...{ isDryRun: dryRun, notifyOldContacts, checkpoint, isConfirmed: yes },
      rate: { recordsPerSecond, bytesPerSecond },
    };
  },
});

const S3 = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s;

function toInput(text: string): Input {
  if (text === '-') return { kind: 'stdin' };
  if (!text.startsWith('s3:')) return { kind: 'local', path: text };
  const [, bucket, prefix = ''] = S3.exec(text) ?? [];
  if (bucket === undefined) throw new UsageError('In S3, the input is s3://bucket/prefix.');
  return { kind: 's3', bucket, prefix };
}

type TargetOptions = Readonly<Record<'stack' | 'stream', string | undefined>> &
  Readonly<Record<'assumeNotifyLimit' | 'dryRun', boolean>>;

function toTarget({ stack, stream, assumeNotifyLimit, dryRun }: TargetOptions): Target | undefined {
  if (stack !== undefined && stream !== undefined) throw new UsageError('Give either --stack or --stream.');
  if (stack !== undefined && assumeNotifyLimit) {
    throw new UsageError('--assume-notify-limit is for --stream: --stack looks for itself.');
  }
  if (stack !== undefined) return { kind: 'stack', name: stack };
  if (stream !== undefined) return { kind: 'stream', name: stream, assumeNotifyLimit };
  if (dryRun) return undefined;
  throw new UsageError('Where to? --stack NAME or --stream NAME; --dry-run only reads.');
}
