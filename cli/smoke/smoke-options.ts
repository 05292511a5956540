/**
 * The command line of `npm run smoke`.
 */
import { parseArgs } from 'node:util';
import { helpText } from '../shared/help';
import { STACK } from '../shared/stack-outputs';
import {
  type Arguments,
  COMMON_OPTIONS,
  parseName,
  parseWholeNumber,
  UsageError,
  toUsageError,
} from '../shared/usage';
import type { Targets } from './targets';

export const HELP = helpText({
  usage: 'npm run smoke -- --stack NAME [options]',
  about: [
    `Puts one synthetic contact record into the deployed stream, waits until the table has it, shows the item and how
    long it took, and deletes the item. Before that, it says what it will touch, and asks.`,
    `The record's ContactId is smoke-test-<uuid>, and its Attributes say "smoke test". Kinesis may deliver it again
    after the item was deleted: the item is then back. What --abandoned leaves in the ledger is left on purpose: such a
    copy must not be announced again. Region and credentials are found as by the AWS CLI. docs/smoke.md has more.`,
  ],
  options: {
    '--stack NAME': 'the deployed stack: the other names are in its outputs',
    '--stream NAME': 'instead of --stack, together with --table',
    '--table NAME': 'the records table',
    '--topic ARN': 'the topic, for --abandoned',
    '--abandoned': `the record is of an abandoned contact, and its message is waited for, in a temporary queue. Every
      subscriber of the topic gets it!`,
    '--wait-seconds N': 'how long to wait (1 to 3600; default 90)',
    '--yes': "don't ask: for scripts",
  },
  examples: {
    'npm run smoke -- --stack ContactRecordPipeline': 'no message for anybody',
    'npm run smoke -- --stack ContactRecordPipeline --abandoned': 'every subscriber gets one',
  },
  status: {
    0: 'it works, and all that was to be removed is removed',
    1: "it doesn't, or something could not be removed",
    130: 'ended by Ctrl-C or by the answer no',
  },
});

export const OPTIONS = {
  stack: { type: 'string' },
  stream: { type: 'string' },
  table: { type: 'string' },
  topic: { type: 'string' },
  abandoned: { type: 'boolean', default: false },
  'wait-seconds': { type: 'string', default: '90' },
  yes: { type: 'boolean', default: false },
  ...COMMON_OPTIONS,
} as const;

export interface Settings {
  /** A stack's name, or what its outputs would say. */
  target: { stack: string } | Targets;
  isAbandoned: boolean;
  waitSeconds: number;
  /** Nobody is asked. */
  isConfirmed: boolean;
}

export function parseArguments(argv: string[]): Arguments<Settings> {
  try {
    const { values } = parseArgs({ args: argv, options: OPTIONS });
    if (values.help) return { kind: 'help' };
    const settings: Settings = {
      target: targetOf(values),
      isAbandoned: values.abandoned,
      waitSeconds: parseWholeNumber('--wait-seconds', values['wait-seconds'], 1, 3600),
      isConfirmed: values.yes,
    };
    if (settings.isAbandoned && 'table' in settings.target && settings.target.topic === undefined) {
      throw new UsageError('--abandoned needs --topic beside --stream and --table.');
    }
    return { kind: 'run', settings };
  } catch (error) {
    return toUsageError(error, OPTIONS);
  }
}

const STREAM = /^[\w.-]{1,128}$/;
const TABLE = /^[\w.-]{3,255}$/;
const TOPIC = /^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]{1,256}$/;

type Names = Partial<Record<'stack' | 'stream' | 'table' | 'topic', string | undefined>>;

function targetOf({ stack, stream, table, topic }: Names): Settings['target'] {
  if (stack !== undefined && (stream ?? table ?? topic) === undefined) {
    return { stack: parseName('--stack', stack, STACK) };
  }
  if (stack !== undefined || stream === undefined || table === undefined) {
    throw new UsageError('Either --stack, or --stream and --table, please.');
  }
  return {
    stream: parseName('--stream', stream, STREAM),
    table: parseName('--table', table, TABLE),
    ...(topic !== undefined && { topic: parseName('--topic', topic, TOPIC) }),
  };
}
