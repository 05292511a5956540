/**
 * Writes the generated blocks and the plots of `docs/performance-and-cost.md`. The command
 * `npm run bench:page [-- RESULTS DOCS]` does this from committed results, without a measurement.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RESULTS } from './bench-options';
import { drawPlots } from './report/plots';
import { fillBlocks, makeBlocks } from './report/page-blocks';
import type { Results } from './results';

export function writePage(results: Results, folder: string): void {
  const page = join(folder, 'performance-and-cost.md');
  writeFileSync(page, fillBlocks(readFileSync(page, 'utf8'), makeBlocks(results)));
  mkdirSync(join(folder, 'performance'), { recursive: true });
  for (const [name, svg] of Object.entries(drawPlots(results)))
    writeFileSync(join(folder, 'performance', name), svg);
}

if (process.argv[1] === __filename) {
  const [file = RESULTS, folder = 'docs'] = process.argv.slice(2);
  writePage(JSON.parse(readFileSync(file, 'utf8')) as Results, folder);
}
