/**
 * Looks at everything in the failure bucket that a run is about, and changes nothing. Every object has to be read: only
 * its content says why it is there and how many records it holds.
 */
import { REDRIVEN_PREFIX } from '../../lambda/contact-records/contract';
import type { Filter } from './redrive-options';
import type { FailureBucket, Listed } from './bucket-client';
import { openObject } from './open-object';
import { inOrder, type FailureEntry } from './order';
import { portionsOf } from './portions';

export interface FailureList {
  /** In the order in which they are to be put back. */
  entries: FailureEntry[];
  unreadable: Unreadable[];
}

export interface Unreadable {
  key: string;
  why: string;
}

/** The mapping's batches have at most 6 MB, which a string of JSON in JSON makes longer. Nothing else is so large. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * @param onRead - is told after each portion how many objects have been read
 * @throws ServiceError if S3 doesn't answer
 * @throws the reason of `stopping`, when it is aborted: half a list would look like a whole one
 */
export async function listFailures(
  bucket: Pick<FailureBucket, 'list' | 'read'>,
  filter: Filter,
  stopping: AbortSignal,
  onRead: (objects: number) => void = () => undefined,
): Promise<FailureList> {
  const entries: FailureEntry[] = [];
  const unreadable: Unreadable[] = [];
  for await (const page of bucket.list(filter.prefix)) {
    stopping.throwIfAborted();
    for (const portion of portionsOf(page.filter(concernedBy(filter)))) {
      stopping.throwIfAborted();
      for (const looked of await Promise.all(portion.map((object) => look(bucket, object)))) {
        if (looked === undefined) continue;
        if ('why' in looked) unreadable.push(looked);
        else if (filter.reasons?.includes(looked.reason) ?? true) entries.push(looked);
      }
      onRead(portion.length);
    }
  }
  return { entries: inOrder(entries).slice(0, filter.limit), unreadable };
}

/** What a run moves to must not be what it takes from. */
function concernedBy({ prefix, since = -Infinity }: Filter): (object: Listed) => boolean {
  const done = prefix.startsWith(REDRIVEN_PREFIX) ? `${REDRIVEN_PREFIX}${prefix}` : REDRIVEN_PREFIX;
  return ({ key, bytes, failedRecords }) => {
    const isFolder = key.endsWith('/') && bytes === 0;
    return failedRecords >= since && !isFolder && !key.startsWith(done);
  };
}

async function look(
  bucket: Pick<FailureBucket, 'read'>,
  object: Listed,
): Promise<FailureEntry | Unreadable | undefined> {
  const { key } = object;
  if (object.bytes > MOST_BYTES) return { key, why: 'larger than anything that is written here' };
  const opened = await openObject(bucket, key);
  switch (opened.kind) {
    case 'readable': {
      const { records, ...rest } = opened.content;
      const { sequenceNumber, arrival } = records[0];
      return { ...object, ...rest, sequenceNumber, arrival, records: records.length };
    }
    case 'gone':
      return undefined;
    case 'unreadable':
      return { key, why: opened.why };
  }
}
