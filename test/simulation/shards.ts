/**
 * The rules of Kinesis and the event source mapping.
 *
 * A shard delivers its records in order, one batch at a time, and retries from the checkpoint. Batches have any size,
 * because they are cut and bisected. A restart begins at an earlier checkpoint while the previous invocation may still
 * run. Shards are split and merged while they are read; the rule by which the others are read then is the local mapping's.
 */
import type { KinesisStreamRecord } from 'aws-lambda';
import type { StreamShard } from '../../local/event-source-mapping/readable-shards';
import type { Choices } from './choices';
import type { Connections } from './connections';
import type { Invocation } from './invocation';
import type { SimulatedFunction } from './simulated-function';
import type { Workload } from './workload';

export interface Shard extends StreamShard {
  running: Invocation | undefined;
  /** Of the process that runs its invocations, until that is killed. */
  connections: Connections | undefined;
  /** True between a failure and the retry. */
  isWaiting: boolean;
  /** The number of records that are done. */
  checkpoint: () => number;
  isReady: () => boolean;
  isAtEnd: () => boolean;
  /** Takes the next batch. */
  take: (choices: Choices) => readonly KinesisStreamRecord[];
  /** Moves the checkpoint; false if the record to retry from is not in the batch. */
  done: (records: readonly KinesisStreamRecord[], retryFrom: string | undefined) => boolean;
  /** Goes back to any earlier checkpoint, and ignores the running invocation. */
  restart: (choices: Choices) => void;
}

export const createShards = ({ shards, parents }: Pick<Workload, 'shards' | 'parents'>): Shard[] =>
  shards.map((deliveries, index) => createShard(deliveries, index, parents.get(index) ?? []));

/**
 * Finds the shards to read now. A shard with children is closed. A closed shard is drained at its end; an empty one is
 * drained when its parents are.
 */
export function findReadShards(shards: readonly Shard[], theFunction: SimulatedFunction): Shard[] {
  const closed = new Set(shards.flatMap(({ parentIds }) => parentIds));
  const drained = new Set<string>();
  for (const shard of shards) {
    const isReached = shard.parentIds.every((id) => drained.has(id));
    if (closed.has(shard.shardId) && shard.isAtEnd() && isReached) drained.add(shard.shardId);
  }
  return theFunction.findReadableShards(shards, drained);
}

function createShard(
  deliveries: readonly KinesisStreamRecord[],
  index: number,
  parents: readonly number[],
): Shard {
  let checkpoint = 0;
  const shard: Shard = {
    shardId: String(index),
    parentIds: parents.map(String),
    running: undefined,
    connections: undefined,
    isWaiting: false,
    checkpoint: () => checkpoint,
    isAtEnd: () => checkpoint === deliveries.length && shard.running === undefined,
    isReady: () => checkpoint < deliveries.length && shard.running === undefined && !shard.isWaiting,
    take: (choices) => {
      const rest = deliveries.slice(checkpoint);
      return rest.slice(0, rest.length - choices.choose(rest.length));
    },
    done: (records, retryFrom) => {
      const first = deliveries.findIndex(({ eventID }) => eventID === records[0]?.eventID);
      const done =
        retryFrom === undefined
          ? records.length
          : records.findIndex(({ kinesis }) => kinesis.sequenceNumber === retryFrom);
      checkpoint = first + Math.max(0, done);
      return done >= 0;
    },
    restart: (choices) => {
      checkpoint -= choices.choose(checkpoint + 1);
      shard.running = undefined;
      // The running invocation keeps its process.
      shard.connections = undefined;
    },
  };
  return shard;
}
