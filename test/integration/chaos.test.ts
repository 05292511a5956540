/**
 * `npm run chaos` as a user runs it: short, with a seed of its own. Long runs are for that command itself.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { aProcess, until } from './command';

// A few seconds; but a process that is killed at the wrong moment leaves a lease of 30 s.
jest.setTimeout(240_000);

const run = (...args: string[]) =>
  aProcess(['--import', 'tsx', 'local/chaos/chaos.ts', ...args], { detached: true });

it('keeps all promises when services fail around the function', async () => {
  const { status, output } = await run('--contacts', '200', '--seconds', '6', '--seed', '11').ended;
  expect(output).toMatch(
    /^seed 11, [1-9]\d* faults, [1-9]\d* kills, 1 restarts, \d+ splits, \d+ merges, lost 0, wrong 0, stuck 0, again \d+ explained, 0 not, .*: OK$/m,
  );
  expect(output).toMatch(/^delivered .* records of 200 contacts/m);
  expect(status).toBe(0);
});

it('prints no value of a record, and one sentence for wrong usage', async () => {
  expect(await run('--seconds', '0').ended).toEqual({
    status: 2,
    output: '',
    errors: '--seconds takes a whole number from 1 to 600.\n',
  });
});

it('ends early when Ctrl-C comes', async () => {
  const { child, ended, written } = run('--contacts', '200', '--seconds', '60');
  await until(() => written.errors.includes('injecting faults'), 'the first faults');
  await sleep(2_000);
  process.kill(-(child.pid ?? 0), 'SIGINT');
  const end = await Promise.race([ended, sleep(20_000, 'still running', { ref: false })]);
  expect(end).toMatchObject({ status: 130, output: '' });
});
