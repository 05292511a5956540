import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBackfillCounts } from '../../../cli/backfill/send-records';
import { createCheckpointKeeper, readCheckpoint, writeCheckpoint } from '../../../cli/backfill/checkpoint';

const folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const subject = { input: '/exports', stream: 'us-east-1/s' };
const checkpoint = {
  subject,
  position: { sources: 2, bytes: 77, digest: 'd', current: { name: 'é', version: 'v', from: 5 } },
  counts: {
    ...{ ...createBackfillCounts(), sent: 3, bytes: 900, abandoned: 1, read: 2 },
    skipped: { 'not-json': { count: 2, first: { name: 'a', at: 9, line: 1 } } },
    unreadable: { count: 1, first: [{ name: 'b', why: 'AccessDenied' }] },
  },
};
const path = join(folder, 'checkpoint.json');

it('is read as it was written, and no other file is left', async () => {
  expect(await readCheckpoint(path, subject)).toBeUndefined();
  await writeCheckpoint(path, checkpoint);
  expect(await readCheckpoint(path, subject)).toEqual(checkpoint);
  expect(readdirSync(folder)).toEqual(['checkpoint.json']);
  await createCheckpointKeeper(path, subject).end(true);
  expect(await readCheckpoint(path, subject)).toBeUndefined();
  await createCheckpointKeeper(path, subject).end(true);
});

it.each([[{ ...subject, input: '/other' }], [{ ...subject, stream: 'eu-west-1/s' }]])(
  'is refused for %j: what was read there says nothing of this',
  async (other) => {
    await writeCheckpoint(path, checkpoint);
    await expect(readCheckpoint(path, other)).rejects.toThrow(
      /is of another backfill, from \/exports into us-east-1\/s: finish that one, remove the checkpoint, or name another/,
    );
  },
);

it.each(['', '{}', '[', '{"what":"contact-record-pipeline backfill 1"}'])(
  'any other file is refused, and left as it is (%j)',
  async (content) => {
    writeFileSync(path, content);
    await expect(readCheckpoint(path, subject)).rejects.toThrow(
      /is no checkpoint of a backfill: remove it, or name/,
    );
  },
);

it('what can’t be written or read is reported with the reason', async () => {
  await expect(writeCheckpoint(join(folder, 'no', 'folder'), checkpoint)).rejects.toThrow(
    /can't be written: ENOENT\.$/,
  );
  await expect(readCheckpoint(folder, subject)).rejects.toThrow(/can't be read: EISDIR\.$/);
});
