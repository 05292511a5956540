import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { listFiles, findPathKind, type Source, UnreadableSourceError } from '../../../cli/shared/sources';

const folder = mkdtempSync(join(tmpdir(), 'sources-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const put = (path: string, content = path) => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), content);
};

async function sourcesIn(...args: Parameters<typeof listFiles>): Promise<Source[]> {
  const sources: Source[] = [];
  for await (const source of listFiles(...args)) sources.push(source);
  return sources;
}

async function read({ open }: Source): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of open()) parts.push(part);
  return Buffer.concat(parts).toString();
}

beforeAll(() => {
  for (const path of ['a/b/late', 'a/B', 'a/.hidden/x', 'a/.x', 'a/é', 'a/10', 'a/9']) put(path);
  symlinkSync(join(folder, 'a', '9'), join(folder, 'a', 'link'));
});

it('lists the files below a folder in the order of names, follows links, and leaves out names with a dot', async () => {
  const sources = await sourcesIn(join(folder, 'a'));
  expect(sources.map(({ name, bytes }) => [name, bytes])).toEqual([
    ['10', 4],
    ['9', 3],
    ['B', 3],
    ['b/late', 8],
    ['link', 3],
    ['é', 4],
  ]);
  expect(await Promise.all(sources.map(read))).toEqual(['a/10', 'a/9', 'a/B', 'a/b/late', 'a/9', 'a/é']);
});

it('leaves out links that lead back', async () => {
  put('loops/x/1');
  for (const name of ['a', 'b', 'x/y']) symlinkSync(join(folder, 'loops'), join(folder, 'loops', name));
  symlinkSync(join(folder, 'loops', 'x'), join(folder, 'loops', 'z'));
  const sources = await sourcesIn(join(folder, 'loops'));
  expect(sources.map(({ name }) => name)).toEqual(['x/1', 'z/1']);
});

it('leaves out files that are not included', async () => {
  const sources = await sourcesIn(join(folder, 'a'), (path) => !path.startsWith(join(folder, 'a', 'b')));
  expect(sources.map(({ name }) => name)).not.toContain('b/late');
});

it('lists one file with the path that was given', async () => {
  const path = join(folder, 'a', '.x');
  expect(await sourcesIn(path)).toMatchObject([{ name: path, bytes: 4 }]);
});

it('changes the version when a file is written again', async () => {
  const path = join(folder, 'again');
  put('again', 'one');
  const [before] = await sourcesIn(path);
  put('again', 'two');
  const [after] = await sourcesIn(path);
  expect(after?.version).not.toBe(before?.version);
});

it('lists an unreadable file among the others, and throws when it is opened', async () => {
  put('b/1');
  symlinkSync(join(folder, 'nowhere'), join(folder, 'b', '2'));
  execFileSync('mkfifo', [join(folder, 'b', '3')]);
  put('b/4');
  const sources = await sourcesIn(join(folder, 'b'));
  expect(sources.map(({ name }) => name)).toEqual(['1', '2', '3', '4']);
  const [, dangling, pipe] = sources as [Source, Source, Source, Source];
  await expect(read(dangling)).rejects.toThrow(new UnreadableSourceError('ENOENT'));
  await expect(read(pipe)).rejects.toThrow(new UnreadableSourceError('not a file'));
});

// The root user can read all files.
(process.getuid?.() === 0 ? it.skip : it)('without permission, too', async () => {
  put('c/1');
  chmodSync(join(folder, 'c', '1'), 0);
  const [source] = (await sourcesIn(join(folder, 'c'))) as [Source];
  await expect(read(source)).rejects.toThrow(new UnreadableSourceError('permission denied'));
});

it('is wrong usage when the path does not exist', async () => {
  await expect(findPathKind(join(folder, 'none'))).rejects.toThrow(/^There is no file .*none\.$/);
  await expect(findPathKind(join(folder, 'a', '9', 'x'))).rejects.toThrow(/^There is no file /);
  expect(await findPathKind(folder)).toBe('folder');
});
