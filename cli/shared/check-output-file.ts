import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from './usage-error';

/**
 * Checks that a file can be written, before a long run.
 *
 * @param option - the option that names the file
 * @throws UsageError if the file or its folder is not writable
 */
export async function checkOutputFile(option: string, path: string): Promise<void> {
  const existing = await stat(path).catch(() => undefined);
  if (existing?.isDirectory()) throw new UsageError(`${option}: ${path} is a directory.`);
  try {
    await access(existing ? path : `${dirname(path)}/.`, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${option}: ${path} can't be written (${code}).`);
  }
}
