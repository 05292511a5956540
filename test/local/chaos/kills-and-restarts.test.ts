import { setTimeout as sleep } from 'node:timers/promises';
import { startKillsAndRestarts } from '../../../local/chaos/kills-and-restarts';
import type { Kill } from '../../../local/chaos/plan';
import type { Exchange } from '../../../local/chaos/proxy';

function aStack(busy: string[]) {
  const killed: string[] = [];
  let restarts = 0;
  return {
    busy,
    killed,
    restarts: () => restarts,
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
    },
  };
}
const start = (kills: Kill[], restarts: number[], { stack }: ReturnType<typeof aStack>) =>
  startKillsAndRestarts({ kills, restarts }, stack, 1);

const done = (operation: Exchange['operation'], process: string): Exchange => ({
  ...{ service: 'sns', operation, process, attempt: 1, startedAt: 0 },
});

async function until(condition: () => boolean) {
  for (let waited = 0; !condition() && waited < 5_000; waited += 5) await sleep(5);
  expect(condition()).toBe(true);
}

it('kills a process that is in an invocation, and waits until there is one', async () => {
  const around = aStack([]);
  const killsAndRestarts = start([{ atMs: 0, moment: 'anywhere' }], [], around);
  await sleep(100);
  expect(around.killed).toEqual([]);
  around.busy.push('process-1');
  await until(() => around.killed.length > 0);
  expect(around.killed).toEqual(['process-1']);
  expect(killsAndRestarts.killed).toEqual(new Set(['process-1']));
  await killsAndRestarts.stop();
});

it('kills no process twice', async () => {
  const around = aStack(['process-1', 'process-2']);
  const killsAndRestarts = start(Array<Kill>(2).fill({ atMs: 0, moment: 'anywhere' }), [], around);
  await until(() => around.killed.length === 2);
  expect([...around.killed].sort()).toEqual(['process-1', 'process-2']);
  await killsAndRestarts.stop();
});

it('kills the very process for which SNS has just accepted, once', async () => {
  const around = aStack(['process-1', 'process-2']);
  const killsAndRestarts = start([{ atMs: 0, moment: 'publish' }], [], around);
  await sleep(50);
  await killsAndRestarts.acted(done('claim', 'process-2'));
  expect(around.killed).toEqual([]);
  await killsAndRestarts.acted(done('publish', 'process-2'));
  await killsAndRestarts.acted(done('publish', 'process-1'));
  expect(around.killed).toEqual(['process-2']);
  await killsAndRestarts.stop();
});

it('restarts the mapping at its times, and nothing after the stop', async () => {
  const around = aStack(['process-1']);
  const killsAndRestarts = start([{ atMs: 60_000, moment: 'anywhere' }], [0, 10, 60_000], around);
  await until(() => killsAndRestarts.restarts() === 2);
  await killsAndRestarts.stop();
  await killsAndRestarts.acted(done('publish', 'process-1'));
  expect(around.restarts()).toBe(2);
  expect(around.killed).toEqual([]);
});
