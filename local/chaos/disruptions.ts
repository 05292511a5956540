/** Carries out a plan's kills of function processes, restarts of the mapping, and splits and merges of shards. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../generator/random';
import type { LocalStack } from '../stack/local-stack';
import type { Reshard } from '../stack/reshard';
import type { Kill, Plan } from './plan';
import type { Exchange } from './proxy';

/** How long a kill waits for its planned moment; after that, it kills any busy process. */
const MAX_WAIT_MS = 4_000;
const LOOK_EVERY_MS = 20;

export function startDisruptions(
  { kills, restarts, reshards }: Pick<Plan, 'kills' | 'restarts' | 'reshards'>,
  stack: Pick<LocalStack, 'function' | 'restartMapping' | 'reshard'>,
  seed: number,
) {
  const random = createRandom(seed);
  const randomShards = createRandom(seed + 2);
  const stopping = new AbortController();
  const { signal } = stopping;
  const killed = new Set<string>();
  const waiting = new Set<Kill>();
  let restarted = 0;
  const resharded: Reshard[] = [];

  const kill = async (process: string) => {
    killed.add(process);
    await stack.function.kill(process);
  };
  const killAny = async () => {
    for (;;) {
      const alive = stack.function.busy().filter((process) => !killed.has(process));
      if (alive.length > 0) return kill(random.pick(alive));
      await sleep(LOOK_EVERY_MS, undefined, { signal });
    }
  };
  const killAt = async (planned: Kill) => {
    await sleep(planned.atMs, undefined, { signal });
    if (planned.moment !== 'anywhere') {
      waiting.add(planned);
      await sleep(MAX_WAIT_MS, undefined, { signal });
      if (!waiting.delete(planned)) return;
    }
    await killAny();
  };
  const restartAt = async (atMs: number) => {
    await sleep(atMs, undefined, { signal });
    stack.restartMapping();
    restarted++;
  };
  // One after the other: Kinesis refuses a second change while the first one runs.
  const reshardAll = async () => {
    const startedAt = performance.now();
    for (const atMs of reshards) {
      const leftMs = Math.max(0, atMs - (performance.now() - startedAt));
      await sleep(leftMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      resharded.push(await stack.reshard(randomShards));
    }
  };
  const all = Promise.allSettled([...kills.map(killAt), ...restarts.map(restartAt)]);
  const resharding = reshardAll();
  resharding.catch(() => undefined);

  return {
    /** The processes that were killed, by name. */
    killed,
    restarts: () => restarted,
    reshards: resharded,
    /** Handles what a service has just done for the function; resolves after a kill that waited for it. */
    acted: async ({ operation, process }: Exchange) => {
      const planned = [...waiting].find(({ moment }) => moment === operation);
      if (planned === undefined || signal.aborted || killed.has(process)) return;
      waiting.delete(planned);
      await kill(process);
    },
    /** Starts nothing further; rejects if a split or a merge failed. */
    stop: async () => {
      stopping.abort();
      await all;
      await resharding;
    },
  };
}
