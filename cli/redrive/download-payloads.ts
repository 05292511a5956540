/** Downloads the original bytes of records in the failure bucket. It changes nothing there. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { splitIntoPortions } from '../shared/portions';
import { UsageError } from '../shared/usage-error';
import type { FailureBucket } from './bucket-client';
import type { FailureEntry, UnreadableObject } from './list-failures';
import {
  type OriginalRecord,
  PORTION_LIMITS,
  readFailureObject,
  weighBytes,
} from '../shared/read-failure-object';

export interface DownloadCounts {
  /** Written files, one for each record. */
  files: number;
  /** Objects that were listed, but could not be read again. */
  skipped: UnreadableObject[];
}

/** Payloads are personal data: only the user may read them. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/**
 * Creates the folder before any object is read.
 *
 * @throws UsageError if the folder can't be created, or is not empty
 */
export async function prepareDownloadFolder(folder: string): Promise<void> {
  const names = await mkdir(folder, { recursive: true, mode: FOLDER_MODE })
    .then(() => readdir(folder))
    .catch((error: unknown) => {
      throw createFolderError(folder, error);
    });
  if (names.length > 0) {
    throw new UsageError(`--dest: ${folder} is not empty: give a new or empty folder.`);
  }
}

/**
 * Writes the payload of each record to `<folder>/<key>/<sequence number>`, and keeps `counts` up to date.
 *
 * @throws UsageError if a file can't be written, ServiceError if S3 doesn't answer, and the reason of `stopping`
 */
export async function downloadPayloads(
  entries: FailureEntry[],
  folder: string,
  bucket: Pick<FailureBucket, 'read'>,
  stopping: AbortSignal,
  counts: DownloadCounts,
): Promise<void> {
  for await (const portion of splitIntoPortions(entries, PORTION_LIMITS, weighBytes)) {
    stopping.throwIfAborted();
    await Promise.all(portion.map(({ key }) => downloadObject(key, folder, bucket, counts)));
  }
}

async function downloadObject(
  key: string,
  folder: string,
  bucket: Pick<FailureBucket, 'read'>,
  counts: DownloadCounts,
): Promise<void> {
  const object = await readFailureObject(bucket, key);
  if (object.kind !== 'readable') {
    const why = object.kind === 'gone' ? 'moved or deleted by another run' : object.why;
    counts.skipped.push({ key, why });
    return;
  }
  for (const record of object.content.records) {
    await writePayload(join(folder, toRelativePath(key), record.sequenceNumber), record);
    counts.files += 1;
  }
}

/** Converts a key to a path inside the folder, even if the key contains `..`. */
const toRelativePath = (key: string): string =>
  key
    .split('/')
    .map((name) => (/^\.*$/.test(name) ? `%${name}` : encodeURIComponent(name)))
    .join('/');

async function writePayload(path: string, { data }: OriginalRecord): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
    await writeFile(path, data, { flag: 'wx', mode: FILE_MODE });
  } catch (error) {
    throw createFolderError(path, error);
  }
}

function createFolderError(path: string, error: unknown): UsageError {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException;
  return new UsageError(`--dest: ${path} can't be written (${code}).`);
}
