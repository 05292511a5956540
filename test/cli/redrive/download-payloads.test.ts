import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DownloadCounts,
  downloadPayloads,
  prepareDownloadFolder,
} from '../../../cli/redrive/download-payloads';
import { listFailures } from '../../../cli/redrive/list-failures';
import { aFailureObject, aGivenUp, type AnObject } from '../shared/failure-objects';
import { aBucket, never } from './fake-services';

const parent = mkdtempSync(join(tmpdir(), 'download-'));
afterAll(() => {
  rmSync(parent, { recursive: true });
});
let folders = 0;
const aFolder = () => join(parent, `folder-${(folders += 1)}`);

async function download(objects: AnObject[], folder: string, gone: string[] = []) {
  const bucket = aBucket(objects);
  const { entries } = await listFailures(bucket, { prefix: '' }, never);
  for (const key of gone) bucket.objects.delete(key);
  const counts: DownloadCounts = { files: 0, skipped: [] };
  await prepareDownloadFolder(folder);
  await downloadPayloads(entries, folder, bucket, never, counts);
  return { counts, keys: [...bucket.objects.keys()] };
}

it('writes each payload to a file that only the user may read, and does not change the bucket', async () => {
  const folder = aFolder();
  const one = await aFailureObject({ payload: Buffer.from([0xff, 0x00]), sequenceNumber: 1 });
  const batch = aGivenUp([
    { payload: 'a', sequenceNumber: 2 },
    { payload: 'b', sequenceNumber: 3 },
  ]);

  const { counts, keys } = await download([one, batch], folder);

  expect(counts).toEqual({ files: 3, skipped: [] });
  expect(readFileSync(join(folder, one.key, '1'))).toEqual(Buffer.from([0xff, 0x00]));
  expect(readdirSync(join(folder, batch.key))).toEqual(['2', '3']);
  expect(readFileSync(join(folder, batch.key, '3'), 'utf8')).toBe('b');
  expect(statSync(join(folder, one.key, '1')).mode & 0o777).toBe(0o600);
  expect(keys).toEqual([one.key, batch.key]);
});

it.each([
  ['../../escaped', '%../%../escaped'],
  ['a/./b//c', 'a/%./b/%/c'],
  ['with space/é', 'with%20space/%C3%A9'],
])('the key %j stays in the folder', async (key, path) => {
  const folder = aFolder();

  await download([{ ...(await aFailureObject({ sequenceNumber: 7 })), key }], folder);

  expect(readFileSync(join(folder, path, '7'), 'utf8')).toBe('x');
});

it('refuses a folder that is not empty, and a file', async () => {
  const folder = aFolder();
  const object = await aFailureObject();
  await download([object], folder);
  const file = join(parent, 'a-file');
  writeFileSync(file, '');

  await expect(prepareDownloadFolder(folder)).rejects.toThrow(
    /^--dest: .* is not empty: give a new or empty folder/,
  );
  await expect(prepareDownloadFolder(file)).rejects.toThrow(/^--dest: .* can't be written \(EEXIST\)\.$/);
});

it('fails when a file appears during the download', async () => {
  const folder = aFolder();
  const bucket = aBucket([await aFailureObject()]);
  const { entries } = await listFailures(bucket, { prefix: '' }, never);
  const counts: DownloadCounts = { files: 0, skipped: [] };
  await downloadPayloads(entries, folder, bucket, never, counts);

  await expect(downloadPayloads(entries, folder, bucket, never, counts)).rejects.toThrow(/\(EEXIST\)\.$/);
  expect(counts.files).toBe(1);
});

it('reports an object that is missing, and ends when the run stops', async () => {
  const object = await aFailureObject();

  const { counts } = await download([object], aFolder(), [object.key]);

  const why = 'moved or deleted by another run';
  expect(counts).toEqual({ files: 0, skipped: [{ key: object.key, why }] });
  const bucket = aBucket([object]);
  const { entries } = await listFailures(bucket, { prefix: '' }, never);
  const stopped = AbortSignal.abort(new Error('Ctrl-C'));
  await expect(downloadPayloads(entries, aFolder(), bucket, stopped, counts)).rejects.toThrow('Ctrl-C');
});
