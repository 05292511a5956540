/** Lists the sources of documents: a file, or all files of a folder. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from './usage-error';

/** Something with documents in it: a file, an object in S3. */
export interface Source {
  /** In a folder, its path from there; else as it was typed. */
  name: string;
  bytes: number;
  /** Changes whenever the content changes. */
  version: string;
  /** Its bytes; throws `UnreadableSourceError`. */
  open: () => AsyncIterable<Buffer>;
}

/** One source can't be read; others may be readable. */
export class UnreadableSourceError extends Error {}

/** Looks at a path; throws `UsageError` if there is nothing, or it may not be read. */
export async function findPathKind(path: string): Promise<'file' | 'folder' | 'pipe'> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'pipe';
  } catch (error) {
    const word = describeFileError(error);
    if (word === 'ENOENT' || word === 'ENOTDIR') throw new UsageError(`There is no file ${path}.`);
    throw new UsageError(`${path} can't be read: ${word}.`);
  }
}

/**
 * Lists a file alone, or the files below a folder, each folder in the order of names. Names that begin with a dot are left out,
 * and so are links that lead back to a folder above them.
 *
 * @param isMeant - by its path: files that are not are left out, too
 */
export async function* listFiles(
  path: string,
  isMeant: (path: string) => boolean = () => true,
): AsyncGenerator<Source> {
  if ((await findPathKind(path)) === 'folder') yield* listFilesBelow(path, '', isMeant, []);
  else yield await createSource(path, path);
}

async function* listFilesBelow(
  folder: string,
  below: string,
  isMeant: (path: string) => boolean,
  above: string[],
): AsyncGenerator<Source> {
  let [names, here]: [string[], string] = [[], ''];
  try {
    const { dev, ino } = await stat(join(folder, below));
    here = `${dev}:${ino}`;
    if (!above.includes(here)) names = await readdir(join(folder, below));
  } catch (error) {
    yield createUnreadableSource(below, describeFileError(error));
  }
  // By code units, so that the order is the same everywhere.
  for (const name of names.filter((name) => !name.startsWith('.')).sort()) {
    const inFolder = join(below, name);
    const path = join(folder, inFolder);
    const kind = await findPathKind(path).catch(() => 'file' as const);
    if (kind === 'folder') yield* listFilesBelow(folder, inFolder, isMeant, [...above, here]);
    else if (kind === 'pipe') yield createUnreadableSource(inFolder, 'not a file');
    else if (isMeant(path)) yield await createSource(path, inFolder);
  }
}

async function createSource(path: string, name: string): Promise<Source> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { name, bytes: size, version: String(mtimeMs), open: () => readContent(path) };
  } catch (error) {
    return createUnreadableSource(name, describeFileError(error));
  }
}

async function* readContent(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path) as AsyncIterable<Buffer>;
  } catch (error) {
    throw new UnreadableSourceError(describeFileError(error));
  }
}

const createUnreadableSource = (name: string, why: string): Source => ({
  ...{ name, bytes: 0, version: '' },
  open: () => ({
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new UnreadableSourceError(why)) }),
  }),
});

export function describeFileError(error: unknown): string {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException;
  return code === 'EACCES' || code === 'EPERM' ? 'permission denied' : code;
}
