/** The last sequence number, by shard id. */
export type SequenceNumbersByShard = Record<string, string>;

/** How far each shard is done; callers can wait until all are done up to somewhere. */
export interface Checkpoints {
  advance: (shardId: string, sequenceNumber: string) => void;
  get: (shardId: string) => string | undefined;
  /** Resolves once every given shard is done up to its sequence number, never rejects; `signal` ends the wait. */
  reached: (target: SequenceNumbersByShard, signal: AbortSignal) => Promise<void>;
}

/** @param startAfter where an earlier run got to */
export function createCheckpoints(startAfter: SequenceNumbersByShard = {}): Checkpoints {
  const done = new Map(Object.entries(startAfter));
  const waiting = new Set<() => void>();
  return {
    advance: (shardId, sequenceNumber) => {
      done.set(shardId, sequenceNumber);
      waiting.forEach((check) => {
        check();
      });
    },
    get: (shardId) => done.get(shardId),
    reached: (target, signal) =>
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

/** What has been read of a shard, and what of it is done, in whatever order. */
export interface ShardProgress {
  /** Takes sequence numbers in the shard's order. */
  read: (sequenceNumbers: string[]) => void;
  done: (sequenceNumbers: string[]) => void;
}

/** @param advance is told the last sequence number before the first one that is not done, whenever it moves */
export function createShardProgress(advance: (sequenceNumber: string) => void): ShardProgress {
  // In the order of reading. What is done stays until everything before it is done.
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

/** Sequence numbers are decimal numbers of up to 129 digits; none is less than any. */
export function isLess(one: string | undefined, other: string): boolean {
  return one === undefined || BigInt(one) < BigInt(other);
}
