/** Declares an option of a command once: its value, description and default. Parsing and help text come from it. */
import { UsageError } from './usage-error';

/** An option with a value. */
export interface ValueOption<T> {
  /** Stands for the value in the help text, as in `--limit N`. */
  readonly value: string;
  readonly description: string;
  readonly parser: Parser<T>;
  readonly default?: T;
  /** What the help text shows as the default. @default the default itself */
  readonly defaultText?: string;
  /** Without the option, the command line is wrong: the end of the sentence "--bucket is missing: …". */
  readonly required?: string;
  readonly multiple?: boolean;
  /** What the help text adds after range and default. */
  readonly note?: string;
}

/** An option with a value, or one that is given, or not. */
export type Option = ValueOption<unknown> | { readonly description: string; readonly parser?: undefined };

/** By name in camel case: `batchSize` declares `--batch-size`. */
export type Options = Readonly<Record<string, Option>>;

/** Reads the text of an option's value. */
export interface Parser<T> {
  /** Returns undefined, and `describeError` says why in one sentence, if the text is not such a value. */
  readonly parse: (text: string) => T | undefined;
  readonly describeError: (option: string) => string;
  /** What the help text says of the possible values. */
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

/** Takes whole numbers in bounds. */
export const wholeNumber = ({ min, max }: { min: number; max: number }): Parser<number> => ({
  parse: (text) => {
    const number = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
    return number >= min && number <= max ? number : undefined;
  },
  describeError: (option) => `${option} takes a whole number from ${min} to ${max}.`,
  range: `${min} to ${max}`,
});

/** Takes names of a form. */
export const matching = (pattern: RegExp): Parser<string> => ({
  parse: (text) => (pattern.test(text) ? text : undefined),
  describeError: (option) => `${option}: that is not a name it can have.`,
});

/** Takes a stack's name. */
export const stackName = matching(/^[A-Za-z][A-Za-z0-9-]{0,127}$/);

/** Takes a stream's name or ARN. */
export const streamNameOrArn = matching(/^(arn:[\w-]+:kinesis:[\w-]+:\d{12}:stream\/)?[\w.-]{1,128}$/);

/** Takes any text. */
export const anyText = matching(/^/);

/** Takes the path of a file or a folder. */
export const pathOf = (kind: 'file' | 'folder'): Parser<string> => ({
  parse: (text) => (text === '' ? undefined : text),
  describeError: (option) => `${option}: a ${kind} needs a name.`,
});

/** For commands that ask before they act. */
export const YES_OPTION = { description: 'do not ask' };

const perSecond = (min: number, max: number, standard: number) => ({
  value: 'N',
  description: 'upper limit',
  parser: wholeNumber({ min, max }),
  default: standard,
});

/** How fast records may go into the stream. The defaults are half of what one shard takes, so that Connect finds room. */
export const RATE_OPTIONS = {
  recordsPerSecond: perSecond(1, 100_000, 500),
  bytesPerSecond: perSecond(100_000, 100_000_000, 500_000),
};

/** Reads an option's text; throws `UsageError` if it is not such a value. */
export function parseText<T>(parser: Parser<T>, option: string, text: string): T {
  const value = parser.parse(text);
  if (value === undefined) throw new UsageError(parser.describeError(option));
  return value;
}

/** Returns the option as it is typed. */
export const toOptionName = (key: string): string =>
  `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
