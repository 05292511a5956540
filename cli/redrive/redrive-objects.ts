/**
 * Puts what is in stock back into the stream, and only then moves each object under `redriven/`: copied, then deleted,
 * as S3 can't rename. Wherever this ends, an object that is still at its place is simply redriven by the next run: its
 * records may go twice, and none is missed.
 */
import { REDRIVEN_PREFIX } from '../../lambda/contact-records/contract';
import type { FailureBucket } from './bucket-client';
import { openObject } from './open-object';
import type { FailureEntry } from './order';
import { portionsOf } from './portions';
import type { createPacedSender, WaitingRecord } from '../shared/paced-sender';
import type { Unreadable } from './list-failures';

export interface Redriven {
  /** Records that the stream has accepted. */
  records: number;
  /** Objects that are under `redriven/` now. */
  moved: number;
  /** Objects that somebody else has moved or deleted meanwhile. */
  gone: number;
  /** Objects that could be read before, but can't be now, or that have changed since. */
  left: Unreadable[];
}

export interface RedrivePorts {
  bucket: Omit<FailureBucket, 'list'>;
  putBack: ReturnType<typeof createPacedSender>;
  stopping: AbortSignal;
}

/**
 * @param entries - in the order in which they are to be put back
 * @param stream - name or ARN; by default the one that each record came from
 * @param done - is kept up to date on the way, and says what was done even if this throws
 * @throws ServiceError if a service doesn't do what it was asked to
 */
export async function redrive(
  entries: FailureEntry[],
  stream: string | undefined,
  { bucket, putBack, stopping }: RedrivePorts,
  done: Redriven,
): Promise<void> {
  for (const portion of portionsOf(entries)) {
    if (stopping.aborted) return;
    const objects = await read(portion, stream, bucket, done);
    const objectOf = new Map(objects.flatMap((object) => object.records.map((record) => [record, object])));
    try {
      await putBack([...objectOf.keys()], (record) => {
        done.records += 1;
        const object = objectOf.get(record);
        if (object) object.waiting -= 1;
      });
    } finally {
      // Also if the stream refuses the rest, or the run is to stop: what is back in the stream need not go again.
      const complete = objects.filter(({ waiting }) => waiting === 0);
      await Promise.all(complete.map((object) => move(object, bucket, done)));
    }
  }
}

export const nothingDone = (): Redriven => ({ records: 0, moved: 0, gone: 0, left: [] });

interface OpenObject {
  key: string;
  etag: string;
  records: WaitingRecord[];
  /** Records that the stream has not accepted yet. */
  waiting: number;
}

async function read(
  portion: FailureEntry[],
  stream: string | undefined,
  bucket: RedrivePorts['bucket'],
  done: Redriven,
): Promise<OpenObject[]> {
  const opened = await Promise.all(
    portion.map(async ({ key }) => ({ key, object: await openObject(bucket, key) })),
  );
  return opened.flatMap(({ key, object }) => {
    switch (object.kind) {
      case 'readable': {
        const { streamArn } = object.content;
        const records = object.content.records.map((record) => ({ ...record, stream: stream ?? streamArn }));
        return [{ key, etag: object.etag, records, waiting: records.length }];
      }
      case 'gone':
        done.gone += 1;
        return [];
      case 'unreadable':
        done.left.push({ key, why: object.why });
        return [];
    }
  });
}

async function move(
  { key, etag }: OpenObject,
  bucket: RedrivePorts['bucket'],
  done: Redriven,
): Promise<void> {
  switch (await bucket.copy(key, `${REDRIVEN_PREFIX}${key}`, etag)) {
    case 'copied':
      await bucket.remove(key);
      done.moved += 1;
      return;
    case 'gone':
      done.gone += 1;
      return;
    case 'changed':
      done.left.push({ key, why: 'changed while it was put back' });
      return;
  }
}
