/** Declares an option of a command once: its value, description and default. Parsing and help text come from it. */
import { UsageError } from './usage-error';

/** An option without a value: it is given, or not. */
export interface Flag {
  readonly description: string;
  readonly parser?: undefined;
}

/** An option with a value. */
export interface ValueOption<T> {
  /** Stands for the value in the help text, as in `--limit N`. */
  readonly value: string;
  readonly description: string;
  readonly parser: Parser<T>;
  /** @default undefined without the option */
  readonly default?: T;
  /** What the help text shows as the default. @default the default itself */
  readonly defaultText?: string;
  /** Without the option, the command line is wrong: the end of the sentence "--bucket is missing: …". */
  readonly required?: string;
  /** Whether the option may be repeated. @default false */
  readonly multiple?: boolean;
  /** What the help text adds after range and default. */
  readonly note?: string;
}

export type Option = Flag | ValueOption<unknown>;

/** By name in camel case: `batchSize` declares `--batch-size`. */
export type Options = Readonly<Record<string, Option>>;

/** Reads the text of an option's value. */
export interface Parser<T> {
  /** Returns undefined if the text is not such a value. */
  readonly parse: (text: string) => T | undefined;
  /** Says in one sentence why a text is not such a value. */
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

/** Takes any text. */
export const anyText: Parser<string> = {
  parse: (text) => text,
  describeError: (option) => `${option} takes a text.`,
};

/** Takes the path of a file or a folder. */
export const pathOf = (kind: 'file' | 'folder'): Parser<string> => ({
  parse: (text) => (text === '' ? undefined : text),
  describeError: (option) => `${option}: a ${kind} needs a name.`,
});

/**
 * Reads an option's text.
 *
 * @throws UsageError if the text is not such a value
 */
export function parseText<T>(parser: Parser<T>, option: string, text: string): T {
  const value = parser.parse(text);
  if (value === undefined) throw new UsageError(parser.describeError(option));
  return value;
}

/** Returns the option as it is typed. */
export const toOptionName = (key: string): string =>
  `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
