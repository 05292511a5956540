/** The layout of every `--help`: usage, what it does, options, examples, exit status; 80 columns. */
import { type Option, type Options, toOptionName } from './options';

export interface HelpTexts {
  /** How the command is called, as `npm run smoke`. */
  call: string;
  /** What follows the call and `--`. */
  usage: string;
  /** Paragraphs. */
  about: string[];
  /** What each command line does. */
  examples: Record<string, string>;
  /** What exit status 0 and 1 mean. */
  status: { 0: string; 1: string; 130?: string };
}

const COLUMNS = 80;
const COMMON_STATUS = { 2: 'wrong usage or input', 130: 'ended by Ctrl-C' };

/** Creates the lines that describe options. */
export function createOptionLines(options: Options): string[] {
  const rows = Object.entries(options).map(([key, option]) => ({
    name: option.parser ? `${toOptionName(key)} ${option.value}` : toOptionName(key),
    text: describeOption(option),
  }));
  const width = Math.max(...rows.map(({ name }) => name.length)) + 5;
  return rows.flatMap(({ name, text }) => formatRow(name, text, width));
}

/** Creates the text that `--help` prints. */
export function createHelpText(texts: HelpTexts, options: Options): string {
  const { call, usage, about, examples, status } = texts;
  return [
    `Usage: ${call} -- ${usage}`,
    ...about.flatMap((paragraph) => ['', ...wrap(paragraph, COLUMNS)]),
    '',
    'Options:',
    ...createOptionLines(options),
    '',
    'Examples:',
    ...Object.entries(examples).flatMap(([line, text]) => [`  ${line}`, ...formatRow('', text, 6)]),
    '',
    'Exit status:',
    ...Object.entries({ ...COMMON_STATUS, ...status }).flatMap(([code, text]) => formatRow(code, text, 8)),
  ].join('\n');
}

/** Adds what the declaration says of repetition, range and default. */
function describeOption(option: Option): string {
  if (!option.parser) return option.description;
  const defaultText = option.defaultText ?? (option.default as string | number | undefined);
  const limits = [option.parser.range, defaultText !== undefined && `default ${defaultText}`].filter(Boolean);
  return [
    option.description,
    option.multiple === true ? '; may be repeated' : '',
    limits.length > 0 ? ` (${limits.join('; ')})` : '',
    option.note ?? '',
  ].join('');
}

/** Returns a word and, from a column on, a text. */
function formatRow(word: string, text: string, column: number): string[] {
  const lines = wrap(text, COLUMNS - column);
  return lines.map((line, index) => `${(index === 0 ? `  ${word}` : '').padEnd(column)}${line}`);
}

/** Breaks a text into lines between its words. */
export function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
