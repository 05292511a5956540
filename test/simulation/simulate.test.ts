/**
 * `npm run simulate` as a user runs it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { simulateCommand } from './simulate-options';

/** Makes a process write to stderr as soon as it handles Ctrl-C. */
const SAY_WHEN_READY =
  'data:text/javascript,process.on("newListener", (name) => name === "SIGINT" && console.error("ready"))';

it('prints what has run when it is interrupted', async () => {
  const script = join(__dirname, 'simulate.ts');
  const imports = ['--import', 'tsx', '--import', SAY_WHEN_READY];
  const child = spawn(process.execPath, [...imports, script, '--runs', '1000000', '--json']);
  const output = text(child.stdout);

  await once(child.stderr, 'data');
  child.kill('SIGINT');

  const [status] = (await once(child, 'close')) as [number];
  expect({ status, result: JSON.parse(await output) as unknown }).toEqual({
    status: 130,
    result: expect.objectContaining({
      runs: expect.any(Number) as unknown,
      error: 'Ended by Ctrl-C.',
    }) as unknown,
  });
});

it('lists the defects when none has the name that was given', () => {
  expect(simulateCommand.parse(['--defect', 'no such'])).toEqual({
    kind: 'wrong',
    message: expect.stringContaining('a lease never ends') as unknown,
  });
});
