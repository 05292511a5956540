/** Carries out the kills of function processes and the restarts of the event source mapping of a plan. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../generator/random';
import type { LocalStack } from '../stack/local-stack';
import type { Kill, Plan } from './plan';
import type { Exchange } from './proxy';

/** How long a kill waits for its moment; after that, it takes any moment. */
const MAX_WAIT_MS = 4_000;
const LOOK_EVERY_MS = 20;

export function startKillsAndRestarts(
  { kills, restarts }: Pick<Plan, 'kills' | 'restarts'>,
  stack: Pick<LocalStack, 'function' | 'restartMapping'>,
  seed: number,
) {
  const random = createRandom(seed);
  const stopping = new AbortController();
  const { signal } = stopping;
  const killed = new Set<string>();
  const waiting = new Set<Kill>();
  let restarted = 0;

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
  const all = Promise.allSettled([...kills.map(killAt), ...restarts.map(restartAt)]);

  return {
    /** The processes that were killed, by name. */
    killed,
    restarts: () => restarted,
    /** Takes what a service has just done for the function; resolves after a kill that waited for it. */
    acted: async ({ operation, process }: Exchange) => {
      const planned = [...waiting].find(({ moment }) => moment === operation);
      if (planned === undefined || signal.aborted || killed.has(process)) return;
      waiting.delete(planned);
      await kill(process);
    },
    /** Starts no further kill or restart. */
    stop: async () => {
      stopping.abort();
      await all;
    },
  };
}
