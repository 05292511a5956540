/**
 * `npm run bench`: the function beside other ways to do the same job, on one machine and in one run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT, runCommand, type Running } from '../cli/shared/run-command';
import { benchCommand, RESULTS, type Settings } from './bench-options';
import { makeBundles } from './bundles';
import { measureColdStart } from './cold-start';
import { compare } from './comparison';
import { LEAST_RATIO, measureGuard } from './guard';
import { measureLag } from './lag';
import { machine } from './machine';
import { measureMemory } from './memory';
import { compareOnDynamoDbLocal } from './on-dynamodb-local';
import { printed, spread } from './terminal-summary';
import { writePage } from './report/page';
import type { Results } from './results';
import type { Setting } from './setting';
import { startStub } from './stub/stub';

/** A run that never ends is no result. */
const LIMIT_SECONDS = 1_200;

const running: { stop: () => Promise<unknown> }[] = [];

async function bench({ quick, guard, out }: Settings, { print, result }: Running): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'contact-record-bench-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const onProgress = (what: string) => {
    process.stderr.write(`${what}\n`);
  };
  onProgress('bundling');
  const bundles = await makeBundles(folder);
  const stub = await startStub();
  running.push(stub);
  const setting: Setting = {
    bundles,
    stub,
    quick,
    onProgress,
    onStarted: (started) => running.push(started),
  };

  if (guard) {
    const ratio = await measureGuard(setting);
    Object.assign(result, { ratio, least: LEAST_RATIO });
    print(`throughput in relation to the bare SDK: ${spread(ratio, 2)}, at least ${LEAST_RATIO}\n`);
    return ratio.median >= LEAST_RATIO ? EXIT.success : EXIT.failure;
  }
  const results = await measureAll(setting);
  Object.assign(result, results);
  print(printed(results));
  if (out === undefined) return EXIT.success;
  await writeFile(out, `${JSON.stringify(results, undefined, 2)}\n`);
  if (out === RESULTS) writePage(results, 'docs');
  return EXIT.success;
}

async function measureAll(setting: Setting): Promise<Results> {
  const startedAt = new Date().toISOString();
  const { runs, batchSeconds, capacity } = await compare(setting);
  return {
    startedAt,
    machine: machine(),
    runs: [...runs, ...(await compareOnDynamoDbLocal(setting))],
    ...(await measureColdStart(setting)),
    memory: await measureMemory(setting),
    lag: await measureLag(setting, capacity),
    batchSeconds,
  };
}

async function withLimit(settings: Settings, command: Running): Promise<number> {
  return Promise.race([
    bench(settings, command),
    sleep(LIMIT_SECONDS * 1000).then(() => {
      throw new Error(`The run was not over after ${LIMIT_SECONDS} seconds.`);
    }),
  ]);
}

runCommand({
  commandLine: benchCommand,
  run: withLimit,
  stop: () => Promise.all(running.map(({ stop }) => stop())),
});
