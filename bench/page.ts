/** `npm run bench:page`: makes `docs/performance-and-cost.md` of `bench/results.json` anew, without measuring. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePage } from './report/page';
import type { Results } from './results';

const project = join(__dirname, '..');

writePage(
  JSON.parse(readFileSync(join(project, 'bench/results.json'), 'utf8')) as Results,
  join(project, 'docs'),
);
