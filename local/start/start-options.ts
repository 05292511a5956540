/** The command line of `npm start`. */
import { defineCommand } from '../../cli/shared/define-command';
import { pathOf, wholeNumber } from '../../cli/shared/options';
import { UsageError } from '../../cli/shared/usage-error';

export interface Settings {
  input:
    | { kind: 'generated'; contacts: number; seed: number }
    | { kind: 'paths'; paths: readonly string[]; limit?: number }
    | { kind: 'stdin'; limit?: number };
  batchSize: number | undefined;
  reshard: boolean;
  out: string | undefined;
  keep: boolean;
}

export const startCommand = defineCommand({
  call: 'npm start',
  usage: '[FILE | DIR ... | -] [options]',
  about: [
    `Runs the deployed stack on this machine: puts contact records on a stream, processes them with the function, and
    checks the results. Without an input, it generates the records of a contact centre. For your own records, it checks
    that messages and counts match the table.`,
    `Each line of a FILE, of all files below DIR, or of standard input (-) is one record: without its line feed, with its
    carriage return. An empty line is an empty record. Other layouts of JSON are split into documents: several in a line
    (as Firehose writes them), pretty-printed, or in an array. gzip is recognized by its content, and Firehose's error
    objects are opened. The command names what it cannot read, and processes the rest. A file without any contact record
    is a failure. The records of one contact stay in order.`,
    `The terminal shows three customers to call: queue, waiting time, and the first digits of the number. Ctrl-C ends the
    run with a summary of the results so far.`,
  ],
  options: {
    contacts: {
      value: 'N',
      description: 'number of contacts to generate',
      parser: wholeNumber({ min: 1, max: 100_000 }),
      default: 1000,
    },
    seed: {
      value: 'N',
      description: 'selects the generated records',
      parser: wholeNumber({ min: 0, max: 2 ** 32 - 1 }),
      default: 1,
    },
    limit: {
      value: 'N',
      description: 'read only the first N records of your own',
      parser: wholeNumber({ min: 1, max: 1_000_000_000 }),
    },
    batchSize: {
      value: 'N',
      description: 'records in one batch',
      parser: wholeNumber({ min: 1, max: 10_000 }),
      defaultText: 'as deployed',
    },
    reshard: {
      description: 'split and merge shards of the stream while it runs',
    },
    out: {
      value: 'DIR',
      description: 'write table, messages, failed records and summary.json into this folder',
      parser: pathOf('folder'),
    },
    keep: {
      description: `keep everything running until Ctrl-C, show each delivery, and write local.env with variables for other
        terminals`,
    },
  },
  allowInputs: true,
  examples: {
    'npm start': 'a generated contact centre',
    'npm start -- export.ndjson --out out/': 'your own records, with the results in files',
    'npm start -- exports/ more.ndjson.gz --limit 1000': 'the first records of a folder and a file',
    'npm start -- --contacts 10 --keep': 'a small stack to explore with the AWS CLI',
  },
  status: {
    0: 'the results are right',
    1: 'a result is wrong, an input could not be read, or the run failed',
  },

  toSettings: ({ contacts, seed, limit, ...options }, { inputs, isGiven }): Settings => {
    const more = limit === undefined ? {} : { limit };
    if (inputs.length === 0) {
      if (limit !== undefined)
        throw new UsageError('--limit needs a FILE; for generated records, use --contacts.');
      return { input: { kind: 'generated', contacts, seed }, ...options };
    }
    if (inputs.includes('')) throw new UsageError('The name of a file or folder is empty.');
    if (isGiven('contacts') || isGiven('seed')) {
      throw new UsageError('--contacts and --seed are for generated records, not for a file.');
    }
    if (!inputs.includes('-')) return { input: { kind: 'paths', paths: inputs, ...more }, ...options };
    if (inputs.length > 1) throw new UsageError('Give files or standard input (-), not both.');
    return { input: { kind: 'stdin', ...more }, ...options };
  },
});
