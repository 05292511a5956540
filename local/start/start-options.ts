/**
 * The command line of `npm start`.
 */
import { parseArgs } from 'node:util';
import { helpText } from '../../cli/shared/help';
import {
  type Arguments,
  COMMON_OPTIONS,
  parseWholeNumber,
  UsageError,
  toUsageError,
} from '../../cli/shared/usage';

export const HELP = helpText({
  usage: 'npm start -- [FILE | DIR | -] [options]',
  about: [
    `Runs the deployed stack on this machine: contact records go into a stream, the function processes them, and what
    comes out is checked. Without an input the records are those of a generated contact centre. Of records of your own it
    checks that messages and counts fit the table.`,
    `Each line of FILE, of all files below DIR, or of standard input (-), is one record, as it is: without its line feed,
    with its carriage return; an empty line is an empty record. Where documents of JSON are written otherwise, each is
    one record: several in a line (as Firehose writes them), pretty-printed, or in an array. gzip is seen by its
    content. The records of one contact stay in order.`,
  ],
  options: {
    '--contacts N': 'how many contacts to generate (1 to 100000; default 5000)',
    '--seed N': 'another contact centre; the same seed gives the same one (default 1)',
    '--batch-size N': 'records in one batch (1 to 10000; default: as deployed)',
    '--out DIR': 'write summary.json, and contacts, messages, quarantined, refused and conflicting .ndjson',
    '--keep': 'leave everything running until Ctrl-C, and print how to reach it',
  },
  examples: {
    'npm start': 'a generated contact centre',
    'npm start -- export.ndjson --out out/': 'your own records; what came out goes into files',
    'npm start -- exports/': 'those in all files of a folder',
    'npm start -- --contacts 10 --keep': 'something to look at with the AWS CLI',
  },
  status: { 0: 'what came out is right', 1: "it isn't, or the run failed" },
});

export const OPTIONS = {
  contacts: { type: 'string' },
  seed: { type: 'string' },
  'batch-size': { type: 'string' },
  out: { type: 'string' },
  keep: { type: 'boolean', default: false },
  ...COMMON_OPTIONS,
} as const;

export interface Settings {
  input:
    | { kind: 'generated'; contacts: number; seed: number }
    | { kind: 'path'; path: string }
    | { kind: 'stdin' };
  batchSize?: number;
  out?: string;
  keep: boolean;
}

export function parseArguments(argv: string[]): Arguments<Settings> {
  try {
    const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options: OPTIONS });
    if (values.help) return { kind: 'help' };

    const contacts = parseWholeNumber('--contacts', values.contacts, 1, 100_000);
    const seed = parseWholeNumber('--seed', values.seed, 0, 2 ** 32 - 1);
    const batchSize = parseWholeNumber('--batch-size', values['batch-size'], 1, 10_000);
    const [path, ...more] = positionals;
    if (more.length > 0) throw new UsageError('One file at a time, please.');
    if (path === '' || values.out === '') throw new UsageError('A file and a folder need a name.');
    if (path !== undefined && (contacts ?? seed) !== undefined) {
      throw new UsageError('--contacts and --seed are for generated records, not for a file.');
    }
    const generated = { kind: 'generated', contacts: contacts ?? 5000, seed: seed ?? 1 } as const;
    const settings: Settings = {
      input: path === undefined ? generated : path === '-' ? { kind: 'stdin' } : { kind: 'path', path },
      keep: values.keep,
      ...(batchSize !== undefined && { batchSize }),
      ...(values.out !== undefined && { out: values.out }),
    };
    return { kind: 'run', settings };
  } catch (error) {
    return toUsageError(error, OPTIONS);
  }
}
