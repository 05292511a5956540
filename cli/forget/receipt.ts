/** Writes the receipt of a deletion: ids and times, no personal data. */
import { writeFile } from 'node:fs/promises';
import { UsageError } from '../shared/usage-error';
import type { Names } from './forget-options';
import type { Done, Remains } from './forget-report';

/** Only the user may read and write the file. */
const FILE_MODE = 0o600;

/** Describes which contacts were deleted, when, and what remains. */
export const describeReceipt = (
  { table, bucket }: Names,
  begunAt: number,
  { tombstones, bucket: counts, isComplete }: Done,
  remains: Remains[],
) => ({
  ...{ table, bucket, complete: isComplete },
  begunAt: new Date(begunAt).toISOString(),
  writtenAt: new Date().toISOString(),
  contacts: tombstones.map(({ contactId, wasStored, at }) => ({
    ...{ contactId, wasStored },
    forgottenAt: new Date(at).toISOString(),
  })),
  deletedObjectVersions: counts.deleted,
  redrivenRecordsOfOthers: counts.others,
  unreadable: counts.unreadable,
  remains,
});

/**
 * Creates the file before anything is changed, so that it is known to be writable.
 *
 * @throws UsageError if the file exists or can't be written
 */
export async function createReceipt(path: string, content: object): Promise<void> {
  try {
    await writeFile(path, format(content), { flag: 'wx', mode: FILE_MODE });
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    const why = code === 'EEXIST' ? 'already exists: give another file' : `can't be written (${code})`;
    throw new UsageError(`--receipt: ${path} ${why}.`);
  }
}

/** Replaces the content at the end of the run. */
export const updateReceipt = (path: string, content: object): Promise<void> =>
  writeFile(path, format(content));

const format = (content: object) => `${JSON.stringify(content, undefined, 2)}\n`;
