/**
 * `npm run chaos` as somebody who runs it: short, with a seed of its own. Long runs are for that command itself.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PROJECT = join(__dirname, '../..');
const started: ChildProcess[] = [];

afterAll(() => {
  for (const child of started) if (child.exitCode === null) child.kill('SIGKILL');
});

// A few seconds; but whoever is killed at the wrong moment leaves a lease of 30 s behind.
jest.setTimeout(240_000);

function run(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'cli/chaos.ts', ...args], {
    cwd: PROJECT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (written.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (written.stderr += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, ended, written };
}

it('nothing is lost, wrong, stuck, or twice without a reason, whatever fails around the function', async () => {
  const { ended, written } = run('--contacts', '200', '--seconds', '6', '--seed', '11');
  const status = await ended;
  expect(written.stdout).toMatch(
    /^seed 11, [1-9]\d* faults, [1-9]\d* kills, 1 restarts, lost 0, wrong 0, stuck 0, again \d+ explained, 0 not, .*: holds$/m,
  );
  expect(written.stdout).toMatch(/^delivered .* records of 200 contacts/m);
  expect(status).toBe(0);
});

it('nothing of a record is on the screen, and wrong usage is one sentence', async () => {
  const { ended, written } = run('--seconds', '0');
  expect(await ended).toBe(2);
  expect(written).toEqual({ stdout: '', stderr: '--seconds takes a whole number from 1 to 600.\n' });
});

it('Ctrl-C ends it in the middle', async () => {
  const { child, ended, written } = run('--contacts', '200', '--seconds', '60');
  for (let waited = 0; !written.stderr.includes('things go wrong'); waited += 50) {
    if (waited > 60_000) throw new Error(`not begun within 60 s: ${written.stderr}`);
    await sleep(50);
  }
  await sleep(2_000);
  process.kill(-(child.pid ?? 0), 'SIGINT');
  expect(await Promise.race([ended, sleep(20_000, 'still running', { ref: false })])).toBe(130);
  expect(written.stdout).toBe('');
});
