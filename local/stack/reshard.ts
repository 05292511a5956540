/** Splits and merges the shards of the local stream, as Kinesis does with an on-demand stream. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type KinesisClient,
  MergeShardsCommand,
  SplitShardCommand,
  waitUntilStreamExists,
} from '@aws-sdk/client-kinesis';
import { SMALL_REQUEST_LIMIT_MS, limitTime } from '../../cli/shared/time-limit';
import { type ListedShard, listShards } from '../event-source-mapping/shard-reader';
import type { Random } from '../generator/random';

/** A split has one parent and two children, a merge two parents and one child. */
export interface Reshard {
  parents: string[];
  children: string[];
}

/** Each open shard is polled, and the emulator has one thread. */
const MAX_OPEN_SHARDS = 8;
const RESHARD_EVERY_MS = 3_000;
const WAIT = { maxWaitTime: 30, minDelay: 0.1, maxDelay: 0.5 };

/** Splits one shard or merges two neighbours; resolves when the stream can be changed again. */
export async function reshard(kinesis: KinesisClient, streamName: string, random: Random): Promise<Reshard> {
  const limit = () => limitTime(SMALL_REQUEST_LIMIT_MS);
  const open = findOpenShards(await listShards(kinesis, streamName));
  const pairs = open.slice(1).map((shard, index) => [open[index] ?? shard, shard] as const);
  const isSplit = pairs.length === 0 || (open.length < MAX_OPEN_SHARDS && random.chance(0.5));
  const [one, other] = isSplit ? [random.pick(open)] : random.pick(pairs);
  const command = { StreamName: streamName };
  if (other === undefined) {
    const middle = (one.firstHashKey + one.lastHashKey) / 2n + 1n;
    const split = { ShardToSplit: one.shardId, NewStartingHashKey: String(middle) };
    await kinesis.send(new SplitShardCommand({ ...command, ...split }), limit());
  } else {
    const merge = { ShardToMerge: one.shardId, AdjacentShardToMerge: other.shardId };
    await kinesis.send(new MergeShardsCommand({ ...command, ...merge }), limit());
  }
  await waitUntilStreamExists({ client: kinesis, ...WAIT }, command);
  const after = await listShards(kinesis, streamName);
  return {
    parents: [one, ...(other ? [other] : [])].map(({ shardId }) => shardId),
    children: after.filter(({ parentIds }) => parentIds.includes(one.shardId)).map(({ shardId }) => shardId),
  };
}

/** Finds the open shards in the order of their hash keys: neighbours can be merged. */
function findOpenShards(shards: readonly ListedShard[]): ListedShard[] {
  const closed = new Set(shards.flatMap(({ parentIds }) => parentIds));
  return shards
    .filter(({ shardId }) => !closed.has(shardId))
    .sort((a, b) => (a.firstHashKey < b.firstHashKey ? -1 : 1));
}

/** Splits or merges shards repeatedly, at least once, until it is stopped. */
export function startResharding(reshardOnce: () => Promise<Reshard>, onReshard: (reshard: Reshard) => void) {
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async () => {
    do {
      onReshard(await reshardOnce());
      await sleep(RESHARD_EVERY_MS, undefined, { signal }).catch(() => undefined);
    } while (!signal.aborted);
  };
  const ended = run();
  ended.catch(() => undefined);
  return {
    /** Resolves when the running change is done; rejects if one failed. */
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

/** Describes a split or a merge in a sentence. */
export function describeReshard({ parents, children }: Reshard): string {
  const join = (ids: string[]) => ids.map((id) => Number(id.replace(/^shardId-/, ''))).join(' and ');
  return parents.length === 1
    ? `shard ${join(parents)} was split into ${join(children)}`
    : `shards ${join(parents)} were merged into ${join(children)}`;
}

export const countReshards = (reshards: readonly Reshard[]) => {
  const merges = reshards.filter(({ parents }) => parents.length > 1).length;
  return { splits: reshards.length - merges, merges };
};
