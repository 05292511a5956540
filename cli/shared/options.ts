/** Declares the options of commands. Parser and help text come from the declaration. */
import { isContactId } from '../../lambda/contact-records/contact-record/version';
import { UsageError } from './usage-error';

/** An option with a value. */
export interface ValueOption<T> {
  /** Placeholder for the value in the help text, such as N in `--limit N`. */
  readonly value: string;
  readonly description: string;
  readonly parser: Parser<T>;
  readonly default?: T;
  /** The default in the help text. @default the default itself */
  readonly defaultText?: string;
  /** Makes the option required; ends the sentence "--bucket is missing: …". */
  readonly required?: string;
  readonly multiple?: boolean;
  /** Text after range and default in the help text. */
  readonly note?: string;
}

/** An option with a value, or a flag. */
export type Option = ValueOption<unknown> | { readonly description: string; readonly parser?: undefined };

/** Options by name in camel case: `batchSize` declares `--batch-size`. */
export type Options = Readonly<Record<string, Option>>;

/** Reads the text of an option's value. */
export interface Parser<T> {
  /** Parses a text; returns undefined if it is not valid. */
  readonly parse: (text: string) => T | undefined;
  /** Returns the sentence for a text that is not valid. */
  readonly describeError: (option: string) => string;
  /** The possible values in the help text. */
  readonly range?: string;
}

/** The values of parsed options, by name in camel case. */
export type OptionValues<O extends Options> = { readonly [K in keyof O]: OptionValue<O[K]> };

type OptionValue<O> = O extends { readonly parser: Parser<infer T> }
  ? O extends { readonly multiple: true }
    ? readonly T[] | undefined
    : O extends { readonly default: unknown } | { readonly required: string }
      ? T
      : T | undefined
  : boolean;

/** Requires that each default has the type of its option. */
export type WithDefaults<O extends Options> = {
  readonly [K in keyof O]: O[K] extends { readonly parser: Parser<infer T> }
    ? { readonly default?: T }
    : unknown;
};

/** Creates a parser for whole numbers in bounds. */
export const wholeNumber = ({ min, max }: { min: number; max: number }): Parser<number> => ({
  parse: (text) => {
    const number = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
    return number >= min && number <= max ? number : undefined;
  },
  describeError: (option) => `${option} takes a whole number from ${min} to ${max}.`,
  range: `${min} to ${max}`,
});

/** Creates a parser for names that match a pattern. */
export const matching = (pattern: RegExp): Parser<string> => ({
  parse: (text) => (pattern.test(text) ? text : undefined),
  describeError: (option) => `${option}: the name is not valid.`,
});

/** Parses a stack's name. */
export const stackName = matching(/^[A-Za-z][A-Za-z0-9-]{0,127}$/);

/** Parses a stream's name or ARN. */
export const streamNameOrArn = matching(/^(arn:[\w-]+:kinesis:[\w-]+:\d{12}:stream\/)?[\w.-]{1,128}$/);

/** Parses the id of a contact. */
export const contactId: Parser<string> = {
  parse: (text) => (isContactId(text) ? text : undefined),
  describeError: (option) => `${option} takes a contact id: 1 to 256 characters.`,
};

/** Parses the name of a DynamoDB table. */
export const tableName = matching(/^[\w.-]{3,255}$/);

/** Parses the name of an S3 bucket. */
export const bucketName = matching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/);

/** Accepts any text. */
export const anyText = matching(/^/);

/** Creates a parser for the path of a file or folder. */
export const pathOf = (kind: 'file' | 'folder'): Parser<string> => ({
  parse: (text) => (text === '' ? undefined : text),
  describeError: (option) => `${option}: a ${kind} needs a name.`,
});

/** The option of commands that ask before they act. */
export const YES_OPTION = { description: 'do not ask' };

const perSecond = (min: number, max: number, standard: number) => ({
  value: 'N',
  description: 'upper limit',
  parser: wholeNumber({ min, max }),
  default: standard,
});

/** Limits the rate into the stream. The defaults are half of a shard's limits, so that Connect can still write. */
export const RATE_OPTIONS = {
  recordsPerSecond: perSecond(1, 100_000, 500),
  bytesPerSecond: perSecond(100_000, 100_000_000, 500_000),
};

/** Parses an option's text; throws `UsageError` if it is not valid. */
export function parseText<T>(parser: Parser<T>, option: string, text: string): T {
  const value = parser.parse(text);
  if (value === undefined) throw new UsageError(parser.describeError(option));
  return value;
}

/** Returns the option with its dashes. */
export const toOptionName = (key: string): string =>
  `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
