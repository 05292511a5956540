/**
 * Where documents come from: a file, or all files of a folder.
 */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from './usage-error';

/** Something with documents in it: a file, an object in S3. */
export interface Source {
  /** In a folder, its path from there; else as it was typed. */
  name: string;
  bytes: number;
  /** Another one whenever its content is another one. */
  version: string;
  /** Its bytes; throws `UnreadableSource`. */
  open: () => AsyncIterable<Buffer>;
}

/** This one can't be read; that says nothing of the others. */
export class UnreadableSourceError extends Error {}

/**
 * Looks at a path.
 *
 * @throws WrongUsage if there is nothing, or nobody may look at it
 */
export async function kindOf(path: string): Promise<'file' | 'folder' | 'pipe'> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'pipe';
  } catch (error) {
    const word = wordFor(error);
    if (word === 'ENOENT' || word === 'ENOTDIR') throw new UsageError(`There is no file ${path}.`);
    throw new UsageError(`${path} can't be read: ${word}.`);
  }
}

/**
 * A file alone, or the files below a folder, each folder in the order of names. Names that begin with a dot are left out,
 * and so are links that lead back to a folder above them.
 *
 * @param isMeant - by its path: files that are not are left out, too
 */
export async function* filesIn(
  path: string,
  isMeant: (path: string) => boolean = () => true,
): AsyncGenerator<Source> {
  if ((await kindOf(path)) === 'folder') yield* filesBelow(path, '', isMeant, []);
  else yield await file(path, path);
}

async function* filesBelow(
  folder: string,
  below: string,
  isMeant: (path: string) => boolean,
  above: string[],
): AsyncGenerator<Source> {
  let names: string[];
  let here: string;
  try {
    const { dev, ino } = await stat(join(folder, below));
    here = `${dev}:${ino}`;
    if (above.includes(here)) return;
    names = await readdir(join(folder, below));
  } catch (error) {
    yield unreadable(below, wordFor(error));
    return;
  }
  // By code units, so that the order is the same everywhere.
  for (const name of names.filter((name) => !name.startsWith('.')).sort()) {
    const inFolder = join(below, name);
    const path = join(folder, inFolder);
    const kind = await kindOf(path).catch(() => 'file' as const);
    if (kind === 'folder') yield* filesBelow(folder, inFolder, isMeant, [...above, here]);
    else if (kind === 'pipe') yield unreadable(inFolder, 'not a file');
    else if (isMeant(path)) yield await file(path, inFolder);
  }
}

async function file(path: string, name: string): Promise<Source> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { name, bytes: size, version: String(mtimeMs), open: () => contentOf(path) };
  } catch (error) {
    return unreadable(name, wordFor(error));
  }
}

async function* contentOf(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path) as AsyncIterable<Buffer>;
  } catch (error) {
    throw new UnreadableSourceError(wordFor(error));
  }
}

const unreadable = (name: string, why: string): Source => ({
  ...{ name, bytes: 0, version: '' },
  open: () => ({
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new UnreadableSourceError(why)) }),
  }),
});

function wordFor(error: unknown): string {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException;
  return code === 'EACCES' || code === 'EPERM' ? 'permission denied' : code;
}
