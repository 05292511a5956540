/**
 * Does what Lambda's event source mapping does between a Kinesis stream and a function.
 *
 * It invokes the function with each shard's records in order, in batches; it retries batches that failed, and writes
 * records that it gives up to the failure destination. docs/event-source-mapping.md describes the behaviour row by row,
 * and where each row is known from.
 *
 * The stream keeps its shards: splitting and merging shards is not supported.
 */
import { createCheckpoints, createShardProgress } from './checkpoints';
import { deliverBatch } from './deliver-batch';
import type { KinesisEventRecord } from './kinesis-event';
import { createLanes } from './lanes';
import type { EventSourceMappingOptions, SequenceNumbersByShard, Shard } from './types';

export interface EventSourceMapping {
  /** Returns the last sequence number of a shard up to which every record is done or given up. */
  checkpoint: (shardId: string) => string | undefined;
  /** Resolves when each shard is done up to the given sequence number; rejects after the limit, and when stopped. */
  caughtUp: (target: SequenceNumbersByShard, limitMilliseconds: number) => Promise<void>;
  /** Starts no further invocation; resolves when the running ones have ended, or after the limit. */
  stop: (limitMilliseconds: number) => Promise<void>;
}

/** Starts to read every shard. */
export function startEventSourceMapping(options: EventSourceMappingOptions): EventSourceMapping {
  const stopping = new AbortController();
  const checkpoints = createCheckpoints(options.startAfter);
  /** The last problem of each shard; only for a person to read. */
  const problems = new Map<string, string>();
  const ended = Promise.all(
    options.shardIds.map((shardId) =>
      runShard({
        shardId,
        options,
        stopping: stopping.signal,
        startAfter: checkpoints.get(shardId),
        progress: createShardProgress((sequenceNumber) => {
          checkpoints.advance(shardId, sequenceNumber);
        }),
        onProblem: (problem) => {
          if (problem === undefined) problems.delete(shardId);
          else problems.set(shardId, problem);
        },
      }),
    ),
  );
  // An internal error in a shard's loop rejects `caughtUp` and `stop`.
  ended.catch(() => undefined);

  return {
    checkpoint: checkpoints.get,
    caughtUp: async (target, limitMilliseconds) => {
      const limit = AbortSignal.timeout(limitMilliseconds);
      const stopped = ended.then(() => {
        throw new Error('the event source mapping has been stopped');
      });
      await Promise.race([checkpoints.waitUntilReached(target, limit), stopped]);
      if (!limit.aborted) return;
      const last = [...problems].map(([shardId, problem]) => `; ${shardId}: ${problem}`).join('');
      throw new Error(`the function was not done within ${limitMilliseconds / 1000} s${last}`);
    },
    stop: async (limitMilliseconds) => {
      stopping.abort();
      const limit = new AbortController();
      await Promise.race([ended, options.ports.sleep(limitMilliseconds, limit.signal)]).finally(() => {
        limit.abort();
      });
    },
  };
}

/** Delivers one batch at a time in each lane; lanes do not wait for each other. */
async function runShard(shard: Shard): Promise<void> {
  const runLane = async (nextBatch: () => Promise<KinesisEventRecord[]>) => {
    while (!shard.stopping.aborted) await deliverBatch(await nextBatch(), shard);
  };
  await Promise.all(createLanes(shard).map(runLane));
}
