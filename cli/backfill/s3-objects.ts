/**
 * Lists the objects of a bucket as sources of documents. It reads an object in ranges, each of them at once, because S3
 * closes a connection that is read slowly.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSafeErrorName, isAboutOneObject, isRefusal, createServiceError } from '../shared/service-error';
import { listPages } from '../shared/s3-pages';
import { type Source, UnreadableSourceError } from '../shared/sources';
import { limitTime, OBJECT_REQUEST_LIMIT_MS } from '../shared/time-limit';

const RANGE_BYTES = 8 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
/** The SDK retries a request, but not the download of its body. */
const MAX_TRIES = 4;
const PAUSE_MS = 1_000;

/** Lists objects in the order of keys; throws as `listPages` does. */
export async function* listObjects(
  s3: S3Client,
  Bucket: string,
  Prefix: string,
  stopping: AbortSignal,
): AsyncGenerator<Source> {
  for await (const page of listPages(s3, Bucket, Prefix, stopping)) {
    for (const { Key = '', Size = 0, ETag = '' } of page) {
      const read = (Range: string) => readRange(s3, { Bucket, Key, IfMatch: ETag, Range }, stopping);
      yield { name: Key, bytes: Size, version: ETag, open: () => readContent(Size, read) };
    }
  }
}

async function* readContent(size: number, read: (range: string) => Promise<Uint8Array>) {
  for (let from = 0; from < size;) {
    const bytes = Buffer.from(await read(`bytes=${from}-${Math.min(size, from + RANGE_BYTES) - 1}`));
    if (bytes.length === 0)
      throw new UnreadableSourceError('S3 returned fewer bytes than it lists for the object');
    for (let i = 0; i < bytes.length; i += CHUNK_BYTES) yield bytes.subarray(i, i + CHUNK_BYTES);
    from += bytes.length;
  }
}

async function readRange(
  s3: S3Client,
  request: { Bucket: string; Key: string; IfMatch: string; Range: string },
  stopping: AbortSignal,
): Promise<Uint8Array> {
  for (let tries = 1; ; tries += 1) {
    try {
      const limit = limitTime(OBJECT_REQUEST_LIMIT_MS, stopping);
      const { Body } = await s3.send(new GetObjectCommand(request), limit);
      return (await Body?.transformToByteArray()) ?? Buffer.of();
    } catch (error) {
      stopping.throwIfAborted();
      if (isAboutOneObject(error)) throw new UnreadableSourceError(getSafeErrorName(error));
      if (isRefusal(error) || tries === MAX_TRIES) throw createServiceError('s3:GetObject', error);
      await sleep(PAUSE_MS * tries);
    }
  }
}
