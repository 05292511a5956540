/**
 * Puts records of the failure bucket into the stream. Then it moves each object to `redriven/`. It opens packed records.
 * S3 can't rename, so a move is a copy and a deletion. After an interruption, the next run redrives the objects that were
 * not moved: a record may be sent twice, and no record is missed.
 */
import { REDRIVEN_PREFIX } from '../../lambda/contact-records/contract';
import type { createPacedSender, WaitingRecord } from '../shared/paced-sender';
import { splitIntoPortions } from '../shared/portions';
import type { FailureBucket } from './bucket-client';
import type { FailureEntry, UnreadableObject } from './list-failures';
import { isPacked, openRecords } from '../shared/open-records';
import { PORTION_LIMITS, readFailureObject, UNPACKING_FACTOR } from '../shared/read-failure-object';

export interface RedriveCounts {
  /** Records that the stream accepted. */
  records: number;
  /** Objects that were moved to `redriven/`. */
  moved: number;
  /** Objects that another run or a person moved or deleted during this run. */
  gone: number;
  /** Objects that were listed, but have changed since or could not be read again. */
  skipped: UnreadableObject[];
}

export const createRedriveCounts = (): RedriveCounts => ({ records: 0, moved: 0, gone: 0, skipped: [] });

export interface RedrivePorts {
  bucket: Omit<FailureBucket, 'list'>;
  send: ReturnType<typeof createPacedSender>;
  stopping: AbortSignal;
}

/**
 * Redrives the objects portion by portion.
 *
 * @param stream - name or ARN; by default the stream that each record came from
 * @param counts - kept up to date, even if this throws
 * @throws ServiceError if a service refuses a request or doesn't answer
 */
export async function redriveObjects(
  entries: FailureEntry[],
  stream: string | undefined,
  { bucket, send, stopping }: RedrivePorts,
  counts: RedriveCounts,
): Promise<void> {
  for await (const portion of splitIntoPortions(entries, PORTION_LIMITS, weighOpened)) {
    if (stopping.aborted) return;
    const objects = await readPortion(portion, stream, bucket, counts);
    const objectOf = new Map(objects.flatMap((object) => object.records.map((record) => [record, object])));
    try {
      await send([...objectOf.keys()], (record) => {
        counts.records += 1;
        const object = objectOf.get(record);
        if (object) object.waiting -= 1;
      });
    } finally {
      // Complete objects are moved even if the stream refused the rest or the run stops.
      const complete = objects.filter(({ waiting }) => waiting === 0);
      await Promise.all(complete.map((object) => moveObject(object, bucket, counts)));
    }
  }
}

const weighOpened = ({ bytes, reason }: FailureEntry) => ({
  bytes: isPacked(reason) ? bytes * UNPACKING_FACTOR : bytes,
});

interface OpenObject {
  key: string;
  etag: string;
  records: WaitingRecord[];
  /** Records that the stream has not accepted yet. */
  waiting: number;
}

async function readPortion(
  portion: FailureEntry[],
  stream: string | undefined,
  bucket: RedrivePorts['bucket'],
  counts: RedriveCounts,
): Promise<OpenObject[]> {
  const objects = await Promise.all(
    portion.map(async ({ key }) => ({ key, ...(await readAndOpen(bucket, key)) })),
  );
  return objects.flatMap((object) => {
    switch (object.kind) {
      case 'readable': {
        const { key, etag, streamArn } = object;
        const records = object.records.map((record) => ({ ...record, stream: stream ?? streamArn }));
        return [{ key, etag, records, waiting: records.length }];
      }
      case 'gone':
        counts.gone += 1;
        return [];
      case 'unreadable':
        counts.skipped.push({ key: object.key, why: object.why });
        return [];
    }
  });
}

async function readAndOpen(bucket: RedrivePorts['bucket'], key: string) {
  const object = await readFailureObject(bucket, key);
  if (object.kind !== 'readable') return object;
  const { etag, content } = object;
  const records = await openRecords(content);
  if ('why' in records) return { kind: 'unreadable', why: records.why } as const;
  return { kind: 'readable', etag, streamArn: content.streamArn, records } as const;
}

async function moveObject(
  { key, etag }: OpenObject,
  bucket: RedrivePorts['bucket'],
  counts: RedriveCounts,
): Promise<void> {
  switch (await bucket.copy(key, `${REDRIVEN_PREFIX}${key}`, etag)) {
    case 'copied':
      await bucket.remove(key);
      counts.moved += 1;
      return;
    case 'gone':
      counts.gone += 1;
      return;
    case 'changed':
      counts.skipped.push({ key, why: 'changed while it was redriven: check it, and run the command again' });
      return;
  }
}
