import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkOutputFile } from '../../../cli/shared/check-output-file';
import { UsageError } from '../../../cli/shared/usage-error';

const folder = mkdtempSync(join(tmpdir(), 'check-output-file-'));
const file = join(folder, 'file');
beforeAll(() => {
  writeFileSync(file, '');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it.each([
  ['an existing file', file],
  ['a new file in an existing folder', join(folder, 'new')],
])('accepts %s', async (_title, path) => {
  await expect(checkOutputFile('--out', path)).resolves.toBeUndefined();
});

it.each([
  ['a folder', folder, 'is a directory.'],
  ['a file in a folder that does not exist', join(folder, 'no', 'file'), "can't be written (ENOENT)."],
  ['a file below a file', join(file, 'file'), "can't be written (ENOTDIR)."],
])('refuses %s with one sentence', async (_title, path, problem) => {
  await expect(checkOutputFile('--out', path)).rejects.toEqual(new UsageError(`--out: ${path} ${problem}`));
});
