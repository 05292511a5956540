/** The pages of `docs/`, for tests that hold them against what is really there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The JSON blocks of a page, parsed, in their order. */
export const jsonBlocksOf = (page: string): unknown[] => jsonBlocksIn(textOf(page));

/** The first JSON block of each section of a page that has one, by the section's heading. */
export function jsonByHeading(page: string): Record<string, object> {
  const sections = textOf(page).split(/^##+ /m);
  return Object.fromEntries(
    sections.flatMap((section) => {
      const [block] = jsonBlocksIn(section) as object[];
      return block === undefined ? [] : [[section.slice(0, section.indexOf('\n')), block] as const];
    }),
  );
}

/** The rows of a section's table, by the section's title: the cells of each, without the head. */
export function tableIn(page: string, section: string): string[][] {
  const [text = ''] = textOf(page).split(`\n## ${section}\n`)[1]?.split('\n## ') ?? [];
  const [, , ...rows] = Array.from(text.matchAll(/^\| ?(.*?) ?\|$/gm), ([, row = '']) => row.split(' | '));
  return rows;
}

const textOf = (page: string): string => readFileSync(join(__dirname, '..', page), 'utf8');

const jsonBlocksIn = (text: string): unknown[] =>
  Array.from(text.matchAll(/```json\n(.*?)```/gs), ([, block = '']) => JSON.parse(block) as unknown);
