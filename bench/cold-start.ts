/** How long the first answer takes, beside a bundle with the two DynamoDB packages alone. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSupervisedProcess } from '../local/stack/supervised-process';
import type { Bundle } from './bundles';
import { inputOf } from './inputs';
import { ratios } from './comparison';
import type { Results } from './results';
import { endpointsOf, type Setting } from './setting';
import { measured } from './statistics';
import { contenderEnvironment } from './worker';

const REPETITIONS = 15;
const LIMIT_MS = 20_000;

export async function measureColdStart(
  setting: Setting,
): Promise<Pick<Results, 'coldStart' | 'coldStartRatio'>> {
  setting.onProgress('cold start');
  const { stub, bundles, quick } = setting;
  const folder = await mkdtemp(join(tmpdir(), 'contact-record-bench-'));
  const [pipeline, bare]: [number[], number[]] = [[], []];
  try {
    const eventFile = join(folder, 'event.json');
    await writeFile(
      eventFile,
      JSON.stringify({ Records: inputOf('distinct', 1).deliveries.map(({ event }) => event) }),
    );
    const once = async (bundle: Bundle) => {
      await stub.reset(0);
      return firstAnswer(bundle, eventFile, setting);
    };
    // The first of either finds nothing in the machine's cache.
    await once(bundles.pipeline);
    await once(bundles['two-packages']);
    for (let repetition = 0; repetition < (quick ? 3 : REPETITIONS); repetition++) {
      if (repetition % 2 === 0) pipeline.push(await once(bundles.pipeline));
      bare.push(await once(bundles['two-packages']));
      if (repetition % 2 === 1) pipeline.push(await once(bundles.pipeline));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return {
    coldStart: [
      { what: 'pipeline', bundleBytes: bundles.pipeline.bytes, milliseconds: measured(pipeline) },
      {
        what: 'two DynamoDB packages',
        bundleBytes: bundles['two-packages'].bytes,
        milliseconds: measured(bare),
      },
    ],
    coldStartRatio: measured(ratios(pipeline, bare)),
  };
}

/** Milliseconds that a new process takes. */
async function firstAnswer(bundle: Bundle, eventFile: string, { stub, onStarted }: Setting): Promise<number> {
  let milliseconds: number | undefined;
  const child = startSupervisedProcess(
    process.execPath,
    [join(__dirname, 'cold-start.mjs'), bundle.file, eventFile],
    {
      env: {
        ...contenderEnvironment(endpointsOf(stub)),
        ...bundle.environment,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_LAMBDA_FUNCTION_NAME: 'bench',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
      },
      onLine: (line) => {
        const found = /^\{"milliseconds":([\d.]+)\}$/.exec(line)?.[1];
        if (found !== undefined) milliseconds = Number(found);
      },
    },
  );
  onStarted({ stop: child.kill });
  const limit = setTimeout(() => void child.kill(), LIMIT_MS);
  await child.ended;
  clearTimeout(limit);
  if (milliseconds === undefined) throw new Error('a cold start gave no answer');
  return milliseconds;
}
