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
    `Runs the deployed stack on this machine: contact records go into a stream, the function processes them, and what
    comes out is checked. Without an input the records are those of a generated contact centre. Of records of your own it
    checks that messages and counts fit the table.`,
    `Each line of a FILE, of all files below DIR, or of standard input (-), is one record, as it is: without its line
    feed, with its carriage return; an empty line is an empty record. Where documents of JSON are written otherwise, each
    is one record: several in a line (as Firehose writes them), pretty-printed, or in an array. gzip is seen by its
    content, and Firehose's error objects are opened. What can't be read is named, and the rest is processed. A file
    without any contact record is a failure. The records of one contact stay in order.`,
    `The terminal shows queue, waiting time and the beginning of the number of three customers to call. Ctrl-C ends the
    run with a summary of what is there.`,
  ],
  options: {
    contacts: {
      value: 'N',
      description: 'how many contacts to generate',
      parser: wholeNumber({ min: 1, max: 100_000 }),
      default: 1000,
    },
    seed: {
      value: 'N',
      description: 'another contact centre; the same seed gives the same one',
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
      description:
        'split and merge shards of the stream while it runs, as Kinesis does when an on-demand stream grows',
    },
    out: {
      value: 'DIR',
      description: 'write summary.json, and contacts, messages, quarantined, refused and conflicting .ndjson',
      parser: pathOf('folder'),
    },
    keep: {
      description: `leave everything running until Ctrl-C, show each delivery as it ends, and write local.env (into out/ or
      DIR), with which the AWS CLI and the other commands reach it`,
    },
  },
  allowInputs: true,
  examples: {
    'npm start': 'a generated contact centre',
    'npm start -- export.ndjson --out out/': 'your own records; the results go into files',
    'npm start -- exports/ more.ndjson.gz --limit 1000':
      'the first ones of all files of a folder, and of a file',
    'npm start -- --contacts 10 --keep': 'something to look at with the AWS CLI',
  },
  status: { 0: 'the results are right', 1: 'they are not, something could not be read, or the run failed' },

  toSettings: ({ contacts, seed, limit, ...options }, { inputs, isGiven }): Settings => {
    const more = limit === undefined ? {} : { limit };
    if (inputs.length === 0) {
      if (limit !== undefined)
        throw new UsageError('--limit is for records of your own; --contacts is for generated.');
      return { input: { kind: 'generated', contacts, seed }, ...options };
    }
    if (inputs.includes('')) throw new UsageError('A file or a folder needs a name.');
    if (isGiven('contacts') || isGiven('seed')) {
      throw new UsageError('--contacts and --seed are for generated records, not for a file.');
    }
    if (!inputs.includes('-')) return { input: { kind: 'paths', paths: inputs, ...more }, ...options };
    if (inputs.length > 1) throw new UsageError('Standard input (-) stands alone.');
    return { input: { kind: 'stdin', ...more }, ...options };
  },
});
