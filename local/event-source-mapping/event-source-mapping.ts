/**
 * Emulates Lambda's event source mapping between a Kinesis stream and a function.
 *
 * It invokes the function with each shard's records in order, in batches. It retries batches that failed, and writes
 * records that it gives up to the failure destination. docs/event-source-mapping.md lists each behaviour with its source.
 */
import { waitAtMost } from '../../cli/shared/wait-at-most';
import { createCheckpoints, createShardProgress, type SequenceNumbersByShard } from './checkpoints';
import { deliverBatch } from './deliver-batch';
import type { KinesisEventRecord } from './kinesis-event';
import { createLanes } from './lanes';
import { runShards } from './run-shards';
import type { EventSourceMappingOptions, Shard } from './types';

export interface EventSourceMapping {
  /** Returns the last sequence number of a shard up to which every record is done or given up. */
  checkpoint: (shardId: string) => string | undefined;
  /** Resolves when each shard is done up to the given sequence number; rejects after the limit, and when stopped. */
  caughtUp: (target: SequenceNumbersByShard, limitMilliseconds: number) => Promise<void>;
  /** Starts again from the last checkpoints. Running invocations continue, but their answers no longer count. */
  restart: () => void;
  /** Starts no further invocation; resolves when the running ones have ended, or after the limit. */
  stop: (limitMilliseconds: number) => Promise<void>;
}

/** Starts to read the stream. */
export function startEventSourceMapping(options: EventSourceMappingOptions): EventSourceMapping {
  const checkpoints = createCheckpoints(options.startAfter);
  /** The last problem of each shard and of the stream, for error messages. */
  const problems = new Map<string, string>();
  const over = Promise.withResolvers<never>();
  over.promise.catch(() => undefined);

  const noteProblem = (place: string) => (problem: string | undefined) => {
    if (problem === undefined) problems.delete(place);
    else problems.set(place, problem);
  };

  const start = () => {
    const stopping = new AbortController();
    const isCurrent = () => current.stopping === stopping;
    const pause: Shard['pause'] = (failures) =>
      options.ports.sleep(computeBackOffMs(failures, options.ports.random), stopping.signal);
    // After a restart, these records were already started again.
    const currentOptions: EventSourceMappingOptions = {
      ...options,
      onInvocation: (invocation) =>
        options.onInvocation?.(isCurrent() ? invocation : { ...invocation, done: 0, doneRecords: [] }),
      onGivenUp: (givenUp) => {
        if (isCurrent()) options.onGivenUp?.(givenUp);
      },
    };
    const ended = runShards({
      ...{ listShards: options.ports.listShards, stopping: stopping.signal, pause },
      onProblem: noteProblem('the stream'),
      runShard: (shardId) =>
        runShard({
          ...{ shardId, options: currentOptions, stopping: stopping.signal, pause },
          startAfter: checkpoints.get(shardId),
          progress: createShardProgress((sequenceNumber) => {
            if (isCurrent()) checkpoints.advance(shardId, sequenceNumber);
          }),
          onProblem: noteProblem(shardId),
        }),
    }).then(() => {
      if (isCurrent()) over.reject(new Error('the event source mapping has been stopped'));
    });
    // An internal error in a shard's loop rejects `caughtUp` and `stop`.
    ended.catch(over.reject);
    return { stopping, ended };
  };
  let current = start();

  return {
    checkpoint: checkpoints.get,
    caughtUp: async (target, limitMilliseconds) => {
      const limit = AbortSignal.timeout(limitMilliseconds);
      await Promise.race([checkpoints.waitUntilReached(target, limit), over.promise]);
      if (!limit.aborted) return;
      const last = [...problems].map(([shardId, problem]) => `; ${shardId}: ${problem}`).join('');
      throw new Error(`the function was not done within ${limitMilliseconds / 1000} s${last}`);
    },
    restart: () => {
      const { stopping } = current;
      current = start();
      stopping.abort();
    },
    stop: async (limitMilliseconds) => {
      current.stopping.abort();
      await waitAtMost(limitMilliseconds, current.ended);
    },
  };
}

/** Delivers one batch at a time in each lane; lanes do not wait for each other. */
async function runShard(shard: Shard): Promise<void> {
  const runLane = async (nextBatch: () => Promise<KinesisEventRecord[]>) => {
    for (let batch = await nextBatch(); batch.length > 0; batch = await nextBatch())
      await deliverBatch(batch, shard);
  };
  await Promise.all(createLanes(shard).map(runLane));
}

/** Lambda's own schedule is not documented; this one keeps local runs short. */
const BACK_OFF_MS = { first: 100, max: 10_000 };

/**
 * Computes the pause after a number of failures in a row (0 for the first pause).
 *
 * The pause doubles up to a limit. Half of it is random, so that shards do not retry in step.
 */
function computeBackOffMs(failures: number, random: () => number): number {
  const longest = Math.min(BACK_OFF_MS.max, BACK_OFF_MS.first * 2 ** Math.min(failures, 20));
  return longest * (0.5 + random() / 2);
}
