/** Bundles the contenders. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { BUNDLING } from '../lib/function-code';
import { synthesize } from '../local/stack/synthesize';
import { findOnlyResource } from '../local/stack/template';
import { type Contender, CONTENDERS } from './results';

export interface Bundle {
  readonly file: string;
  /** Size of all modules, without source maps. */
  readonly bytes: number;
  /** Environment variables of this contender alone. */
  readonly environment: Readonly<Record<string, string>>;
}

export type Bundles = Readonly<Record<Contender | 'two-packages', Bundle>> & {
  /** Memory of the deployed function. */
  readonly memoryMegabytes: number;
};

/**
 * Takes the pipeline from the synthesized stack, and bundles the others with the same options.
 *
 * @param folder - an empty folder for the bundles
 */
export async function makeBundles(folder: string): Promise<Bundles> {
  const others = await Promise.all(
    [...CONTENDERS.filter((name) => name !== 'pipeline'), 'two-packages'].map(async (name) => {
      const file = join(folder, `${name}.mjs`);
      await build({ ...BUNDLING, entryPoints: [join(__dirname, 'contenders', `${name}.ts`)], outfile: file });
      return [name, { file, bytes: statSync(file).size, environment: {} }] as const;
    }),
  );
  return { ...Object.fromEntries(others), ...(await bundlePipeline(join(folder, 'synthesized'))) } as Bundles;
}

async function bundlePipeline(folder: string): Promise<Pick<Bundles, 'pipeline' | 'memoryMegabytes'>> {
  const { template } = await synthesize(folder);
  const { metadata, properties } = findOnlyResource(template, 'AWS::Lambda::Function');
  const code = join(folder, metadata['aws:asset:path'] as string);
  const modules = readdirSync(code).filter((name) => name.endsWith('.mjs'));
  const bytes = modules.reduce((sum, name) => sum + statSync(join(code, name)).size, 0);
  const { Variables } = properties.Environment as { Variables: Record<string, string> };
  const environment = { NODE_OPTIONS: Variables.NODE_OPTIONS ?? '' };
  return {
    pipeline: { file: join(code, 'index.mjs'), bytes, environment },
    memoryMegabytes: properties.MemorySize as number,
  };
}
