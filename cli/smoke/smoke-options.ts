/** Declares the command line of `npm run smoke`. */
import { defineCommand } from '../shared/define-command';
import { matching, stackName, tableName, wholeNumber, YES_OPTION } from '../shared/options';
import { UsageError } from '../shared/usage-error';

export interface Settings {
  /** Name of the stack, or the names that its outputs would have. */
  target: { stack: string } | Targets;
  isAbandoned: boolean;
  waitSeconds: number;
  isConfirmed: boolean;
}

/** Names of stream and records table, and the topic's ARN, which only `--abandoned` needs. */
export interface Targets {
  stream: string;
  table: string;
  topic?: string;
}

export const smokeCommand = defineCommand({
  call: 'npm run smoke',
  usage: '--stack NAME [options]',
  about: [
    `Sends one synthetic contact record through a deployed pipeline: puts it into the stream, waits for the item in the
    table, shows it, and deletes it. The command shows what it will change, and asks.`,
    `The record's ContactId begins with smoke-test-. If Kinesis delivers the record again, the item comes back. With
    --abandoned, the ledger's entry stays, so that no second message is sent. See docs/smoke.md.`,
  ],
  options: {
    stack: {
      value: 'NAME',
      description: 'the deployed stack',
      parser: stackName,
    },
    stream: {
      value: 'NAME',
      description: 'the stream, instead of --stack; with --table',
      parser: matching(/^[\w.-]{1,128}$/),
    },
    table: { value: 'NAME', description: 'the records table', parser: tableName },
    topic: {
      value: 'ARN',
      description: 'the topic; for --abandoned',
      parser: matching(/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]{1,256}$/),
    },
    abandoned: {
      description: `send an abandoned contact, and wait for its message in a temporary queue. EVERY subscriber gets it`,
    },
    waitSeconds: {
      value: 'N',
      description: 'time to wait for the item and the message',
      parser: wholeNumber({ min: 1, max: 3600 }),
      default: 90,
    },
    yes: YES_OPTION,
  },
  examples: {
    'npm run smoke -- --stack ContactRecordPipeline': 'sends no message',
    'npm run smoke -- --stack ContactRecordPipeline --abandoned': 'sends a message to every subscriber',
  },
  status: {
    0: 'the pipeline works, and the test data is removed',
    1: 'a step failed, or test data is left',
    130: 'ended by Ctrl-C or the answer no',
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
