/**
 * The command line of `npm start`.
 */
import { parseArgs } from 'node:util';
import { type Arguments, wholeNumber, WrongUsage, wrongUsage } from '../usage';

export const HELP = `Runs the deployed stack on this machine: contact records go into a stream, the function
processes them, and what comes out is checked; of records of your own, that messages
and counts fit the table.

  npm start                        a generated contact centre
  npm start -- FILE                contact records of your own
  npm start -- DIR                 those in all files of a folder
  npm start -- -                   those from standard input

  --contacts N     how many contacts to generate (1 to 100000; default 5000)
  --seed N         another contact centre; the same seed gives the same one (default 1)
  --batch-size N   records in one batch (1 to 10000; default: as deployed)
  --out DIR        write summary.json, and contacts, messages, quarantined, refused and
                   conflicting .ndjson
  --keep           leave everything running until Ctrl-C, and print how to reach it
  --help           this text

Each line, as it is, is one record: without its line feed, with its carriage return; an
empty line is an empty record. Where documents of JSON are written otherwise, each is
one record: several in a line (as Firehose writes them), pretty-printed, or in an array.
gzip is seen by its content. The records of one contact stay in order.

  npm start -- export.ndjson --out out/
  gunzip -c *.gz | npm start -- - --keep

Exit status: 0 what came out is right, 1 it isn't or the run failed, 2 wrong usage or
input, 130 ended by Ctrl-C.`;

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
    const { values, positionals } = parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        contacts: { type: 'string' },
        seed: { type: 'string' },
        'batch-size': { type: 'string' },
        out: { type: 'string' },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) return { kind: 'help' };

    const contacts = wholeNumber('--contacts', values.contacts, 1, 100_000);
    const seed = wholeNumber('--seed', values.seed, 0, 2 ** 32 - 1);
    const batchSize = wholeNumber('--batch-size', values['batch-size'], 1, 10_000);
    const [path, ...more] = positionals;
    if (more.length > 0) throw new WrongUsage('One file at a time, please.');
    if (path === '' || values.out === '') throw new WrongUsage('A file and a folder need a name.');
    if (path !== undefined && (contacts ?? seed) !== undefined) {
      throw new WrongUsage('--contacts and --seed are for generated records, not for a file.');
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
    return wrongUsage(error);
  }
}
