/** Declares the command line of `npm run explain`. */
import { defineCommand } from '../shared/define-command';
import { contactId, stackName, tableName, wholeNumber, YES_OPTION } from '../shared/options';
import { UsageError } from '../shared/usage-error';

export type Settings =
  | { kind: 'files'; path: string; question: Question }
  | { kind: 'tables'; target: { stack: string } | Tables; question: Question; scan: ScanSettings };

export type Question =
  | { kind: 'contact'; contactId: string }
  | { kind: 'awaiting' }
  /** Counts all contacts by decision; only for files. */
  | { kind: 'all'; showIds: boolean };

/** Names of the records table and of the ledger. */
export interface Tables {
  table: string;
  ledger: string;
}

export interface ScanSettings {
  /** Parts of the table that are read in parallel. */
  segments: number;
  isConfirmed: boolean;
}

export const explainCommand = defineCommand({
  call: 'npm run explain',
  usage: 'FILE | --stack NAME [options]',
  about: [
    `Explains why a contact is abandoned, or not: its versions, the decision with the fields that decided, its previous
    and next contact, and whether its message was published. It only reads.`,
    `FILE is a file or a folder of contact records, as for npm start; without --contact it counts its contacts by
    decision. A stack is asked about one contact (--contact), or scanned for all contacts that wait for their next
    contact (--awaiting). Region and credentials come from the environment, as for the AWS CLI. See docs/explain.md.`,
  ],
  options: {
    contact: { value: 'ID', description: 'explain this contact', parser: contactId },
    awaiting: {
      description: `list the contacts that wait for their next contact. On a stack, it reads the whole table; it asks first`,
    },
    list: { description: 'with FILE: also show the ids of all contacts, by decision' },
    stack: {
      value: 'NAME',
      description: 'the deployed stack',
      parser: stackName,
    },
    table: {
      value: 'NAME',
      description: 'the records table, instead of --stack; with --ledger',
      parser: tableName,
    },
    ledger: { value: 'NAME', description: 'the ledger table', parser: tableName },
    segments: {
      value: 'N',
      description: 'with --awaiting on a stack: parts of the table to read at the same time',
      parser: wholeNumber({ min: 1, max: 64 }),
      default: 4,
    },
    yes: YES_OPTION,
  },
  allowInputs: true,
  examples: {
    'npm run explain -- export.ndjson': 'counts the contacts by decision',
    'npm run explain -- export.ndjson --contact ID': 'explains one contact of a file',
    'npm run explain -- --stack ContactRecordPipeline --contact ID': 'explains one stored contact',
    'npm run explain -- --stack ContactRecordPipeline --awaiting':
      'lists the contacts that wait for a decision',
  },
  status: {
    0: 'explained',
    1: 'the contact was not found, a file could not be read, or the run failed',
    130: 'ended by Ctrl-C or the answer no',
  },

  toSettings: (values, { inputs, isGiven }): Settings => {
    const { contact, awaiting, list, stack, table, ledger, segments, yes } = values;
    const [path, ...more] = inputs;
    if (more.length > 0) throw new UsageError('Give one file or folder.');
    if (contact !== undefined && awaiting) throw new UsageError('Give either --contact or --awaiting.');
    const narrow: Question | undefined =
      contact !== undefined
        ? { kind: 'contact', contactId: contact }
        : awaiting
          ? { kind: 'awaiting' }
          : undefined;
    if (list && (narrow ?? path === undefined))
      throw new UsageError('--list works only with FILE, and without --contact and --awaiting.');
    const names = stack ?? table ?? ledger;
    if (path !== undefined && names === undefined) {
      return { kind: 'files', path, question: narrow ?? { kind: 'all', showIds: list } };
    }
    const target = path === undefined ? toTarget(stack, table, ledger) : undefined;
    if (!target) throw new UsageError('Give either FILE, or --stack, or --table and --ledger.');
    if (!narrow) throw new UsageError('A stack needs --contact ID or --awaiting.');
    if (!awaiting && isGiven('segments')) throw new UsageError('--segments works only with --awaiting.');
    return { kind: 'tables', target, question: narrow, scan: { segments, isConfirmed: yes } };
  },
});

function toTarget(stack?: string, table?: string, ledger?: string): { stack: string } | Tables | undefined {
  if (stack !== undefined) return table === undefined && ledger === undefined ? { stack } : undefined;
  return table !== undefined && ledger !== undefined ? { table, ledger } : undefined;
}
