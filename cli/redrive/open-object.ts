import type { FailureBucket } from './bucket-client';
import { type FailureContent, readFailureObject } from './parse-failure-object';

export type OpenedObject =
  /** `etag` stands for this very content. */
  | { kind: 'readable'; content: FailureContent; etag: string }
  | { kind: 'gone' }
  | { kind: 'unreadable'; why: string };

/**
 * Reads an object, and what is in it.
 *
 * @throws ServiceError if S3 doesn't answer
 */
export async function openObject(bucket: Pick<FailureBucket, 'read'>, key: string): Promise<OpenedObject> {
  const answer = await bucket.read(key);
  if (answer.kind !== 'read') return answer;
  const object = readFailureObject(answer.body);
  return object.kind === 'readable' ? { ...object, etag: answer.etag } : object;
}
