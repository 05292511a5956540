/** Builds the function with a deliberate defect. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import type { Defect } from './defects';
import type { SimulatedFunction } from './simulated-function';

/** Bundles the function's code with the changed text, and loads the bundle. */
export async function buildFunctionWithDefect({ file, from, to }: Defect): Promise<SimulatedFunction> {
  const applied: string[] = [];
  const folder = await mkdtemp(join(__dirname, '.defect-'));
  try {
    const outfile = join(folder, 'function.cjs');
    await esbuild.build({
      entryPoints: [join(__dirname, 'simulated-function.ts')],
      ...{ outfile, bundle: true, platform: 'node', format: 'cjs', packages: 'external', logLevel: 'silent' },
      plugins: [
        {
          name: 'defect',
          setup: (build) => {
            build.onLoad({ filter: /\/(lambda\/contact-records|local)\/.*\.ts$/ }, async ({ path }) => {
              if (!path.endsWith(file.startsWith('local/') ? `/${file}` : `/lambda/contact-records/${file}`))
                return undefined;
              const parts = (await readFile(path, 'utf8')).split(from);
              if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${from}`);
              applied.push(path);
              return { contents: parts.join(to), loader: 'ts' };
            });
          },
        },
      ],
    });
    if (applied.length === 0) throw new Error(`no file ${file} in the bundle`);
    const bundle = createRequire(__filename)(outfile) as { simulatedFunction: SimulatedFunction };
    return bundle.simulatedFunction;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
