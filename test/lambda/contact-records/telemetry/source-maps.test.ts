import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { mapToSource } from '../../../../lambda/contact-records/telemetry/source-maps';

const folder = mkdtempSync(join(tmpdir(), 'sources-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const SOURCE =
  'export function fails() {\n  const nothing = 1;\n\n  throw new Error(`failed ${nothing}`);\n}\n';

/** A bundle, minified below some lines of comment, and the place in it of what stands in the fourth line of its source. */
function aBundle(name: string): { file: string; line: number; column: number } {
  const source = join(folder, `${name}.ts`);
  const outfile = join(folder, 'made', 'here', `${name}.mjs`);
  mkdirSync(join(folder, 'made', 'here'), { recursive: true });
  writeFileSync(source, SOURCE);
  const { outputFiles } = buildSync({
    ...{ entryPoints: [source], outfile, bundle: true, minify: true, format: 'esm' },
    ...{ sourcemap: true, banner: { js: '//\n'.repeat(12) }, write: false },
  });
  for (const { path, text } of outputFiles) writeFileSync(path, text);
  const lines = (outputFiles.find(({ path }) => path === outfile)?.text ?? '').split('\n');
  const line = lines.findIndex((text) => text.includes('throw'));
  return {
    file: pathToFileURL(outfile).href,
    line: line + 1,
    column: (lines[line] ?? '').indexOf('throw') + 1,
  };
}

describe('a line of a stack', () => {
  it('tells the place in the sources, relative to where they were bundled', () => {
    const { file, line, column } = aBundle('mapped');
    expect(mapToSource(`at fails (${file}:${line}:${column})`)).toBe('at fails (mapped.ts:4:3)');
    // Of a function without a name.
    expect(mapToSource(`at ${file}:${line}:${column}`)).toBe('at mapped.ts:4:3');
  });

  it('is found in a map that was read once: record after record may cause the same internal error', () => {
    const { file, line, column } = aBundle('once');
    const frame = `at fails (${file}:${line}:${column})`;
    expect(mapToSource(frame)).toBe('at fails (once.ts:4:3)');
    rmSync(`${fileURLToPath(file)}.map`);
    expect(mapToSource(frame)).toBe('at fails (once.ts:4:3)');
  });

  it.each([
    ['Node’s own', 'at node:internal/process/task_queues:105:5'],
    ['without a place', 'at new Promise (<anonymous>)'],
    ['of no file that there is', 'at f (file:///nowhere/index.mjs:1:1)'],
    ['of another kind of file', 'at f (/somewhere/preloaded.cjs:4:9)'],
  ])('is left as it is when it is %s', (_what, frame) => {
    expect(mapToSource(frame)).toBe(frame);
  });

  it('is left as it is when its map is broken, or does not know the place', () => {
    const broken = join(folder, 'broken.mjs');
    writeFileSync(`${broken}.map`, '{');
    const empty = join(folder, 'empty.mjs');
    writeFileSync(`${empty}.map`, JSON.stringify({ version: 3, sources: [], names: [], mappings: '' }));
    for (const file of [broken, empty]) {
      const frame = `at f (${pathToFileURL(file).href}:1:1)`;
      expect(mapToSource(frame)).toBe(frame);
    }
  });
});
