/** The command line of `npm run smoke`. */
import { defineCommand } from '../shared/define-command';
import { matching, stackName, wholeNumber, YES_OPTION } from '../shared/options';
import { UsageError } from '../shared/usage-error';

export interface Settings {
  /** A stack's name, or what its outputs would say. */
  target: { stack: string } | Targets;
  isAbandoned: boolean;
  waitSeconds: number;
  isConfirmed: boolean;
}

/** Names of stream and records table, and the topic's ARN, which only an abandoned contact needs. */
export interface Targets {
  stream: string;
  table: string;
  topic?: string;
}

export const smokeCommand = defineCommand({
  call: 'npm run smoke',
  usage: '--stack NAME [options]',
  about: [
    `Puts one synthetic contact record into the deployed stream, waits until the table has it, shows the item and how
    long it took, and deletes the item. Before that, it says what it will touch, and asks.`,
    `The record's ContactId is smoke-test-<uuid>, and its Attributes say "smoke test". Kinesis may deliver it again
    after the item was deleted: the item is then back. What --abandoned leaves in the ledger is left on purpose: such a
    copy must not be published again. Region and credentials are found as by the AWS CLI. docs/smoke.md has more.`,
  ],
  options: {
    stack: {
      value: 'NAME',
      description: 'the deployed stack: the other names are in its outputs',
      parser: stackName,
    },
    stream: {
      value: 'NAME',
      description: 'instead of --stack, together with --table',
      parser: matching(/^[\w.-]{1,128}$/),
    },
    table: { value: 'NAME', description: 'the records table', parser: matching(/^[\w.-]{3,255}$/) },
    topic: {
      value: 'ARN',
      description: 'the topic, for --abandoned',
      parser: matching(/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]{1,256}$/),
    },
    abandoned: {
      description: `the record is of an abandoned contact, and its message is waited for, in a temporary queue. Every
        subscriber of the topic gets it!`,
    },
    waitSeconds: {
      value: 'N',
      description: 'how long to wait',
      parser: wholeNumber({ min: 1, max: 3600 }),
      default: 90,
    },
    yes: YES_OPTION,
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

  toSettings: ({ abandoned, waitSeconds, yes, ...names }): Settings => {
    const target = toTarget(names);
    if (abandoned && 'table' in target && target.topic === undefined) {
      throw new UsageError('--abandoned needs --topic as well as --stream and --table.');
    }
    return { target, isAbandoned: abandoned, waitSeconds, isConfirmed: yes };
  },
});

type Names = Readonly<Record<'stack' | 'stream' | 'table' | 'topic', string | undefined>>;

function toTarget({ stack, stream, table, topic }: Names): Settings['target'] {
  if (stack !== undefined && (stream ?? table ?? topic) === undefined) return { stack };
  if (stack !== undefined || stream === undefined || table === undefined) {
    throw new UsageError('Give either --stack, or --stream and --table.');
  }
  return { stream, table, ...(topic !== undefined && { topic }) };
}
