/** What the command lines of all commands have in common. */
import type { ParseArgsConfig } from 'node:util';

/** What a command line asks for. */
export type Arguments<Settings> =
  { kind: 'run'; settings: Settings } | { kind: 'help' } | { kind: 'wrong'; message: string };

/** For `parseArgs`. */
type Options = NonNullable<ParseArgsConfig['options']>;

/** What every command has beside its own options. */
export const COMMON_OPTIONS = {
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const satisfies Options;

/** Wrong usage or input: one sentence for the person who typed it. */
export class UsageError extends Error {}

/** A whole number from an option's text; `undefined` without the option. */
export function parseWholeNumber(option: string, text: string, least: number, most: number): number;
export function parseWholeNumber(
  option: string,
  text: string | undefined,
  least: number,
  most: number,
): number | undefined;
export function parseWholeNumber(
  option: string,
  text: string | undefined,
  least: number,
  most: number,
): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (number >= least && number <= most) return number;
  throw new UsageError(`${option} takes a whole number from ${least} to ${most}.`);
}

/** An option's text, if it fits the pattern of such names. */
export function parseName(option: string, text: string, pattern: RegExp): string {
  if (pattern.test(text)) return text;
  throw new UsageError(`${option}: that is not a name it can have.`);
}

/**
 * The sentence about a command line that can't be used; throws whatever else it is given.
 *
 * @param options - those that there are
 */
export function toUsageError(error: unknown, options: Options = {}): { kind: 'wrong'; message: string } {
  if (error instanceof UsageError) return { kind: 'wrong', message: error.message };
  const { code, message } = error as { code?: unknown; message?: unknown };
  const [, quoted = ''] = /'(.*?)'/s.exec(String(message)) ?? [];
  // As in `-o, --option <value>`.
  const option = /--[^\s=]+/.exec(quoted)?.[0] ?? quoted;
  switch (code) {
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION':
      return { kind: 'wrong', message: `There is no option ${option}: ${insteadOf(option, options)}` };
    case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE':
      return {
        kind: 'wrong',
        message: String(message).includes('does not take')
          ? `${option} takes no value.`
          : `${option} needs a value: ${option}=VALUE.`,
      };
    case 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL':
      return { kind: 'wrong', message: `${quoted} belongs to no option: --help shows what can be given.` };
    default:
      throw error;
  }
}

/** The option that was meant, if one is near. */
function insteadOf(option: string, options: Options): string {
  const names = Object.keys(options).map((name) => `--${name}`);
  const isNear = (name: string) =>
    distance(option, name) <= 2 || (option.length > 4 && name.startsWith(option));
  const near = names.find(isNear);
  return near === undefined ? '--help lists all.' : `did you mean ${near}?`;
}

/** How many characters to add, drop or exchange to make one word of the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const exchanged = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(exchanged, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
