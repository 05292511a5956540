/** Reads one object of S3 into memory. */
import { addAbortSignal, type Readable } from 'node:stream';
import { GetObjectCommand, type GetObjectCommandInput, type S3Client } from '@aws-sdk/client-s3';
import { createServiceError, getSafeErrorName, isAboutOneObject } from './service-error';
import { limitTime, OBJECT_REQUEST_LIMIT_MS } from './time-limit';

export type ReadObject =
  /** `etag` identifies these bytes. */
  | { kind: 'read'; body: Uint8Array; etag: string }
  /** Another run or a person moved or deleted the object. */
  | { kind: 'gone' }
  /** S3 does not return the object; `why` is the name of its error. */
  | { kind: 'unreadable'; why: string };

/**
 * Reads an object, or one version of it.
 *
 * @throws ServiceError, and the reason of `stopping` as soon as it is aborted
 */
export async function readObject(
  s3: S3Client,
  input: GetObjectCommandInput,
  stopping: AbortSignal,
): Promise<ReadObject> {
  const limit = limitTime(OBJECT_REQUEST_LIMIT_MS, stopping);
  try {
    const { Body, ETag = '' } = await s3.send(new GetObjectCommand(input), limit);
    if (!Body) return { kind: 'unreadable', why: 'no body' };
    // The SDK's signal does not cover the body.
    addAbortSignal(limit.abortSignal, Body as Readable);
    return { kind: 'read', body: await Body.transformToByteArray(), etag: ETag };
  } catch (error) {
    stopping.throwIfAborted();
    if (isGone(error)) return { kind: 'gone' };
    if (isAboutOneObject(error)) return { kind: 'unreadable', why: getSafeErrorName(error) };
    const call = input.VersionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
    throw createServiceError(call, error);
  }
}

/** Returns whether there is no such object or version. */
export const isGone = (error: unknown): boolean =>
  ['NoSuchKey', 'NoSuchVersion'].includes(getSafeErrorName(error));
