import { join } from 'node:path';
import { AssetHashType } from 'aws-cdk-lib';
import { Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { buildSync, type BuildOptions } from 'esbuild';

const LAMBDA = join(__dirname, '../lambda/contact-records');

/** The function's code, bundled at synthesis. */
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
 * Bundles the function as ES modules with the SDK inside: a pinned version, and a faster start than the runtime's own. The
 * S3 client is a file of its own, so that a start does not read it (docs/adr/0010); `NodejsFunction` writes one file only.
 */
export function bundleFunction(outdir: string): void {
  buildSync({
    ...BUNDLING,
    entryPoints: [join(LAMBDA, 'index.ts')],
    outdir,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    alias: { '@aws-sdk/credential-provider-node': join(LAMBDA, 'aws/credentials.ts') },
    // Only a browser's user agent is read with the first, and only a processor without SIMD needs the second.
    external: ['bowser', '*/llhttp-wasm.js'],
  });
}

/** How TypeScript becomes one ES module; the benchmark bundles what it compares with in the same way. */
export const BUNDLING = {
  bundle: true,
  minify: true,
  // Places in logs are those of the sources; the sources themselves would make the map six times as large.
  sourcemap: true,
  sourcesContent: false,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  // CommonJS dependencies inside an ES module ask for Node's own modules with `require`.
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
} satisfies BuildOptions;
