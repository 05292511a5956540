/**
 * Carries out what a plan has for the function's processes and for the event source mapping: kills and restarts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Random, randomFrom } from '../generator/random';
import type { LocalStack } from '../stack/local-stack';
import type { Kill, KillMoment, Plan } from './plan';
import type { Exchange } from './proxy';

/** So long a kill waits for its moment; after that, any moment is as good. */
const MOMENT_LIMIT_MS = 4_000;
const LOOK_EVERY_MS = 20;

export interface KillsAndRestarts {
  /** The processes that were killed, by name. */
  killed: Set<string>;
  restarts: () => number;
  /** To be told what a service has just done for the function; resolves when that has had its consequences. */
  acted: (exchange: Exchange) => Promise<void>;
  /** No further kill or restart. */
  stop: () => Promise<void>;
}

export function startKillsAndRestarts(
  { kills, restarts }: Pick<Plan, 'kills' | 'restarts'>,
  stack: Pick<LocalStack, 'function' | 'restartMapping'>,
  seed: number,
): KillsAndRestarts {
  const random = randomFrom(seed);
  const stopping = new AbortController();
  const { signal } = stopping;
  const killed = new Set<string>();
  const waiting = new Map<Kill, KillMoment>();
  let restarted = 0;

  const kill = async (process: string) => {
    killed.add(process);
    await stack.function.kill(process);
  };
  const killAnyone = async () => {
    for (;;) {
      const victim = someone(random, stack.function.busy(), killed);
      if (victim !== undefined) return kill(victim);
      await sleep(LOOK_EVERY_MS, undefined, { signal });
    }
  };
  const killAt = async (planned: Kill) => {
    await sleep(planned.atMs, undefined, { signal });
    if (planned.moment !== 'anywhere') {
      waiting.set(planned, planned.moment);
      await sleep(MOMENT_LIMIT_MS, undefined, { signal });
      if (!waiting.delete(planned)) return;
    }
    await killAnyone();
  };
  const restartAt = async (atMs: number) => {
    await sleep(atMs, undefined, { signal });
    await stack.restartMapping();
    restarted++;
  };
  const all = Promise.allSettled([...kills.map(killAt), ...restarts.map(restartAt)]);

  return {
    killed,
    restarts: () => restarted,
    acted: async ({ operation, process }) => {
      const [planned] = [...waiting].find(([, moment]) => moment === operation) ?? [];
      if (planned === undefined || signal.aborted || killed.has(process)) return;
      waiting.delete(planned);
      await kill(process);
    },
    stop: async () => {
      stopping.abort();
      await all;
    },
  };
}

function someone(random: Random, busy: string[], killed: Set<string>): string | undefined {
  const alive = busy.filter((process) => !killed.has(process));
  return alive.length === 0 ? undefined : random.pick(alive);
}
