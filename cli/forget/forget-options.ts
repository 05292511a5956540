/** The command line of `npm run forget`. */
import { isContactId } from '../../lambda/contact-records/contact-record/version';
import { defineCommand } from '../shared/define-command';
import {
  matching,
  type Parser,
  pathOf,
  RATE_OPTIONS,
  stackName,
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

const contactId: Parser<string> = {
  parse: (text) => (isContactId(text) ? text : undefined),
  describeError: (option) => `${option} takes a contact id: 1 to 256 characters.`,
};

/** Takes a number as people write it; numbers in contact records are in E.164 format. */
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
  usage: '--stack NAME [--contact ID | --number NUMBER …] [options]',
  about: [
    `Deletes one customer's contacts. It finds them, follows their links, and shows what it would do; with --execute it
    asks, replaces each contact by a tombstone that keeps later deliveries out, waits for invocations that have begun,
    and deletes the failure objects of all tombstones in all versions. Records of others in these objects go back into
    their stream first.`,
    `Safe to end at any time, and to start again. Without a contact or a customer it only cleans the bucket. It reads the
    whole table, says what that costs, and asks. Region and credentials are found as by the AWS CLI. docs/forget.md has
    more.`,
  ],
  options: {
    stack: { value: 'NAME', description: 'the deployed stack: its outputs name the rest', parser: stackName },
    table: {
      value: 'NAME',
      description: 'the records table, instead of --stack, together with --bucket',
      parser: matching(/^[\w.-]{3,255}$/),
    },
    bucket: {
      value: 'NAME',
      description: 'the failure bucket',
      parser: matching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
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
      description: 'contacts of this address',
      parser: emailAddress,
      multiple: true,
    },
    customerId: {
      value: 'ID',
      description: 'contacts with this CustomerId',
      parser: customerId,
      multiple: true,
    },
    naming: {
      description: 'also contacts that name the customer in another field; without it they are listed only',
    },
    exact: { description: 'only these contacts, without those that they are linked to' },
    execute: { description: 'forget, after a question; without it nothing is changed' },
    check: { description: 'say whether anything is there, or has come back; nothing is changed' },
    segments: {
      value: 'N',
      description: 'parts of the table that are read at the same time',
      parser: wholeNumber({ min: 1, max: 64 }),
      default: 4,
    },
    waitSeconds: {
      value: 'N',
      description: `how long to wait between the last tombstone and the bucket: the function's timeout and a margin`,
      parser: wholeNumber({ min: 0, max: 1_000 }),
      default: 70,
    },
    receipt: {
      value: 'FILE',
      description: 'a new file for the receipt of --execute: ids and times',
      parser: pathOf('file'),
      defaultText: 'forget-TIME.json',
    },
    yes: YES_OPTION,
    ...RATE_OPTIONS,
  },
  examples: {
    'npm run forget -- --stack NAME --number +12065550101': 'show what there is, change nothing',
    'npm run forget -- --stack NAME --number +12065550101 --execute': 'forget the customer',
    'npm run forget -- --stack NAME --execute': 'clean the bucket again, for all who were forgotten',
    'npm run forget -- --stack NAME --number +12065550101 --check': 'has anything come back?',
  },
  status: {
    0: 'it is done; with --check, nothing is there',
    1: 'it failed on the way, or something is left that needs a person; with --check, something is there',
    130: 'ended by Ctrl-C or by the answer no',
  },

  toSettings: (values, { now }): Settings => {
    const { stack, table, bucket, contact = [], number = [], email = [], customerId: ids = [] } = values;
    const { naming, exact, execute, check, segments, waitSeconds, yes, receipt } = values;
    const { recordsPerSecond, bytesPerSecond } = values;
    const isByValue = number.length + email.length + ids.length > 0;
    if (execute && check) throw new UsageError('Give either --execute or --check.');
    if (naming && !isByValue) throw new UsageError('--naming needs --number, --email or --customer-id.');
    if (receipt !== undefined && !execute) throw new UsageError('--receipt is for --execute.');
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
