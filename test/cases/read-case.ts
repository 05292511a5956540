/** Cases from the field: inputs that people and AWS's pages describe, with made-up values. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Reads the payloads of a case, one a line. */
export const readCase = (name: string): string[] =>
  readFileSync(join(__dirname, `${name}.ndjson`), 'utf8')
    .trim()
    .split('\n');
