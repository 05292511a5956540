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

it('reads what it wrote, and leaves no temporary file', async () => {
  expect(await readCheckpoint(path, subject)).toBeUndefined();
  await writeCheckpoint(path, checkpoint);
  expect(await readCheckpoint(path, subject)).toEqual(checkpoint);
  expect(readdirSync(folder)).toEqual(['checkpoint.json']);
  rmSync(path);
});

describe('the keeper', () => {
  const { position, counts } = checkpoint;
  const none = { ...counts, sent: 0 };

  it('keeps the last position when the run is not complete', async () => {
    const keeper = createCheckpointKeeper(path, subject);
    await keeper.save({ ...position, sources: 1 }, counts);
    await keeper.save(position, counts);
    await keeper.end(false, counts);

    expect(await readCheckpoint(path, subject)).toEqual(checkpoint);
  });

  it.each([
    ['all is done', true, counts],
    ['nothing was sent', false, none],
  ])('removes the file when %s', async (_title, isComplete, counts) => {
    for (const file of ['', 'x']) {
      if (file !== '') writeFileSync(path, file);
      await createCheckpointKeeper(path, subject).end(isComplete, counts);

      expect(readdirSync(folder)).toEqual([]);
    }
  });

  it('writes no file when no record was sent', async () => {
    const keeper = createCheckpointKeeper(path, subject);
    await keeper.save(position, none);

    expect(readdirSync(folder)).toEqual([]);
  });
});

it.each([[{ ...subject, input: '/other' }], [{ ...subject, stream: 'eu-west-1/s' }]])(
  'is refused when it belongs to another backfill: %j',
  async (other) => {
    await writeCheckpoint(path, checkpoint);
    await expect(readCheckpoint(path, other)).rejects.toThrow(
      /belongs to another backfill, from \/exports into us-east-1\/s: finish that backfill, remove the checkpoint, or give another/,
    );
  },
);

it.each(['', '{}', '[', '{"what":"contact-record-pipeline backfill 1"}'])(
  'refuses and keeps the file when it is not a checkpoint (%j)',
  async (content) => {
    writeFileSync(path, content);
    await expect(readCheckpoint(path, subject)).rejects.toThrow(
      /is not a checkpoint of a backfill: remove it, or give/,
    );
  },
);

it('reports the reason when the file cannot be written or read', async () => {
  await expect(writeCheckpoint(join(folder, 'no', 'folder'), checkpoint)).rejects.toThrow(
    /can't be written: ENOENT\.$/,
  );
  await expect(readCheckpoint(folder, subject)).rejects.toThrow(/can't be read: EISDIR\.$/);
});
