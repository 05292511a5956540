import { type _Object, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { createServiceError } from './service-error';
import { limitTime, OBJECT_REQUEST_LIMIT_MS } from './time-limit';

/**
 * Lists the objects of a bucket page by page, in the order of keys.
 *
 * @throws ServiceError if S3 doesn't answer or allow it, and the reason of `stopping`, as soon as it is aborted
 */
export async function* listPages(
  s3: S3Client,
  Bucket: string,
  Prefix: string,
  stopping: AbortSignal,
): AsyncGenerator<_Object[]> {
  let ContinuationToken: string | undefined;
  do {
    const command = new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken });
    const limit = limitTime(OBJECT_REQUEST_LIMIT_MS, stopping);
    const page = await s3.send(command, limit).catch((error: unknown) => {
      stopping.throwIfAborted();
      throw createServiceError('s3:ListBucket', error);
    });
    ContinuationToken = page.NextContinuationToken;
    yield page.Contents ?? [];
  } while (ContinuationToken !== undefined);
}
