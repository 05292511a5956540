import { join } from 'node:path';
import { AssetHashType } from 'aws-cdk-lib';
import { Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { buildSync, type BuildOptions } from 'esbuild';

const LAMBDA = join(__dirname, '../lambda/contact-records');

/** Creates the asset with the function's code. Synthesis bundles it. */
export const createFunctionCode = (): Code =>
  Code.fromAsset(LAMBDA, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never used: bundling works without Docker.
      image: Runtime.NODEJS_24_X.bundlingImage,
      local: {
        tryBundle: (outdir) => {
          bundleFunction(outdir);
          return true;
        },
      },
    },
  });

/**
 * Bundles the function's code as ES modules.
 *
 * The bundle contains a pinned SDK, which starts faster than the runtime's.
 * The S3 client is a separate file that a start does not read (docs/adr/0010). `NodejsFunction` can write only one file.
 */
export function bundleFunction(outdir: string): void {
  buildSync({
    ...BUNDLING,
    entryPoints: [join(LAMBDA, 'index.ts')],
    outdir,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    alias: { '@aws-sdk/credential-provider-node': join(LAMBDA, 'aws/credentials.ts') },
    // Not needed: the first parses browsers' user agents, the second is for processors without SIMD.
    external: ['bowser', '*/llhttp-wasm.js'],
  });
}

/** Options of esbuild. The benchmark uses them for the code that it compares with. */
export const BUNDLING = {
  bundle: true,
  minify: true,
  // Source maps give the places of errors. With the sources' content, they would be six times as large.
  sourcemap: true,
  sourcesContent: false,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  // Bundled CommonJS dependencies load Node's modules with `require`.
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
} satisfies BuildOptions;
