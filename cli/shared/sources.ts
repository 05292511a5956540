/** Lists the sources of documents: a file, or all files of a folder. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from './usage-error';

/** A file or an object in S3 with documents. */
export interface Source {
  /** The path inside the folder, or the path that the user gave. */
  name: string;
  bytes: number;
  /** A value that changes with the content. */
  version: string;
  /** Reads the bytes; throws `UnreadableSourceError`. */
  open: () => AsyncIterable<Buffer>;
}

/** One source can't be read. Others may be readable. */
export class UnreadableSourceError extends Error {}

/** Returns whether a path is a file, a folder or a pipe. Throws `UsageError` if it does not exist or can't be read. */
export async function findPathKind(path: string): Promise<'file' | 'folder' | 'pipe'> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'pipe';
  } catch (error) {
    const word = describeFileError(error);
    if (word === 'ENOENT' || word === 'ENOTDIR') throw new UsageError(`There is no file or folder ${path}.`);
    throw new UsageError(`${path} can't be read: ${word}.`);
  }
}

/**
 * Lists one file, or all files below a folder in the order of names. Names that begin with a dot are left out, and so are
 * links to a folder above them.
 *
 * @param isIncluded - decides by the path; other files are left out
 */
export async function* listFiles(
  path: string,
  isIncluded: (path: string) => boolean = () => true,
): AsyncGenerator<Source> {
  if ((await findPathKind(path)) === 'folder') yield* listFilesBelow(path, '', isIncluded, []);
  else yield await createSource(path, path);
}

async function* listFilesBelow(
  folder: string,
  below: string,
  isIncluded: (path: string) => boolean,
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
  // `sort` compares code units, so that the order is the same on every machine.
  for (const name of names.filter((name) => !name.startsWith('.')).sort()) {
    const inFolder = join(below, name);
    const path = join(folder, inFolder);
    const kind = await findPathKind(path).catch(() => 'file' as const);
    if (kind === 'folder') yield* listFilesBelow(folder, inFolder, isIncluded, [...above, here]);
    else if (kind === 'pipe') yield createUnreadableSource(inFolder, 'not a file');
    else if (isIncluded(path)) yield await createSource(path, inFolder);
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
