import { getSafeErrorName, ServiceError } from './service-error';
import { UsageError } from './usage-error';

/**
 * Describes in one sentence what ended a run.
 *
 * Errors of other code may quote a record: only their names appear.
 */
export function describeError(error: unknown): string {
  if (error instanceof UsageError || error instanceof ServiceError) return error.message;
  const { code, name, message } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return 'No space is left on the disk, for output or for temporary files (TMPDIR): free some.';
  }
  if (name === 'Error') return message;
  return `The run failed (${getSafeErrorName(error)}): try again, and if it goes on, report it.`;
}
