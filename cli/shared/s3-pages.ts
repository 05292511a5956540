/**
 * How the commands list a bucket, and how long they wait for what they read from it.
 */
import { type _Object, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { createServiceError } from './service-error';

/** For one request with all its attempts, and its bytes. */
export const LIMIT_MS = 120_000;

/** The limit of what is only read, as the SDK takes it: it ends as soon as the run is to stop. */
export const limitedUntil = (stopping: AbortSignal) => ({
  abortSignal: AbortSignal.any([AbortSignal.timeout(LIMIT_MS), stopping]),
});

/**
 * Page by page, in the order of keys.
 *
 * @throws ServiceError if S3 doesn't answer, or doesn't allow it
 * @throws the reason of `stopping`, as soon as it is aborted
 */
export async function* pagesOf(
  s3: S3Client,
  Bucket: string,
  Prefix: string,
  stopping: AbortSignal,
): AsyncGenerator<_Object[]> {
  let ContinuationToken: string | undefined;
  do {
    const page = await s3
      .send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }), limitedUntil(stopping))
      .catch((error: unknown) => {
        stopping.throwIfAborted();
        throw createServiceError('s3:ListBucket', error);
      });
    ContinuationToken = page.NextContinuationToken;
    yield page.Contents ?? [];
  } while (ContinuationToken !== undefined);
}
