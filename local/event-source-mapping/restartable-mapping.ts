/**
 * An event source mapping that can be replaced by a new one, which starts from the last checkpoint.
 */
import { type EventSourceMapping, startEventSourceMapping } from './event-source-mapping';
import type { EventSourceMappingOptions, MappingPorts, SequenceNumbersByShard } from './types';

export interface RestartableMappingOptions extends Omit<EventSourceMappingOptions, 'ports' | 'startAfter'> {
  /** Called for each mapping that starts. */
  createPorts: () => MappingPorts;
}

export interface RestartableMapping {
  /** Resolves when each shard is done up to its sequence number; rejects after the limit. A restart does not end the wait. */
  caughtUp: (getTarget: () => SequenceNumbersByShard, limitMilliseconds: number) => Promise<void>;
  /** Starts a new mapping and ends the current one. Running invocations go on, but their answers count no more. */
  restart: () => Promise<void>;
  /** Starts no further invocation; resolves when the running ones have ended, or after the limit. */
  stop: (limitMilliseconds: number) => Promise<void>;
}

/** Starts a mapping that can be restarted. */
export function startRestartableMapping(options: RestartableMappingOptions): RestartableMapping {
  const { createPorts, ...shared } = options;
  const start = (startAfter?: SequenceNumbersByShard): EventSourceMapping => {
    const started = startEventSourceMapping({
      ...shared,
      startAfter,
      ports: createPorts(),
      // An invocation that ends after its mapping moves no checkpoint.
      onInvocation: (invocation) =>
        options.onInvocation?.(started === current ? invocation : { ...invocation, done: 0 }),
    });
    return started;
  };
  let current = start();

  return {
    caughtUp: async (getTarget, limitMilliseconds) => {
      const limit = performance.now() + limitMilliseconds;
      for (;;) {
        const waitedFor = current;
        try {
          await waitedFor.caughtUp(getTarget(), Math.max(0, Math.ceil(limit - performance.now())));
          return;
        } catch (error) {
          if (waitedFor === current) throw error;
        }
      }
    },
    restart: async () => {
      const ended = current;
      current = start(readCheckpoints(ended, options.shardIds));
      await ended.stop(0);
    },
    stop: (limitMilliseconds) => current.stop(limitMilliseconds),
  };
}

function readCheckpoints(mapping: EventSourceMapping, shardIds: string[]): SequenceNumbersByShard {
  const checkpoints = shardIds.map((shardId) => [shardId, mapping.checkpoint(shardId)] as const);
  return Object.fromEntries(checkpoints.filter((pair): pair is [string, string] => pair[1] !== undefined));
}
