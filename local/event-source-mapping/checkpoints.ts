/** Tracks how far each shard is done. */

/** The last sequence number, by shard id. */
export type SequenceNumbersByShard = Record<string, string>;

/** Creates the checkpoints of a mapping, from those of an earlier one. */
export function createCheckpoints(startAfter: SequenceNumbersByShard = {}) {
  const done = new Map(Object.entries(startAfter));
  const waiting = new Set<() => void>();
  return {
    advance: (shardId: string, sequenceNumber: string) => {
      done.set(shardId, sequenceNumber);
      for (const check of waiting) check();
    },
    get: (shardId: string) => done.get(shardId),
    /** Resolves once every given shard is done up to its sequence number; never rejects. `signal` ends the wait. */
    waitUntilReached: (target: SequenceNumbersByShard, signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        const isBehind = ([shardId, last]: [string, string]) => isLess(done.get(shardId), last);
        const check = () => {
          if (Object.entries(target).some(isBehind) && !signal.aborted) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        signal.addEventListener('abort', check, { once: true });
        check();
      }),
  };
}

export type ShardProgress = ReturnType<typeof createShardProgress>;

/**
 * Tracks which records of a shard were read and which are done.
 *
 * @param advance is called with the last sequence number before the first one that is not done, whenever it moves
 */
export function createShardProgress(advance: (sequenceNumber: string) => void) {
  // In the order of reading. A done record stays until all records before it are done.
  const isDone = new Map<string, boolean>();
  return {
    /** Takes sequence numbers in the shard's order. */
    read: (sequenceNumbers: string[]) => {
      for (const sequenceNumber of sequenceNumbers) isDone.set(sequenceNumber, false);
    },
    /** Takes them in any order. */
    done: (sequenceNumbers: string[]) => {
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

/** Compares two sequence numbers: decimals of up to 129 digits. `undefined` is less than each. */
export function isLess(one: string | undefined, other: string): boolean {
  return one === undefined || BigInt(one) < BigInt(other);
}
