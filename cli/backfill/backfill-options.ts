/** Declares the command line of `npm run backfill`. */
import { defineCommand } from '../shared/define-command';
import { pathOf, RATE_OPTIONS, stackName, streamNameOrArn, YES_OPTION } from '../shared/options';
import type { Rate } from '../shared/paced-sender';
import { UsageError } from '../shared/usage-error';

export interface Settings {
  input: Input;
  /** Undefined only in a dry run. */
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
  /** `name` is a name or ARN. `assumeNotifyLimit`: the user confirms that `notifyWithinHours` is set. */
  | { kind: 'stream'; name: string; assumeNotifyLimit: boolean };

export const backfillCommand = defineCommand({
  call: 'npm run backfill',
  usage: 'INPUT --stack NAME [options]',
  about: [
    `Puts contact records from earlier exports into the deployed stream. The function then processes them like any
    other record. The command shows what it will do, and asks before it starts.`,
    `INPUT is a file, a folder, s3://bucket/prefix, or - for standard input. It accepts JSON documents in any layout (one
    a line, concatenated as Firehose writes them, pretty-printed, arrays), gzip, and Firehose's error objects.`,
    `It skips and counts documents that are not contact records, and reports broken ones with their place. You can stop
    it at any time and run it again: it continues at the checkpoint. Standard input starts from the beginning. See
    docs/backfill.md.`,
  ],
  options: {
    stack: {
      value: 'NAME',
      description: 'the deployed stack',
      parser: stackName,
    },
    stream: {
      value: 'NAME',
      description: 'name or ARN of the stream, instead of --stack',
      parser: streamNameOrArn,
    },
    dryRun: { description: 'read the input and send nothing; needs no stack' },
    notifyOldContacts: {
      description: `send although notifyWithinHours is not set: subscribers get a message for EVERY abandoned contact of
        the input, however old it is`,
    },
    assumeNotifyLimit: { description: 'with --stream: confirms that notifyWithinHours is set' },
    ...RATE_OPTIONS,
    checkpoint: {
      value: 'FILE',
      description: `file that keeps the position until the run is complete; not for standard input`,
      parser: pathOf('file'),
      default: 'backfill-checkpoint.json',
    },
    yes: YES_OPTION,
  },
  allowInputs: true,
  examples: {
    'npm run backfill -- exports/ --dry-run': 'shows what it would send and skip, and why',
    'npm run backfill -- exports/ --stack ContactRecordPipeline': 'sends the records of a folder',
    'npm run backfill -- s3://my-exports/2026/ --stack ContactRecordPipeline --yes':
      'sends the records of a prefix in S3',
  },
  status: {
    0: 'all input was read, and all contact records were sent',
    1: 'the run failed, or some input was broken or unreadable',
    130: 'ended by Ctrl-C or the answer no',
  },

  toSettings: (values, { inputs, isGiven }): Settings => {
    const { dryRun, notifyOldContacts, recordsPerSecond, bytesPerSecond, checkpoint, yes } = values;
    const [input, ...more] = inputs;
    if (!input || more.length > 0) {
      throw new UsageError('The input is missing: give one file, folder or s3://bucket/prefix.');
    }
    if (input === '-' && isGiven('checkpoint')) {
      throw new UsageError('--checkpoint does not work with standard input: omit it.');
    }
    if (input === '-' && !yes && !dryRun) {
      throw new UsageError('The command cannot ask when it reads records from standard input: add --yes.');
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
  if (bucket === undefined) throw new UsageError('The input is not valid: write s3://bucket/prefix.');
  return { kind: 's3', bucket, prefix };
}

type TargetOptions = Readonly<Record<'stack' | 'stream', string | undefined>> &
  Readonly<Record<'assumeNotifyLimit' | 'dryRun', boolean>>;

function toTarget({ stack, stream, assumeNotifyLimit, dryRun }: TargetOptions): Target | undefined {
  if (stack !== undefined && stream !== undefined) throw new UsageError('Give either --stack or --stream.');
  if (stack !== undefined && assumeNotifyLimit) {
    throw new UsageError('--assume-notify-limit works with --stream only: --stack reads the setting.');
  }
  if (stack !== undefined) return { kind: 'stack', name: stack };
  if (stream !== undefined) return { kind: 'stream', name: stream, assumeNotifyLimit };
  if (dryRun) return undefined;
  throw new UsageError('The stream is missing: give --stack NAME or --stream NAME, or --dry-run.');
}
