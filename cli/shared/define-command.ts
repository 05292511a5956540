/** Declares a command line once, and derives its parser and help text. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { createHelpText, createOptionLines, type HelpTexts } from './help-text';
import {
  type Options,
  type OptionValues,
  parseText,
  toOptionName,
  type ValueOption,
  type WithDefaults,
} from './options';
import { toUsageError, UsageError } from './usage-error';

export interface CommandDefinition<O extends Options, Settings> extends HelpTexts {
  options: O & WithDefaults<O>;
  /** Whether arguments without an option are allowed. @default false */
  allowInputs?: boolean;
  /** Creates the settings of a run; throws `UsageError` if options do not go together. */
  toSettings: (values: OptionValues<O>, context: ParsingContext<O>) => Settings;
}

export interface ParsingContext<O extends Options> {
  /** Arguments without an option. */
  inputs: string[];
  /** Returns whether the user gave the option. */
  isGiven: (option: keyof O) => boolean;
  /** Milliseconds since 1970. */
  now: number;
}

export interface CommandLine<Settings> {
  /** The call of the command, such as `npm run smoke`. */
  call: string;
  help: string;
  /** The lines of the help that describe the command's own options. */
  optionLines: string[];
  /** All options, with their dashes. */
  optionNames: string[];
  parse: (argv: string[], now?: number) => ParsedArguments<Settings>;
}

export type ParsedArguments<Settings> =
  { kind: 'run'; settings: Settings } | { kind: 'help' } | { kind: 'wrong'; message: string };

/** Options of every command. */
const COMMON_OPTIONS = {
  json: { description: 'print the result as one JSON object' },
  help: { description: 'show this text' },
};

/** Declares a command line; `cli/smoke/smoke-options.ts` shows how. */
export function defineCommand<const O extends Options, Settings>(
  definition: CommandDefinition<O, Settings>,
): CommandLine<Settings> {
  const options: Options = { ...definition.options, ...COMMON_OPTIONS };
  const optionNames = Object.keys(options).map(toOptionName);
  return {
    call: definition.call,
    help: createHelpText(definition, options),
    optionLines: createOptionLines(definition.options),
    optionNames,
    parse: (argv, now = Date.now()) => {
      try {
        const { values: texts, positionals: inputs } = parseArgs({
          args: argv,
          allowPositionals: definition.allowInputs ?? false,
          options: toParseArgsOptions(options),
        });
        if (texts.help === true) return { kind: 'help' };
        const values = parseValues(definition.options, texts);
        const isGiven = (option: keyof O) => texts[toOptionName(String(option)).slice(2)] !== undefined;
        return { kind: 'run', settings: definition.toSettings(values, { inputs, isGiven, now }) };
      } catch (error) {
        return { kind: 'wrong', message: toUsageError(error, optionNames).message };
      }
    },
  };
}

function toParseArgsOptions(options: Options): NonNullable<ParseArgsConfig['options']> {
  const entries = Object.entries(options).map(([key, option]) => {
    const type: 'string' | 'boolean' = option.parser ? 'string' : 'boolean';
    const multiple = option.parser !== undefined && option.multiple === true;
    return [toOptionName(key).slice(2), { type, multiple, ...(key === 'help' && { short: 'h' }) }] as const;
  });
  return Object.fromEntries(entries);
}

/** Texts of values as `parseArgs` returns them, by option name without dashes. */
type Texts = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

function parseValues<O extends Options>(options: O, texts: Texts): OptionValues<O> {
  const entries = Object.entries<Options[string]>(options).map(([key, option]) => {
    const name = toOptionName(key);
    const text = texts[name.slice(2)];
    return [key, option.parser ? parseValue(name, option, text) : text === true];
  });
  return Object.fromEntries(entries) as OptionValues<O>;
}

function parseValue(name: string, option: ValueOption<unknown>, text: Texts[string]): unknown {
  if (text === undefined) {
    if (option.required !== undefined) throw new UsageError(`${name} is missing: ${option.required}.`);
    return option.default;
  }
  const parse = (one: string | boolean) => parseText(option.parser, name, String(one));
  return Array.isArray(text) ? text.map(parse) : parse(text);
}
