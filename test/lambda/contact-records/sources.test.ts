import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { inSources } from '../../../lambda/contact-records/sources';

const folder = mkdtempSync(join(tmpdir(), 'sources-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const SOURCE =
  'export function fails() {\n  const nothing = 1;\n\n  throw new Error(`failed ${nothing}`);\n}\n';

/** A bundle of one line, and the place in it of what stands in the fourth line of its source. */
function aBundle(name: string): { file: string; line: number; column: number } {
  const source = join(folder, `${name}.ts`);
  const outfile = join(folder, 'out', `${name}.mjs`);
  writeFileSync(source, SOURCE);
  const banner = { js: '// above the code' };
  buildSync({
    entryPoints: [source],
    outfile,
    bundle: true,
    minify: true,
    format: 'esm',
    sourcemap: true,
    banner,
  });
  const { outputFiles } = buildSync({
    ...{ entryPoints: [source], outfile, bundle: true, minify: true, format: 'esm', banner, write: false },
  });
  const [, code = ''] = (outputFiles[0]?.text ?? '').split('\n');
  return { file: pathToFileURL(outfile).href, line: 2, column: code.indexOf('throw') + 1 };
}

describe('a line of a stack', () => {
  it('tells the place in the sources, relative to where they were bundled', () => {
    const { file, line, column } = aBundle('mapped');
    expect(inSources(`at fails (${file}:${line}:${column})`)).toBe('at fails (mapped.ts:4:3)');
    // Of a function without a name.
    expect(inSources(`at ${file}:${line}:${column}`)).toBe('at mapped.ts:4:3');
  });

  it.each([
    ['Node’s own', 'at node:internal/process/task_queues:105:5'],
    ['without a place', 'at new Promise (<anonymous>)'],
    ['of no file that there is', 'at f (file:///nowhere/index.mjs:1:1)'],
    ['of another kind of file', 'at f (/somewhere/preloaded.cjs:4:9)'],
  ])('is left as it is when it is %s', (_what, frame) => {
    expect(inSources(frame)).toBe(frame);
  });

  it('is left as it is when its map is broken, or does not know the place', () => {
    const broken = join(folder, 'broken.mjs');
    writeFileSync(`${broken}.map`, '{');
    const empty = join(folder, 'empty.mjs');
    writeFileSync(`${empty}.map`, JSON.stringify({ version: 3, sources: [], names: [], mappings: '' }));
    for (const file of [broken, empty]) {
      const frame = `at f (${pathToFileURL(file).href}:1:1)`;
      expect(inSources(frame)).toBe(frame);
    }
  });
});
