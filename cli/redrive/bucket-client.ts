/** Calls S3 for a redrive. Each call has a time limit, which includes the SDK's retries. */
import { CopyObjectCommand, DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { isGone, type ReadObject, readObject } from '../shared/read-object';
import { listPages } from '../shared/s3-pages';
import { callService, createServiceError, getSafeErrorName } from '../shared/service-error';
import { limitTime, OBJECT_REQUEST_LIMIT_MS } from '../shared/time-limit';

/** An object as S3 lists it. */
export interface ListedObject {
  key: string;
  bytes: number;
  /** The time at which it was written, in milliseconds since 1970. */
  failedAt: number;
}

/**
 * All functions throw `ServiceError` if S3 doesn't answer or refuses the call. Ctrl-C ends `list` and `read`, which then
 * throw the reason of `stopping`; `copy` and `remove` run to their end.
 */
export interface FailureBucket {
  /** Lists objects page by page, in the order of keys. */
  list: (prefix: string) => AsyncGenerator<ListedObject[]>;
  read: (key: string) => Promise<ReadObject>;
  /** Copies an object if it still has this ETag. Resolves to `changed` if it does not. */
  copy: (key: string, to: string, etag: string) => Promise<'copied' | 'gone' | 'changed'>;
  /** Deletes an object; a missing one is not an error. */
  remove: (key: string) => Promise<unknown>;
}

export function createFailureBucket(s3: S3Client, Bucket: string, stopping: AbortSignal): FailureBucket {
  return {
    list: async function* (Prefix) {
      for await (const page of listPages(s3, Bucket, Prefix, stopping)) {
        yield page.map(({ Key = '', Size = 0, LastModified }) => ({
          key: Key,
          bytes: Size,
          failedAt: LastModified?.getTime() ?? 0,
        }));
      }
    },

    read: (Key) => readObject(s3, { Bucket, Key }, stopping),

    copy: async (key, Key, CopySourceIfMatch) => {
      const CopySource = `${Bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
      try {
        const command = new CopyObjectCommand({ Bucket, Key, CopySource, CopySourceIfMatch });
        await s3.send(command, limitTime(OBJECT_REQUEST_LIMIT_MS));
        return 'copied';
      } catch (error) {
        if (isGone(error)) return 'gone';
        if (getSafeErrorName(error) === 'PreconditionFailed') return 'changed';
        throw createServiceError('s3:PutObject', error);
      }
    },

    remove: (Key) =>
      callService('s3:DeleteObject', (limit) => s3.send(new DeleteObjectCommand({ Bucket, Key }), limit), {
        milliseconds: OBJECT_REQUEST_LIMIT_MS,
      }),
  };
}
