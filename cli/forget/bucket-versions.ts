/** Lists, reads and deletes all versions of all objects in the failure bucket. */
import {
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { isGone, type ReadObject, readObject } from '../shared/read-object';
import { listPages } from '../shared/s3-pages';
import { callService, createServiceError } from '../shared/service-error';
import { limitTime, OBJECT_REQUEST_LIMIT_MS } from '../shared/time-limit';

export interface ObjectVersion {
  key: string;
  /** Undefined if the bucket has no versions, as on the local emulator. */
  versionId: string | undefined;
  isLatest: boolean;
  bytes: number;
}

/** All throw `ServiceError`; `list` and `read` also throw the reason of `stopping`. */
export interface VersionedBucket {
  /** Lists the versions by key, newest first. Delete markers are left out: they have no content. */
  list: () => AsyncGenerator<ObjectVersion>;
  read: (version: ObjectVersion) => Promise<ReadObject>;
  /** Deletes a version; a missing one is not an error. */
  remove: (version: ObjectVersion) => Promise<void>;
}

export function createVersionedBucket(s3: S3Client, Bucket: string, stopping: AbortSignal): VersionedBucket {
  return {
    list: async function* () {
      let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
      for (;;) {
        const command = new ListObjectVersionsCommand({ Bucket, ...from });
        const page: ListObjectVersionsCommandOutput = await callService(
          's3:ListBucketVersions',
          (limit) => s3.send(command, limit),
          { milliseconds: OBJECT_REQUEST_LIMIT_MS, stopping },
        );
        if (isWithoutVersions(page)) {
          yield* listObjects(s3, Bucket, stopping);
          return;
        }
        for (const { Key = '', VersionId, IsLatest = false, Size = 0 } of page.Versions ?? []) {
          yield { key: Key, versionId: VersionId, isLatest: IsLatest, bytes: Size };
        }
        if (page.IsTruncated !== true) return;
        from = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      }
    },

    read: ({ key, versionId }) => readObject(s3, { Bucket, Key: key, VersionId: versionId }, stopping),

    remove: async ({ key, versionId }) => {
      const command = new DeleteObjectCommand({ Bucket, Key: key, VersionId: versionId });
      await s3.send(command, limitTime(OBJECT_REQUEST_LIMIT_MS)).catch((error: unknown) => {
        if (!isGone(error)) throw createServiceError('s3:DeleteObjectVersion', error);
      });
    },
  };
}

/** Recognises the answer of the local emulator, which has no versions. S3 always repeats the marker, even if it is empty. */
const isWithoutVersions = ({ KeyMarker, Versions }: ListObjectVersionsCommandOutput): boolean =>
  process.env.AWS_ENDPOINT_URL_S3 !== undefined && KeyMarker === undefined && Versions === undefined;

async function* listObjects(
  s3: S3Client,
  bucket: string,
  stopping: AbortSignal,
): AsyncGenerator<ObjectVersion> {
  for await (const page of listPages(s3, bucket, '', stopping)) {
    for (const { Key = '', Size = 0 } of page) {
      yield { key: Key, versionId: undefined, isLatest: true, bytes: Size };
    }
  }
}
