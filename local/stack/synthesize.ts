/** Synthesizes the CDK app and reads the stack from its output. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TIME_IS_OVER, waitAtMost } from '../../cli/shared/wait-at-most';
import { keepLastLines, startSupervisedProcess } from './supervised-process';
import { parseTemplate, type Template } from './template';

const LIMIT_MS = 120_000;
const KEPT_OUTPUT_LINES = 30;
const PROJECT = join(__dirname, '../..');
const CACHE = join(PROJECT, 'node_modules/.cache/local-stack');
/** The files that determine the app's output: its sources, and the versions of its dependencies. */
const SOURCES = ['bin', 'lib', 'lambda'];
const SOURCE_FILES = ['cdk.json', 'package.json', 'tsconfig.json', 'node_modules/.package-lock.json'];
const MAX_CACHE_AGE_MS = 7 * 24 * 3_600_000;

export interface SynthesizedStack {
  template: Template;
  /** The folder that the app was synthesized into; the assets of the template are in it. */
  folder: string;
}

/** Returns an earlier run's output if its sources are unchanged; else runs the CDK app. */
export async function synthesizeIfChanged(): Promise<SynthesizedStack> {
  const name = await hashSources();
  const folder = join(CACHE, name);
  if (!existsSync(folder)) {
    await mkdir(CACHE, { recursive: true });
    await removeOld(CACHE);
    const fresh = await mkdtemp(`${folder}-`);
    await synthesize(fresh);
    // Another process may have created the folder meanwhile.
    await rename(fresh, folder).catch(() => rm(fresh, { recursive: true }));
  }
  return readSynthesized(folder);
}

async function hashSources(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(readAppEnvironment()));
  const listed = await Promise.all(
    SOURCES.map(async (folder) => {
      const entries = await readdir(join(PROJECT, folder), { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    }),
  );
  for (const path of [...listed.flat().sort(), ...SOURCE_FILES.map((name) => join(PROJECT, name))])
    hash.update(`${path}\0`).update(await readFile(path).catch(() => ''));
  return hash.digest('hex').slice(0, 32);
}

const readAppEnvironment = () => [process.env.CDK_DEFAULT_ACCOUNT, process.env.CDK_DEFAULT_REGION];

/** Removes old folders; other runs may still use newer ones. */
async function removeOld(folder: string): Promise<void> {
  for (const path of (await readdir(folder)).map((name) => join(folder, name))) {
    if (Date.now() - (await stat(path)).mtimeMs > MAX_CACHE_AGE_MS) await rm(path, { recursive: true });
  }
}

/**
 * Runs the CDK app, as the CDK's command does; the app writes to the folder.
 *
 * @param settings - added to the context of `cdk.json`, which they override
 * @throws Error with the app's output when it fails or takes more than two minutes
 */
export async function synthesize(folder: string, settings: object = {}): Promise<SynthesizedStack> {
  const context = parseContext(await readFile(join(PROJECT, 'cdk.json'), 'utf8'));
  const output = keepLastLines(KEPT_OUTPUT_LINES);
  const app = startSupervisedProcess(
    process.execPath,
    ['--import', require.resolve('tsx'), join('bin', 'contact-record-pipeline.ts')],
    {
      cwd: PROJECT,
      env: {
        ...process.env,
        CDK_OUTDIR: folder,
        // The asset metadata contains the path of a function's code.
        CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...settings, 'aws:cdk:enable-asset-metadata': true }),
      },
      onLine: output.add,
    },
  );
  const status = await waitAtMost(LIMIT_MS, app.ended);
  await app.kill();
  if (status !== 0) {
    const problem = status === TIME_IS_OVER ? `took longer than ${LIMIT_MS / 1000} s` : 'failed';
    throw new Error([`the CDK app ${problem}. Its output:`, ...output.lines].join('\n  '));
  }
  return readSynthesized(folder);
}

function parseContext(text: string): object {
  try {
    return (JSON.parse(text) as { context: object }).context;
  } catch (error) {
    throw new Error(`cdk.json is not JSON: ${(error as Error).message}`);
  }
}

/** Reads the only stack from the output of the CDK app. */
export async function readSynthesized(folder: string): Promise<SynthesizedStack> {
  const { artifacts } = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as {
    artifacts: Record<string, { type: string; properties?: { templateFile?: string } }>;
  };
  const stacks = Object.values(artifacts).filter(({ type }) => type === 'aws:cloudformation:stack');
  const templateFile = stacks[0]?.properties?.templateFile;
  if (templateFile === undefined || stacks.length > 1) {
    throw new Error(`the CDK app has ${stacks.length} stacks; the local stack needs exactly one`);
  }
  return { template: parseTemplate(await readFile(join(folder, templateFile), 'utf8')), folder };
}
