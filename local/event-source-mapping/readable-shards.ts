/** Decides which shards of a stream to read. */

/** A shard, and the shards that it was split or merged from. */
export interface StreamShard {
  shardId: string;
  parentIds: readonly string[];
}

/**
 * Finds the shards to read now: those that are not drained, and whose parents are.
 *
 * This keeps the records of a partition key in order when its shard is split or merged. A parent that the stream no
 * longer lists has no record left.
 *
 * @param drained - closed shards whose records are all done or given up
 */
export function findReadableShards<T extends StreamShard>(
  shards: readonly T[],
  drained: ReadonlySet<string>,
): T[] {
  const listed = new Set(shards.map(({ shardId }) => shardId));
  const isPassed = (shardId: string) => drained.has(shardId) || !listed.has(shardId);
  return shards.filter(({ shardId, parentIds }) => !drained.has(shardId) && parentIds.every(isPassed));
}
