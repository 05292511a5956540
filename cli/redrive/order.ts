/** What is known of an object without its bytes: enough to count it, and to know when its turn is. */
export interface FailureEntry {
  key: string;
  /** Of the object in S3. */
  bytes: number;
  /** Milliseconds since 1970. */
  failedRecords: number;
  kind: string;
  reason: string;
  streamArn: string;
  shardId: string;
  /** Of its first record. */
  sequenceNumber: string;
  /** Of its first record: Unix seconds. */
  arrival: number;
  records: number;
}

/**
 * Oldest first: within a shard by sequence number, across shards by arrival. S3 lists by key, which is neither. Arrival
 * times are approximate, so an object counts as no older than those before it in its shard.
 */
export function inOrder(entries: FailureEntry[]): FailureEntry[] {
  const shards = Map.groupBy(entries, ({ streamArn, shardId }) => `${streamArn}/${shardId}`);
  const timed = [...shards.values()].flatMap((shard) => {
    let latest = -Infinity;
    return shard
      .sort((a, b) => compareNumbers(a.sequenceNumber, b.sequenceNumber))
      .map((entry) => ({ entry, arrival: (latest = Math.max(latest, entry.arrival)) }));
  });
  // Sorting is stable: what arrived at the same time stays in the order of its shard.
  return timed.sort((a, b) => a.arrival - b.arrival).map(({ entry }) => entry);
}

/** Of decimal numbers without leading zeros, the longer one is larger. */
const compareNumbers = (a: string, b: string) => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
