/** Lays out the text of `--help` in 80 columns: usage, description, options, examples, exit status. */
import { type Option, type Options, toOptionName } from './options';

export interface HelpTexts {
  /** The call of the command, such as `npm run smoke`. */
  call: string;
  /** The arguments after the call and `--`. */
  usage: string;
  /** Paragraphs that describe the command. */
  about: string[];
  /** Command lines, with a description of each. */
  examples: Record<string, string>;
  /** Meanings of the exit statuses. */
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

/** Describes an option, with its repetition, range and default. */
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

/** Formats a word, and a text that begins at a column. */
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
