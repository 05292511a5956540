import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { MappingPorts } from './types';

const REQUEST_LIMIT_MS = 30_000;

/** Writes failure objects to a bucket; rejects when S3 does not take one in time. */
export function putFailureObjectTo(
  s3: S3Client,
  bucket: string,
): NonNullable<MappingPorts['putFailureObject']> {
  return ({ key, body }) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: 'application/json' }), {
      abortSignal: AbortSignal.timeout(REQUEST_LIMIT_MS),
    });
}
