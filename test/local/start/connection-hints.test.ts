import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatConnectionHints, readLastPorts, writeLocalEnv } from '../../../local/start/connection-hints';
import type { LocalStack } from '../../../local/stack/local-stack';

const folder = mkdtempSync(join(tmpdir(), "local env's "));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const stack = {
  emulators: {
    endpoints: {
      kinesis: 'http://127.0.0.1:40001',
      dynamodb: 'http://127.0.0.1:40002',
      sns: 'http://127.0.0.1:40003',
      sqs: 'http://127.0.0.1:40003',
      s3: 'http://127.0.0.1:40003',
    },
  },
  names: { stream: 'local-stream', recordsTable: 'local-records', bucket: 'local-bucket' },
} as LocalStack;

it('writes variables that a shell can read, by the line that is printed', async () => {
  const hints = formatConnectionHints(await writeLocalEnv(folder, stack), stack);
  const [, read = ''] = hints.split('\n');

  const printed = execFileSync('sh', ['-c', `${read}; echo $TABLE $AWS_ENDPOINT_URL_S3 [$AWS_PROFILE]`], {
    env: { ...process.env, AWS_PROFILE: 'production' },
  });

  expect(printed.toString()).toBe('local-records http://127.0.0.1:40003 []\n');
});

it('fits 80 columns', () => {
  const hints = formatConnectionHints('out/local.env', stack);

  expect(Math.max(...hints.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
});

it('reads the ports of the last run', async () => {
  await writeLocalEnv(folder, stack);

  expect(await readLastPorts(folder)).toEqual({ kinesis: 40_001, dynamodb: 40_002, sns: 40_003 });
});

it('uses only variables of the file', async () => {
  const path = await writeLocalEnv(folder, stack);
  const used = formatConnectionHints(path, stack).match(/(?<=\$)\w+/g) ?? [];

  const written = readFileSync(path, 'utf8');

  expect(used.length).toBeGreaterThan(10);
  expect(used.filter((name) => !written.includes(`export ${name}=`))).toEqual([]);
});

it('returns no ports without a last run', async () => {
  expect(await readLastPorts(join(folder, 'none'))).toEqual({ kinesis: 0, dynamodb: 0, sns: 0 });
});
