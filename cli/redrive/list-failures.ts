/**
 * Lists the selected objects of the failure bucket, oldest first. It reads each object, because only the content has the
 * reason and the number of records. It changes nothing.
 */
import { REDRIVEN_PREFIX } from '../../lambda/contact-records/contract';
import { splitIntoPortions } from '../shared/portions';
import type { FailureBucket, ListedObject } from './bucket-client';
import {
  type FailureContent,
  MAX_OBJECT_BYTES,
  PORTION_LIMITS,
  readFailureObject,
  weighBytes,
} from '../shared/read-failure-object';
import type { Filter } from './redrive-options';

export interface FailureList {
  entries: FailureEntry[];
  unreadable: UnreadableObject[];
}

/** An object without its bytes, with the fields to count and sort it. */
export interface FailureEntry extends ListedObject, Omit<FailureContent, 'records'> {
  /** Sequence number and arrival (Unix seconds) of the first record. */
  sequenceNumber: string;
  arrival: number;
  records: number;
}

export interface UnreadableObject {
  key: string;
  why: string;
}

/**
 * Lists the objects that the filter selects, and the unreadable ones.
 *
 * @param onRead - gets the number of objects in each portion that was read
 * @throws ServiceError if S3 doesn't answer, and the reason of `stopping`, so that a partial list is never shown
 */
export async function listFailures(
  bucket: Pick<FailureBucket, 'list' | 'read'>,
  filter: Filter,
  stopping: AbortSignal,
  onRead: (objects: number) => void = () => undefined,
): Promise<FailureList> {
  const entries: FailureEntry[] = [];
  const unreadable: UnreadableObject[] = [];
  for await (const page of bucket.list(filter.prefix)) {
    stopping.throwIfAborted();
    const selected = page.filter((object) => isSelected(object, filter));
    for await (const portion of splitIntoPortions(selected, PORTION_LIMITS, weighBytes)) {
      stopping.throwIfAborted();
      for (const examined of await Promise.all(portion.map((object) => examineObject(bucket, object)))) {
        if (examined === undefined) continue;
        if ('why' in examined) unreadable.push(examined);
        else if (filter.reasons?.includes(examined.reason) ?? true) entries.push(examined);
      }
      onRead(portion.length);
    }
  }
  return { entries: sortOldestFirst(entries).slice(0, filter.limit), unreadable };
}

/** Returns whether the filter selects the object. Objects in the target folder are never selected. */
function isSelected({ key, bytes, failedAt }: ListedObject, { prefix, since = -Infinity }: Filter): boolean {
  const target = prefix.startsWith(REDRIVEN_PREFIX) ? `${REDRIVEN_PREFIX}${prefix}` : REDRIVEN_PREFIX;
  const isFolder = key.endsWith('/') && bytes === 0;
  return failedAt >= since && !isFolder && !key.startsWith(target);
}

async function examineObject(
  bucket: Pick<FailureBucket, 'read'>,
  object: ListedObject,
): Promise<FailureEntry | UnreadableObject | undefined> {
  const { key } = object;
  if (object.bytes > MAX_OBJECT_BYTES) return { key, why: 'larger than any object that the pipeline writes' };
  const read = await readFailureObject(bucket, key);
  if (read.kind === 'gone') return undefined;
  if (read.kind === 'unreadable') return { key, why: read.why };
  const { records, ...rest } = read.content;
  const { sequenceNumber, arrival } = records[0];
  return { ...object, ...rest, sequenceNumber, arrival, records: records.length };
}

/**
 * Sorts by sequence number within a shard, and by arrival across shards. Arrival times are approximate, so an object
 * counts as no older than the objects before it in its shard.
 */
export function sortOldestFirst(entries: FailureEntry[]): FailureEntry[] {
  const shards = Map.groupBy(entries, ({ streamArn, shardId }) => `${streamArn}/${shardId}`);
  const timed = [...shards.values()].flatMap((shard) => {
    let latest = -Infinity;
    return shard
      .sort((a, b) => compareNumbers(a.sequenceNumber, b.sequenceNumber))
      .map((entry) => ({ entry, arrival: (latest = Math.max(latest, entry.arrival)) }));
  });
  // The sort is stable: objects with the same arrival stay in the order of their shard.
  return timed.sort((a, b) => a.arrival - b.arrival).map(({ entry }) => entry);
}

/** Compares decimal numbers without leading zeros: the longer one is larger. */
const compareNumbers = (a: string, b: string) => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
