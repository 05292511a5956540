/** Runs the shards of a stream, each after the shards that it was split or merged from. */
import { findReadableShards, type StreamShard } from './readable-shards';
import type { MappingPorts, Shard } from './types';

export interface RunShardsOptions extends Pick<Shard, 'stopping' | 'pause' | 'onProblem'> {
  listShards: MappingPorts['listShards'];
  /** Reads a shard from its checkpoint on; resolves when it is drained, or stopped. */
  runShard: (shardId: string) => Promise<void>;
}

/**
 * Runs each shard once its parents are drained; resolves when all have ended.
 *
 * A new shard always has a closed parent. So the shards are listed again only when one is drained. The list of drained
 * shards is not stored. After a restart, a drained shard has no records after its checkpoint, and ends at once.
 */
export async function runShards({ runShard, stopping, ...options }: RunShardsOptions): Promise<void> {
  const started = new Set<string>();
  const drained = new Set<string>();
  const runReadable = async (): Promise<void> => {
    const readable = findReadableShards(await listShards({ stopping, ...options }), drained);
    const fresh = readable.filter(({ shardId }) => !started.has(shardId));
    for (const { shardId } of fresh) started.add(shardId);
    await Promise.all(
      fresh.map(async ({ shardId }) => {
        await runShard(shardId);
        if (stopping.aborted) return;
        drained.add(shardId);
        await runReadable();
      }),
    );
  };
  await runReadable();
}

/** Lists the shards; after an error, tries again until the mapping is stopped. */
async function listShards({
  listShards,
  stopping,
  pause,
  onProblem,
}: Omit<RunShardsOptions, 'runShard'>): Promise<StreamShard[]> {
  for (let failures = 0; !stopping.aborted; failures += 1) {
    try {
      const shards = await listShards();
      onProblem(undefined);
      return shards;
    } catch (error) {
      onProblem(`listing the shards failed: ${String(error)}`);
      await pause(failures);
    }
  }
  return [];
}
