/** `scripts/read-stream.sh` with a stand-in for the AWS CLI: a program of that name that answers from files. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCRIPT = join(__dirname, '../../scripts/read-stream.sh');
const FROM = '2026-03-05T09:00:00Z';
const UNTIL = '2026-03-05T15:00:00Z';
const sinceUntil = () => Date.now() - Date.parse(UNTIL);

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'read-stream-'))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Answers with a file for each shard iterator. An iterator without a file fails. */
function answer(
  shards: string,
  pages: Record<string, { records?: string[]; behindMs: number; next?: string }>,
) {
  for (const [iterator, { records = [], behindMs, next }] of Object.entries(pages)) {
    const page = {
      Records: records.map((text) => ({ Data: Buffer.from(text).toString('base64') })),
      ...{ MillisBehindLatest: behindMs, NextShardIterator: next },
    };
    writeFileSync(join(folder, iterator), JSON.stringify(page));
  }
  const program = `#!/bin/sh
case "$2" in
  list-shards) echo ${shards} ;;
  get-shard-iterator) echo "of-$6" ;;
  get-records) cat "${folder}/$4" ;;
esac
`;
  writeFileSync(join(folder, 'aws'), program);
  chmodSync(join(folder, 'aws'), 0o755);
}

const readStream = (...args: string[]) =>
  spawnSync(SCRIPT, args, {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
    timeout: 20_000,
  });

it('prints the records of all pages and shards, one a line', () => {
  answer('s-1 s-2', {
    'of-s-1': { records: ['{"a":1}', '{"a":2}'], behindMs: sinceUntil() + 60_000, next: 'page-2' },
    'page-2': { records: ['{"a":3}'], behindMs: 0, next: 'never-read' },
    'of-s-2': { records: ['{"b":1}'], behindMs: 0 },
  });

  const { status, stdout } = readStream('stream', FROM, UNTIL);

  expect({ status, stdout }).toEqual({ status: 0, stdout: '{"a":1}\n{"a":2}\n{"a":3}\n{"b":1}\n' });
});

it('stops when a page is later than the second time', () => {
  answer('s-1', {
    'of-s-1': { records: ['{"a":1}'], behindMs: sinceUntil() - 60_000, next: 'never-read' },
  });

  expect(readStream('stream', FROM, UNTIL)).toMatchObject({ status: 0, stdout: '{"a":1}\n' });
});

it('stops at the end of the stream when the second time is in the future', () => {
  answer('s-1', { 'of-s-1': { records: ['{"a":1}'], behindMs: 0, next: 'never-read' } });

  const result = readStream('stream', FROM, '2999-01-01T00:00:00Z');

  expect(result).toMatchObject({ status: 0, stdout: '{"a":1}\n' });
});

it('says that the output is incomplete when a page cannot be read', () => {
  answer('s-1', { 'of-s-1': { records: ['{"a":1}'], behindMs: sinceUntil() + 60_000, next: 'no-file' } });

  const { status, stderr } = readStream('stream', FROM, UNTIL);

  expect(status).not.toBe(0);
  expect(stderr).toContain(
    'Reading the stream stream failed: the output is incomplete. Run the command again.',
  );
});

it.each([[[]], [['stream', FROM]], [['stream', FROM, 'yesterday']]])(
  'shows the usage when called with %j',
  (args) => {
    answer('', {});

    expect(readStream(...args)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^Usage: /) as string,
    });
  },
);
