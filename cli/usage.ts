/** What the command lines of all commands have in common. */

/** What a command line asks for. */
export type Arguments<Settings> =
  { kind: 'run'; settings: Settings } | { kind: 'help' } | { kind: 'wrong'; message: string };

/** Wrong usage or input: one sentence for the person who typed it. */
export class WrongUsage extends Error {}

/** A whole number from an option's text; `undefined` without the option. */
export function wholeNumber(option: string, text: string, least: number, most: number): number;
export function wholeNumber(
  option: string,
  text: string | undefined,
  least: number,
  most: number,
): number | undefined;
export function wholeNumber(
  option: string,
  text: string | undefined,
  least: number,
  most: number,
): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (number >= least && number <= most) return number;
  throw new WrongUsage(`${option} takes a whole number from ${least} to ${most}.`);
}

/** An option's text, if it fits the pattern of such names. */
export function named(option: string, text: string, pattern: RegExp): string {
  if (pattern.test(text)) return text;
  throw new WrongUsage(`${option}: that is not a name it can have.`);
}

/** The sentence about a command line that can't be used; throws whatever else it is given. */
export function wrongUsage(error: unknown): { kind: 'wrong'; message: string } {
  if (error instanceof WrongUsage || isOfParseArgs(error)) {
    return { kind: 'wrong', message: firstSentence(error) };
  }
  throw error;
}

const isOfParseArgs = (error: unknown): error is Error =>
  String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS');

/** `parseArgs` explains at length; the first sentence says what is wrong. */
const firstSentence = ({ message }: Error) => message.split(/(?<=\.)\s/)[0] ?? message;
