/** The last sequence number, by shard id. */
export type SequenceNumbersByShard = Record<string, string>;

/** How far each shard is done; callers can wait until all are done up to somewhere. */
export interface Checkpoints {
  advance: (shardId: string, sequenceNumber: string) => void;
  get: (shardId: string) => string | undefined;
  /** Resolves once every given shard is done up to its sequence number, never rejects; `signal` ends the wait. */
  reached: (target: SequenceNumbersByShard, signal: AbortSignal) => Promise<void>;
}

export function createCheckpoints(): Checkpoints {
  const done = new Map<string, string>();
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

/** Sequence numbers are decimal numbers of up to 129 digits; none is less than any. */
export function isLess(one: string | undefined, other: string): boolean {
  return one === undefined || BigInt(one) < BigInt(other);
}
