/** Measures the time to the first answer. Compares it with a bundle of the two DynamoDB packages. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CREDENTIALS, REGION } from '../local/stack/emulator-clients';
import type { Bundle } from './bundles';
import { generateInput } from './inputs';
import { type Results, summarize, summarizeRatios } from './results';
import { getContenderEnvironment, type Setting } from './worker';

const LABELS = { pipeline: 'pipeline', 'two-packages': 'two DynamoDB packages' } as const;
const REPETITIONS = 15;
const LIMIT_MS = 20_000;

export async function measureColdStart(
  setting: Setting,
): Promise<Pick<Results, 'coldStart' | 'coldStartRatio'>> {
  const { bundles, quick, onProgress } = setting;
  onProgress('cold start');
  const eventFile = join(dirname(bundles['two-packages'].file), 'event.json');
  const Records = generateInput('distinct', 1).deliveries.map(({ event }) => event);
  await writeFile(eventFile, JSON.stringify({ Records }));

  const names = ['pipeline', 'two-packages'] as const;
  const times: Record<keyof typeof LABELS, number[]> = { pipeline: [], 'two-packages': [] };
  for (let repetition = 0; repetition <= (quick ? 3 : REPETITIONS); repetition++) {
    for (const name of repetition % 2 === 0 ? names : names.toReversed()) {
      const milliseconds = await timeFirstAnswer(bundles[name], eventFile, setting);
      // The first start is left out: the machine's cache is empty then.
      if (repetition > 0) times[name].push(milliseconds);
    }
  }
  return {
    coldStart: names.map((name) => ({
      what: LABELS[name],
      bundleBytes: bundles[name].bytes,
      milliseconds: summarize(times[name]),
    })),
    coldStartRatio: summarizeRatios(times.pipeline, times['two-packages']),
  };
}

/** Returns the milliseconds from the start of a new process to its first answer. */
async function timeFirstAnswer(bundle: Bundle, eventFile: string, { stub }: Setting): Promise<number> {
  await stub.reset(0);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(__dirname, 'cold-start.mjs'), bundle.file, eventFile],
    {
      timeout: LIMIT_MS,
      env: { ...COLD_ENVIRONMENT, ...getContenderEnvironment(stub), ...bundle.environment },
    },
  );
  return Number(stdout.trimEnd().split('\n').at(-1));
}

const COLD_ENVIRONMENT = {
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
};
