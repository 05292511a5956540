/** The pages of `docs/`, for tests that hold them against what is really there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The JSON blocks of a page, parsed, in their order. */
export function jsonBlocksOf(page: string): unknown[] {
  const text = readFileSync(join(__dirname, '..', page), 'utf8');
  return Array.from(text.matchAll(/```json\n(.*?)```/gs), ([, block = '']) => JSON.parse(block) as unknown);
}
