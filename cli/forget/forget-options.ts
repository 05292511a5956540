/** Declares the command line of `npm run forget`. */
import { defineCommand } from '../shared/define-command';
import {
  bucketName,
  contactId,
  type Parser,
  pathOf,
  RATE_OPTIONS,
  stackName,
  tableName,
  wholeNumber,
  YES_OPTION,
} from '../shared/options';
import type { Rate } from '../shared/paced-sender';
import { UsageError } from '../shared/usage-error';
import { type Identifiers, normalizeNumber } from './customer';

export interface Settings {
  target: { stack: string } | Names;
  contactIds: readonly string[];
  customer: Identifiers;
  /** Whether contacts that name the customer in another field are forgotten, too. */
  includesNaming: boolean;
  followsLinks: boolean;
  action: 'show' | 'execute' | 'check';
  isConfirmed: boolean;
  segments: number;
  waitSeconds: number;
  /** Path of the receipt. */
  receipt: string;
  rate: Rate;
}

/** Names of the records table and of the failure bucket. */
export interface Names {
  table: string;
  bucket: string;
}

/** Parses a telephone number as people write it, with its country code. */
const phoneNumber: Parser<string> = {
  parse: (text) => {
    const isWritten = /^(\+|00)[\d\s().\-/]+$/.test(text.trim());
    const digits = normalizeNumber(text);
    return isWritten && /^[1-9]\d{6,14}$/.test(digits) ? digits : undefined;
  },
  describeError: (option) => `${option} takes a number with its country code, such as +12065550101.`,
};

const emailAddress: Parser<string> = {
  parse: (text) => (/^[^\s@]+@[^\s@]+$/.test(text.trim()) ? text.trim() : undefined),
  describeError: (option) => `${option} takes an address such as name@example.com.`,
};

const customerId: Parser<string> = {
  parse: (text) => (text.trim().length > 0 ? text : undefined),
  describeError: (option) => `${option} takes the CustomerId of the contact records.`,
};

export const forgetCommand = defineCommand({
  call: 'npm run forget',
  usage: '--stack NAME [--contact ID | --number N | …] [options]',
  about: [
    `Finds one customer's contacts in the table and in the failure bucket, follows their links, and lists them. With
    --execute, it asks for confirmation, and replaces each contact by a tombstone that keeps later deliveries out. Then
    it deletes all versions of the failure objects that contain records of forgotten contacts. Before that, it puts
    records of other contacts in these objects back into their stream.`,
    `You can stop it at any time and run it again. Without a contact or customer it cleans the bucket only. It reads the
    whole table, and asks before that. See docs/forget.md.`,
  ],
  options: {
    stack: { value: 'NAME', description: 'the deployed stack', parser: stackName },
    table: {
      value: 'NAME',
      description: 'the records table, instead of --stack; with --bucket',
      parser: tableName,
    },
    bucket: {
      value: 'NAME',
      description: 'the failure bucket',
      parser: bucketName,
    },
    contact: { value: 'ID', description: 'this contact', parser: contactId, multiple: true },
    number: {
      value: 'NUMBER',
      description: 'contacts of this telephone number, with its country code',
      parser: phoneNumber,
      multiple: true,
    },
    email: {
      value: 'ADDRESS',
      description: 'contacts of this e-mail address',
      parser: emailAddress,
      multiple: true,
    },
    customerId: {
      value: 'ID',
      description: 'contacts with this CustomerId',
      parser: customerId,
      multiple: true,
    },
    naming: { description: 'also contacts that name the customer in another field' },
    exact: { description: 'do not follow links' },
    execute: { description: 'forget these contacts, after a question' },
    check: { description: 'fail if any data of the customer is found' },
    segments: {
      value: 'N',
      description: 'parts of the table to read at the same time',
      parser: wholeNumber({ min: 1, max: 64 }),
      default: 4,
    },
    waitSeconds: {
      value: 'N',
      description: "wait before the bucket is cleaned: the function's timeout and a margin",
      parser: wholeNumber({ min: 0, max: 1_000 }),
      default: 70,
    },
    receipt: {
      value: 'FILE',
      description: 'a new file for the receipt of --execute',
      parser: pathOf('file'),
      defaultText: 'forget-TIME.json',
    },
    yes: YES_OPTION,
    ...RATE_OPTIONS,
  },
  examples: {
    'npm run forget -- --stack NAME --number +12065550101': 'lists the contacts of a customer',
    'npm run forget -- --stack NAME --number +12065550101 --execute': 'forgets the customer',
    'npm run forget -- --stack NAME --execute': 'cleans the bucket again, for all tombstones',
    'npm run forget -- --stack NAME --number +12065550101 --check': 'checks that no data has come back',
  },
  status: {
    0: 'done; with --check, no data was found',
    1: 'it failed, or something needs action; with --check, data was found',
    130: 'ended by Ctrl-C or the answer no',
  },

  toSettings: (values, { now }): Settings => {
    const { stack, table, bucket, contact = [], number = [], email = [], customerId: ids = [] } = values;
    const { naming, exact, execute, check, segments, waitSeconds, yes, receipt } = values;
    const { recordsPerSecond, bytesPerSecond } = values;
    const isByValue = number.length + email.length + ids.length > 0;
    if (execute && check) throw new UsageError('Give either --execute or --check.');
    if (naming && !isByValue) throw new UsageError('--naming needs --number, --email or --customer-id.');
    if (receipt !== undefined && !execute) throw new UsageError('--receipt works only with --execute.');
    return {
      target: toTarget(stack, table, bucket),
      contactIds: contact,
      customer: { numbers: number, emails: email, customerIds: ids },
      ...{ includesNaming: naming, followsLinks: !exact },
      action: execute ? 'execute' : check ? 'check' : 'show',
      ...{ isConfirmed: yes, segments, waitSeconds },
      receipt: receipt ?? `forget-${new Date(now).toISOString().slice(0, 19).replaceAll(':', '')}Z.json`,
      rate: { recordsPerSecond, bytesPerSecond },
    };
  },
});

function toTarget(stack?: string, table?: string, bucket?: string): Settings['target'] {
  if (stack !== undefined && table === undefined && bucket === undefined) return { stack };
  if (stack !== undefined || table === undefined || bucket === undefined) {
    throw new UsageError('Give either --stack, or --table and --bucket.');
  }
  return { table, bucket };
}
