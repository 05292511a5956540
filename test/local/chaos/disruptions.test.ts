import { setTimeout as sleep } from 'node:timers/promises';
import { startDisruptions } from '../../../local/chaos/disruptions';
import type { Kill } from '../../../local/chaos/plan';
import type { Exchange } from '../../../local/chaos/proxy';

function aStack(busy: string[]) {
  const killed: string[] = [];
  let restarts = 0;
  const reshards: string[] = [];
  return {
    busy,
    killed,
    restarts: () => restarts,
    reshards,
    stack: {
      function: {
        busy: () => busy,
        kill: (name: string) => {
          killed.push(name);
          return Promise.resolve();
        },
      },
      restartMapping: () => {
        restarts++;
        return Promise.resolve();
      },
      reshard: async () => {
        reshards.push('begins');
        await sleep(20);
        reshards.push('ends');
        return { parents: ['a'], children: ['b', 'c'] };
      },
    },
  };
}
const start = (
  kills: Kill[],
  restarts: number[],
  { stack }: ReturnType<typeof aStack>,
  reshards: number[] = [],
) => startDisruptions({ kills, restarts, reshards }, stack, 1);

const done = (operation: Exchange['operation'], process: string): Exchange => ({
  ...{ service: 'sns', operation, process, attempt: 1, startedAt: 0 },
});

async function until(condition: () => boolean) {
  for (let waited = 0; !condition() && waited < 5_000; waited += 5) await sleep(5);
  expect(condition()).toBe(true);
}

it('kills a process that is in an invocation, and waits until there is one', async () => {
  const around = aStack([]);
  const disruptions = start([{ atMs: 0, moment: 'anywhere' }], [], around);
  await sleep(100);
  expect(around.killed).toEqual([]);
  around.busy.push('process-1');
  await until(() => around.killed.length > 0);
  expect(around.killed).toEqual(['process-1']);
  expect(disruptions.killed).toEqual(new Set(['process-1']));
  await disruptions.stop();
});

it('kills no process twice', async () => {
  const around = aStack(['process-1', 'process-2']);
  const disruptions = start(Array<Kill>(2).fill({ atMs: 0, moment: 'anywhere' }), [], around);
  await until(() => around.killed.length === 2);
  expect([...around.killed].sort()).toEqual(['process-1', 'process-2']);
  await disruptions.stop();
});

it('kills the process whose message SNS has just accepted, once', async () => {
  const around = aStack(['process-1', 'process-2']);
  const disruptions = start([{ atMs: 0, moment: 'publish' }], [], around);
  await sleep(50);
  await disruptions.acted(done('claim', 'process-2'));
  expect(around.killed).toEqual([]);
  await disruptions.acted(done('publish', 'process-2'));
  await disruptions.acted(done('publish', 'process-1'));
  expect(around.killed).toEqual(['process-2']);
  await disruptions.stop();
});

it('restarts the mapping at the planned times until the stop', async () => {
  const around = aStack(['process-1']);
  const disruptions = start([{ atMs: 60_000, moment: 'anywhere' }], [0, 10, 60_000], around);
  await until(() => disruptions.restarts() === 2);
  await disruptions.stop();
  await disruptions.acted(done('publish', 'process-1'));
  expect(around.restarts()).toBe(2);
  expect(around.killed).toEqual([]);
});

it('splits and merges shards one after the other at the planned times until the stop', async () => {
  const around = aStack([]);
  const disruptions = start([], [], around, [0, 1, 60_000]);

  await until(() => disruptions.reshards.length === 2);
  await disruptions.stop();

  expect(around.reshards).toEqual(['begins', 'ends', 'begins', 'ends']);
});

it('rejects at the stop when a split failed', async () => {
  const { stack } = aStack([]);
  const refused = { ...stack, reshard: () => Promise.reject(new Error('no such shard')) };
  const disruptions = startDisruptions({ kills: [], restarts: [], reshards: [0] }, refused, 1);
  await sleep(20);

  await expect(disruptions.stop()).rejects.toThrow('no such shard');
});
