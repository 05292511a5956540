/** `npm run bench`: compares the function with other implementations in one run. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { checkOutputFile } from '../cli/shared/check-output-file';
import { EXIT, runCommand, type Running } from '../cli/shared/run-command';
import { benchCommand, RESULTS, type Settings } from './bench-options';
import { makeBundles } from './bundles';
import { measureColdStart } from './cold-start';
import { compareContenders } from './compare';
import { measureGuard, MIN_RATIO } from './guard';
import { measureMemory } from './memory';
import { writePage } from './page';
import { formatTimes } from './report/format-figures';
import { makeBlocks, tabulateComparison } from './report/page-blocks';
import type { Results } from './results';
import { startStub, type Stub } from './stub/stub';
import type { Setting } from './worker';

/** Upper bound for the whole run. */
const LIMIT_SECONDS = 2_400;

let stub: Stub | undefined;

async function bench({ quick, guard, out }: Settings, { print, result }: Running): Promise<number> {
  if (out !== undefined) await checkOutputFile('--out', out);
  const folder = mkdtempSync(join(tmpdir(), 'contact-record-bench-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const onProgress = (what: string) => {
    process.stderr.write(`${what}\n`);
  };
  setTimeout(() => {
    throw new Error(`The run did not end within ${LIMIT_SECONDS} seconds: run it on an idle machine.`);
  }, LIMIT_SECONDS * 1000).unref();
  onProgress('bundling');
  const bundles = await makeBundles(folder);
  stub = await startStub();
  const setting: Setting = { bundles, stub, quick, onProgress };

  if (guard) {
    const ratio = await measureGuard(setting);
    Object.assign(result, { ratio, least: MIN_RATIO });
    print(`throughput in relation to the bare SDK: ${formatTimes(ratio)}, at least ${MIN_RATIO}\n`);
    return ratio.median >= MIN_RATIO ? EXIT.success : EXIT.failure;
  }
  const results: Results = {
    startedAt: new Date().toISOString(),
    machine: describeMachine(),
    runs: await compareContenders(setting),
    ...(await measureColdStart(setting)),
    memory: await measureMemory(setting),
  };
  Object.assign(result, results);
  const tables = {
    ...makeBlocks(results),
    'comparison on distinct': tabulateComparison(results, 'distinct'),
  };
  for (const [name, table] of Object.entries(tables)) print(`${name}\n\n${table}\n\n`);
  if (out === undefined) return EXIT.success;
  writeFileSync(out, `${JSON.stringify(results, undefined, 2)}\n`);
  if (out === RESULTS) writePage(results, 'docs');
  return EXIT.success;
}

function describeMachine(): Record<string, string> {
  const readVersion = (library: string) => {
    const manifest = join(dirname(__dirname), 'node_modules', library, 'package.json');
    return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
  };
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: String(cpus().length),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: process.platform,
    architecture: process.arch,
    node: process.version,
    ...Object.fromEntries(LIBRARIES.map((library) => [library, readVersion(library)])),
  };
}

const LIBRARIES = [
  ...['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb', '@aws-sdk/client-sns'],
  ...['@aws-lambda-powertools/batch', '@aws-lambda-powertools/idempotency'],
];

// The processes of the contenders end with this process.
runCommand({ commandLine: benchCommand, run: bench, stop: () => stub?.stop() });
