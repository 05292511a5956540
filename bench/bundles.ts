/** The contenders' bundles. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { BUNDLING } from '../lib/function-code';
import { synthesize } from '../local/stack/synthesize';
import { findOnlyResource } from '../local/stack/template';
import type { Contender } from './results';

export interface Bundle {
  readonly file: string;
  /** All of its modules, without their source maps. */
  readonly bytes: number;
  /** What is set beside what every contender gets. */
  readonly environment: Readonly<Record<string, string>>;
}

export type Bundles = Readonly<Record<Contender | 'two-packages', Bundle>> & {
  /** Of the function as it is deployed, MiB. */
  readonly memoryMegabytes: number;
};

/**
 * The pipeline is the function's own, as it is synthesized; the others are bundled in the same way, but for what needs more than
 * one file.
 *
 * @param folder - an empty one, where they are written
 */
export async function makeBundles(folder: string): Promise<Bundles> {
  const other = async (name: string): Promise<Bundle> => {
    const file = join(folder, `${name}.mjs`);
    await build({ ...BUNDLING, entryPoints: [join(__dirname, 'contenders', `${name}.ts`)], outfile: file });
    return { file, bytes: statSync(file).size, environment: {} };
  };
  return {
    ...(await pipeline(join(folder, 'synthesized'))),
    sequential: await other('sequential'),
    powertools: await other('powertools'),
    'powertools-idempotency': await other('powertools-idempotency'),
    'bare-sdk': await other('bare-sdk'),
    'two-packages': await other('two-packages'),
  };
}

async function pipeline(folder: string): Promise<Pick<Bundles, 'pipeline' | 'memoryMegabytes'>> {
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
