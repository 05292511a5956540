/** Tests what all commands have in common. Each test runs a command in a process of its own. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'run-command-'));
/** The command as one file: a process starts it in a fraction of the time that it needs for TypeScript. */
const COMMAND = join(folder, 'a-command.cjs');
const started: ChildProcess[] = [];
beforeAll(() => {
  const entryPoints = [join(__dirname, 'fixtures/a-command.ts')];
  buildSync({ entryPoints, bundle: true, platform: 'node', target: 'node24', outfile: COMMAND });
});
afterAll(() => {
  // Only if a test has failed.
  for (const child of started) if (child.exitCode === null) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

function run(behaviour: string, args: string[] = [], stdout: 'pipe' | number = 'pipe') {
  const child = spawn(process.execPath, [COMMAND, behaviour, ...args], {
    stdio: ['ignore', stdout, 'pipe'],
  });
  started.push(child);
  const written = { output: '', errors: '' };
  child.stdout?.on('data', (chunk: Buffer) => (written.output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (written.errors += chunk.toString()));
  const ended = new Promise<{ status: number | null; output: string; errors: string }>((resolve) =>
    child.once('close', (status) => {
      resolve({ status, ...written });
    }),
  );
  const isRunning = new Promise<void>((resolve) =>
    child.stderr?.on('data', () => {
      if (written.errors.includes('running')) resolve();
    }),
  );
  return { child, ended, isRunning };
}

describe('the exit status, one sentence, and one object', () => {
  it.each([
    ['right', 0, undefined],
    ['left', 1, undefined],
    ['wrong usage', 2, 'That is no name.'],
    ['ours', 1, 'The emulator has ended.'],
    // The messages of these errors are not printed.
    [
      'an error of a library',
      1,
      'The run failed (TypeError): run the command again, and report the error if it occurs again.',
    ],
    [
      'an uncaught error',
      1,
      'The run failed (SyntaxError): run the command again, and report the error if it occurs again.',
    ],
    [
      'no space',
      1,
      'The disk is full, for output or for temporary files (TMPDIR): free some space, and run the command again.',
    ],
  ])('%s', async (behaviour, status, error) => {
    const errors = error === undefined ? '' : `${error}\n`;
    const [forAPerson, forAProgram] = await Promise.all([
      run(behaviour).ended,
      run(behaviour, ['--json']).ended,
    ]);
    expect(forAPerson).toEqual({ status, output: 'a result\n', errors });
    expect(forAProgram).toEqual({ status, output: expect.stringMatching(/^.*\n$/) as unknown, errors });
    expect(JSON.parse(forAProgram.output)).toEqual({ done: 1, ...(error !== undefined && { error }) });
  });
});

describe('Ctrl-C', () => {
  it('lets a run end by itself, and prints its result', async () => {
    const { child, ended, isRunning } = run('long', ['--json']);
    await isRunning;
    child.kill('SIGINT');
    const { status, output, errors } = await ended;
    expect({ status, errors }).toEqual({ status: 130, errors: 'running\nStopping.\n' });
    expect(JSON.parse(output)).toEqual({ done: 2, error: 'Ended by Ctrl-C.' });
  });

  it('is not a failure when it ends a wait, and hides no other failure', async () => {
    const [givesUp, fails] = [run('gives up what it waits for'), run('fails while it ends')];
    await Promise.all([givesUp.isRunning, fails.isRunning]);
    for (const { child } of [givesUp, fails]) child.kill('SIGINT');
    expect(await givesUp.ended).toMatchObject({ status: 130, errors: 'running\nStopping.\n' });
    expect(await fails.ended).toMatchObject({
      status: 1,
      errors: 'running\nStopping.\nThe emulator has ended.\n',
    });
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s stops everything that the run started',
    async (signal) => {
      const { child, ended, isRunning } = run('stopped');
      await isRunning;
      child.kill(signal);
      expect(await ended).toEqual({ status: 130, output: 'a result\n', errors: 'running\nStopping.\n' });
    },
  );

  it('waits two seconds for the stop, and does not wait at the second Ctrl-C', async () => {
    const [patient, impatient] = [run('does not stop'), run('does not stop')];
    await Promise.all([patient.isRunning, impatient.isRunning]);
    const from = performance.now();
    for (const { child } of [patient, impatient]) child.kill('SIGINT');
    const hasEnded = Promise.all([
      patient.ended.then(({ status }) => ({ status, after: performance.now() - from })),
      impatient.ended.then(({ status }) => ({ status, after: performance.now() - from })),
    ]);
    setTimeout(() => impatient.child.kill('SIGINT'), 700);
    const [long, short] = await hasEnded;
    expect([long.status, short.status]).toEqual([130, 130]);
    expect(long.after).toBeGreaterThan(1900);
    expect(short.after).toBeLessThan(1900);
  });
});

it('succeeds when the reader closes the pipe', async () => {
  const { child, ended } = run('much');
  child.stdout?.once('data', () => child.stdout?.destroy());
  expect(await ended).toMatchObject({ status: 0, errors: '' });
});

it('writes all output when the reader is slow', async () => {
  const command = ['sh', process.execPath, COMMAND, 'much'];
  const { stdout } = await promisify(execFile)('sh', ['-c', '"$@" | (sleep 1; wc -l)', ...command]);
  expect(Number(stdout)).toBe(100_001);
});

(existsSync('/dev/full') ? it : it.skip)('output that can’t be written is no success', async () => {
  expect(await run('right', [], openSync('/dev/full', 'w')).ended).toMatchObject({
    status: 1,
    errors: "Standard output can't be written (ENOSPC).\n",
  });
});
