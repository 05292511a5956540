import { type _Object, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { callService } from './service-error';
import { OBJECT_REQUEST_LIMIT_MS } from './time-limit';

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
    const page = await callService('s3:ListBucket', (limit) => s3.send(command, limit), {
      milliseconds: OBJECT_REQUEST_LIMIT_MS,
      stopping,
    });
    ContinuationToken = page.NextContinuationToken;
    yield page.Contents ?? [];
  } while (ContinuationToken !== undefined);
}
