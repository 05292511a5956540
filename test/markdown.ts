/** The pages of `docs/`, for tests that hold them against what is really there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The JSON blocks of a page, parsed, in their order. */
export function jsonBlocksOf(page: string): unknown[] {
  return Array.from(
    textOf(page).matchAll(/```json\n(.*?)```/gs),
    ([, block = '']) => JSON.parse(block) as unknown,
  );
}

/** The rows of a section's table, by the section's title: the cells of each, without the head. */
export function tableIn(page: string, section: string): string[][] {
  const [text = ''] = textOf(page).split(`\n## ${section}\n`)[1]?.split('\n## ') ?? [];
  const [, , ...rows] = Array.from(text.matchAll(/^\| ?(.*?) ?\|$/gm), ([, row = '']) => row.split(' | '));
  return rows;
}

const textOf = (page: string): string => readFileSync(join(__dirname, '..', page), 'utf8');
