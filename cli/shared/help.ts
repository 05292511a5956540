/**
 * The layout of every `--help`: usage, what it does, options, examples, exit status; 80 columns.
 */

export interface Help {
  usage: string;
  /** Paragraphs. */
  about: string[];
  /** What each option does, by how it is written. Those that all commands have are added. */
  options: Record<string, string>;
  /** What each command line does. */
  examples: Record<string, string>;
  /** What exit status 0 and 1 mean. */
  status: { 0: string; 1: string; 130?: string };
}

const COLUMNS = 80;

export function helpText({ usage, about, options, examples, status }: Help): string {
  const rows = Object.entries({ ...options, ...COMMON_OPTIONS });
  const width = Math.max(...rows.map(([option]) => option.length)) + 5;
  return [
    `Usage: ${usage}`,
    ...about.flatMap((paragraph) => ['', ...wrapped(paragraph, COLUMNS)]),
    '',
    'Options:',
    ...rows.flatMap(([option, text]) => row(option, text, width)),
    '',
    'Examples:',
    ...Object.entries(examples).flatMap(([line, text]) => [`  ${line}`, ...row('', text, 6)]),
    '',
    'Exit status:',
    ...Object.entries({ ...COMMON_STATUS, ...status }).flatMap(([code, text]) => row(code, text, 8)),
  ].join('\n');
}

const COMMON_OPTIONS = {
  '--json': 'the result as one JSON object, for a program (see docs/commands.md)',
  '--help': 'this text',
};

const COMMON_STATUS = { 2: 'wrong usage or input', 130: 'ended by Ctrl-C' };

/** A word, and a text beside it that begins at a column. */
function row(word: string, text: string, column: number): string[] {
  const lines = wrapped(text, COLUMNS - column);
  return lines.map((line, index) => `${(index === 0 ? `  ${word}` : '').padEnd(column)}${line}`);
}

function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
