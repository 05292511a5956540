/** The pages of `docs/`, for tests that compare them with the code. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Returns the JSON blocks of a page, parsed, in their order. */
export const jsonBlocksOf = (page: string): unknown[] => jsonBlocksIn(textOf(page));

/** Returns the first JSON block of each section of a page that has one, by the section's heading. */
export function jsonByHeading(page: string): Record<string, object> {
  const sections = textOf(page).split(/^##+ /m);
  return Object.fromEntries(
    sections.flatMap((section) => {
      const [block] = jsonBlocksIn(section) as object[];
      return block === undefined ? [] : [[section.slice(0, section.indexOf('\n')), block] as const];
    }),
  );
}

/** Returns the rows of a section's table, by the section's title: the cells of each, without the head. */
export function tableIn(page: string, section: string): string[][] {
  const [text = ''] = textOf(page).split(`\n## ${section}\n`)[1]?.split('\n## ') ?? [];
  const [, , ...rows] = Array.from(text.matchAll(/^\| ?(.*?) ?\|$/gm), ([, row = '']) => row.split(' | '));
  return rows;
}

/** A text on a page. */
export interface Passage {
  readonly page: string;
  /** The line on which it begins, from 1. */
  readonly line: number;
  readonly text: string;
}

/** Returns the text between backticks, outside of code blocks. */
export const codeSpansOf = (page: string): Passage[] => find(page, proseOf(page), /`([^`]+)`/g);

/** Returns the targets of links. */
export const linksOf = (page: string): Passage[] => find(page, proseOf(page), /\]\(([^()\s]+)\)/g);

/** Returns the lines of prose; code blocks are empty lines. */
export const proseLinesOf = (page: string): Passage[] => find(page, proseOf(page), /^(.*)$/gm);

/** Returns the lines of `bash` and `console` blocks. A line that ends in a backslash includes the next one. */
export const shellLinesOf = (page: string): Passage[] =>
  find(page, textOf(page), CODE_BLOCK)
    .filter(({ text }) => /^ *```(bash|console)\n/.test(text))
    .flatMap((block) =>
      find(page, block.text, /^((?:.*\\\n)*.*)$/gm).map(({ line, text }) => ({
        page,
        line: block.line + line - 1,
        text: text.replaceAll('\\\n', ' '),
      })),
    );

/** Returns the anchors of a page's headings, as GitHub makes them. */
export const anchorsOf = (page: string): string[] =>
  find(page, proseOf(page), /^#+ (.*)$/gm).map(({ text }) =>
    text
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

const CODE_BLOCK = /^( *```.*\n[^]*?^ *```)$/gm;

const textOf = (page: string): string => readFileSync(join(__dirname, '..', page), 'utf8');

/** Replaces code blocks by empty lines, so that lines keep their numbers. */
const proseOf = (page: string): string =>
  textOf(page).replace(CODE_BLOCK, (block) => block.replace(/[^\n]/g, ''));

/** Finds each match of a pattern's first group. */
const find = (page: string, text: string, pattern: RegExp): Passage[] =>
  Array.from(text.matchAll(pattern), (match) => ({
    page,
    line: text.slice(0, match.index).split('\n').length,
    text: match[1] ?? '',
  }));

const jsonBlocksIn = (text: string): unknown[] =>
  Array.from(text.matchAll(/```json\n(.*?)```/gs), ([, block = '']) => JSON.parse(block) as unknown);
