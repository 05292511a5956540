/**
 * Creates the npm package, `dist/contact-record-pipeline-<version>.tgz`. It contains the stack for other CDK apps, the
 * bundled function, types, and the schemas of message and item. `npm run pack -- --check` also tests it in a clean
 * project.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type PluginBuild } from 'esbuild';
import ts from 'typescript';
import { METRIC } from '../../lambda/contact-records/contract';
import { bundleFunction } from '../../lib/function-code';
import { schemas } from '../schema/generate-schemas';
import { checkPackage } from './check-package';
import { generateMessageTypes } from './message-types';

const PROJECT = join(__dirname, '../..');
const DIST = join(PROJECT, 'dist');
const PACKAGE = join(DIST, 'package');

async function pack(): Promise<string> {
  rmSync(DIST, { recursive: true, force: true });
  mkdirSync(join(PACKAGE, 'schema'), { recursive: true });
  bundleFunction(join(PACKAGE, 'function'));
  await bundleStack();
  emitTypes();
  writeSchemas();
  writeFileSync(join(PACKAGE, 'package.json'), `${JSON.stringify(createManifest(), null, 2)}\n`);
  copyFileSync(join(PROJECT, 'LICENSE'), join(PACKAGE, 'LICENSE'));
  copyFileSync(join(__dirname, 'package-readme.md'), join(PACKAGE, 'README.md'));
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', DIST], {
    cwd: PACKAGE,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [{ filename, size, unpackedSize, files }] = JSON.parse(packed) as [Packed];
  for (const { path, size: bytes } of files) console.log(`${String(bytes).padStart(9)}  ${path}`);
  console.log(`${filename}: ${size} bytes, unpacked ${unpackedSize}`);
  return join(DIST, filename);
}

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** Bundles the stack into one file, without peer dependencies, with the bundled function code. */
async function bundleStack(): Promise<void> {
  await build({
    entryPoints: [join(PROJECT, 'lib/index.ts')],
    outfile: join(PACKAGE, 'index.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['aws-cdk-lib', 'constructs'],
    plugins: [{ name: 'own-modules', setup: resolveOwnModules }],
  });
}

function resolveOwnModules(build: PluginBuild): void {
  build.onResolve({ filter: /^\.\/function-code$/ }, () => ({
    path: join(PROJECT, 'lib/bundled-function-code.ts'),
  }));
  // Without side effects, the bundle includes only the names that stack and function share.
  build.onResolve({ filter: /^\.\.?\// }, async ({ path, importer, pluginData, ...from }) => {
    if (pluginData === RESOLVED || importer.includes('node_modules')) return undefined;
    const { path: file } = await build.resolve(path, { ...from, importer, pluginData: RESOLVED });
    return { path: file, sideEffects: false };
  });
}

/** Marks a call of the plugin by itself. */
const RESOLVED = 'resolved';

function emitTypes(): void {
  const program = ts.createProgram([join(PROJECT, 'lib/index.ts')], {
    declaration: true,
    emitDeclarationOnly: true,
    outDir: join(PACKAGE, 'types'),
    rootDir: PROJECT,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true,
    skipLibCheck: true,
    types: ['node'],
  });
  // The types of the stack need only `METRIC` from the function.
  const contract = join(PACKAGE, 'types/lambda/contact-records');
  mkdirSync(contract, { recursive: true });
  writeFileSync(
    join(contract, 'contract.d.ts'),
    `export declare const METRIC: Readonly<${JSON.stringify(METRIC)}>;\n`,
  );
  program.emit(undefined, (path, text) => {
    if (!path.includes('/types/lib/')) return;
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  });
  writeFileSync(
    join(PACKAGE, 'index.d.ts'),
    "export * from './types/lib/index';\nexport type * from './message';\n",
  );
}

function writeSchemas(): void {
  for (const [name, schema] of Object.entries(schemas()))
    writeFileSync(join(PACKAGE, 'schema', name), `${JSON.stringify(schema, null, 2)}\n`);
  const message = schemas()['abandoned-contact-message.schema.json'] ?? {};
  writeFileSync(join(PACKAGE, 'message.d.ts'), generateMessageTypes(message));
}

/** Creates the package's own manifest: users of the package need only the peers. */
function createManifest() {
  const { name, version, description, license, engines, dependencies } = JSON.parse(
    readFileSync(join(PROJECT, 'package.json'), 'utf8'),
  ) as Record<string, string> & { dependencies: Record<string, string> };
  return {
    ...{ name, version, description, license, engines },
    main: 'index.js',
    types: 'index.d.ts',
    exports: {
      '.': { types: './index.d.ts', default: './index.js' },
      './schema/*': './schema/*',
      './package.json': './package.json',
    },
    peerDependencies: {
      'aws-cdk-lib': dependencies['aws-cdk-lib'],
      constructs: dependencies.constructs,
    },
  };
}

pack()
  .then((tarball) => {
    if (process.argv.includes('--check')) checkPackage(tarball);
  })
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
