/** How far each shard is done. */
import type { SequenceNumbersByShard } from './types';

/** Keeps how far each shard is done; callers can wait until all shards have reached a target. */
export interface Checkpoints {
  advance: (shardId: string, sequenceNumber: string) => void;
  get: (shardId: string) => string | undefined;
  /** Resolves once every given shard is done up to its sequence number; never rejects. `signal` ends the wait. */
  waitUntilReached: (target: SequenceNumbersByShard, signal: AbortSignal) => Promise<void>;
}

/**
 * Creates the checkpoints of a mapping.
 *
 * @param startAfter the checkpoints of an earlier mapping
 */
export function createCheckpoints(startAfter: SequenceNumbersByShard = {}): Checkpoints {
  const done = new Map(Object.entries(startAfter));
  const waiting = new Set<() => void>();
  return {
    advance: (shardId, sequenceNumber) => {
      done.set(shardId, sequenceNumber);
      for (const check of waiting) check();
    },
    get: (shardId) => done.get(shardId),
    waitUntilReached: (target, signal) =>
      new Promise((resolve) => {
        const check = () => {
          const behind = Object.entries(target).some(([shardId, sequenceNumber]) =>
            isLess(done.get(shardId), sequenceNumber),
          );
          if (behind && !signal.aborted) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        signal.addEventListener('abort', check, { once: true });
        check();
      }),
  };
}

export interface ShardProgress {
  /** Takes sequence numbers in the shard's order. */
  read: (sequenceNumbers: string[]) => void;
  /** Takes them in any order. */
  done: (sequenceNumbers: string[]) => void;
}

/**
 * Tracks which records of a shard were read and which are done.
 *
 * @param advance is called with the last sequence number before the first one that is not done, whenever it moves
 */
export function createShardProgress(advance: (sequenceNumber: string) => void): ShardProgress {
  // In the order of reading. A done record stays until all records before it are done.
  const isDone = new Map<string, boolean>();
  return {
    read: (sequenceNumbers) => {
      for (const sequenceNumber of sequenceNumbers) isDone.set(sequenceNumber, false);
    },
    done: (sequenceNumbers) => {
      for (const sequenceNumber of sequenceNumbers) isDone.set(sequenceNumber, true);
      let last: string | undefined;
      for (const [sequenceNumber, done] of isDone) {
        if (!done) break;
        isDone.delete(sequenceNumber);
        last = sequenceNumber;
      }
      if (last !== undefined) advance(last);
    },
  };
}

/** Compares two sequence numbers: decimals of up to 129 digits. No number is less than any. */
export function isLess(one: string | undefined, other: string): boolean {
  return one === undefined || BigInt(one) < BigInt(other);
}
