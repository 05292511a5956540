/**
 * Kinesis' and the event source mapping's rules: a shard's records in order, one batch at a time, again from the
 * checkpoint; batches of any size, since they are cut and bisected as it happens; after a restart from an earlier
 * checkpoint, while the invocation before it may still go on.
 */
import type { KinesisStreamRecord } from 'aws-lambda';
import type { Choices } from './choices';
import type { Invocation } from './invocation';

export interface Shard {
  name: string;
  running: Invocation | undefined;
  /** Between a failure and the retry. */
  isWaiting: boolean;
  /** How many of its records are done. */
  checkpoint: () => number;
  isReady: () => boolean;
  isAtEnd: () => boolean;
  /** The next batch. */
  take: (choices: Choices) => readonly KinesisStreamRecord[];
  /** Moves the checkpoint; false: the record to retry from is none of the batch. */
  done: (records: readonly KinesisStreamRecord[], retryFrom: string | undefined) => boolean;
  /** Goes back to any earlier checkpoint, and forgets the invocation that runs. */
  restart: (choices: Choices) => void;
}

export const createShards = (deliveries: readonly KinesisStreamRecord[][]): Shard[] =>
  deliveries.map(createShard);

function createShard(deliveries: readonly KinesisStreamRecord[], index: number): Shard {
  let checkpoint = 0;
  const shard: Shard = {
    name: String(index),
    running: undefined,
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
    },
  };
  return shard;
}
