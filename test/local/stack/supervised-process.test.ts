import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { readLines, startSupervisedProcess } from '../../../local/stack/supervised-process';

const node = (program: string) => {
  const lines: string[] = [];
  const child = startSupervisedProcess(process.execPath, ['-e', program], {
    env: process.env,
    onLine: (line) => lines.push(line),
  });
  return { child, lines };
};

describe('a supervised process', () => {
  it('returns output and errors in the order of writing, and the exit status', async () => {
    const { child, lines } = node(`
      const { writeSync } = require('node:fs');
      writeSync(1, 'one\\n'); writeSync(2, 'two\\n'); writeSync(1, 'three'); process.exitCode = 7;
    `);

    await expect(child.ended).resolves.toBe(7);
    expect(lines).toEqual(['one', 'two', 'three']);
  });

  it('exchanges messages over a channel that is not its output', async () => {
    const { child, lines } = node(`
      const channel = new (require('node:net').Socket)({ fd: 3 });
      channel.once('data', (data) => channel.end('heard ' + data));
    `);

    child.channel.write('something');
    const [answer] = (await once(child.channel, 'data')) as [Buffer];

    expect(answer.toString()).toBe('heard something');
    await child.kill();
    expect(lines).toEqual([]);
  });

  it('ends when it is killed, even if it ignores every signal that can be ignored', async () => {
    const { child } = node(`
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
      for (;;);
    `);

    await child.kill();

    await expect(child.ended).resolves.toBe(137);
  });

  it.each(['when it ends', 'when it is killed'])(
    'leaves nothing behind that it has started: %s',
    async (how) => {
      const { child, lines } = node(`
      const { pid } = require('node:child_process').spawn('sleep', ['60'], { stdio: 'inherit' });
      console.log(pid);
      ${how === 'when it ends' ? 'process.exit(0)' : ''}
    `);
      while (lines.length === 0) await sleep(10);

      if (how === 'when it is killed') await child.kill();
      await child.ended;

      // If no process reaps the child, it stays as a zombie.
      const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', lines[0] ?? ''], { encoding: 'utf8' });
      expect(stdout).toMatch(/^(Z.*)?\s*$/);
    },
  );

  it('says why a program could not be started', async () => {
    const lines: string[] = [];
    const child = startSupervisedProcess('/no/such/program', [], {
      env: {},
      onLine: (line) => lines.push(line),
    });

    await expect(child.ended).resolves.toBe(127);
    expect(lines.join()).toMatch(/\/no\/such\/program/);
  });
});

describe('the emulators', () => {
  it('survive Ctrl-C, but not the end of their parent', async () => {
    const script = join(__dirname, '../emulators/fixtures/parent-of-emulators.ts');
    const parent = spawn(process.execPath, ['--import', require.resolve('tsx'), script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      // A process group of its own, to which the terminal's Ctrl-C can be sent.
      detached: true,
    });
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      const endpoints = [...new Set(Object.values(JSON.parse(line.toString()) as Record<string, string>))];
      expect(endpoints).toHaveLength(3);

      process.kill(-(parent.pid ?? 0), 'SIGINT');
      expect(String(await once(parent.stdout, 'data'))).toBe('interrupted\n');
      await sleep(300);
      expect(await Promise.all(endpoints.map(answers))).toEqual([true, true, true]);

      parent.kill('SIGKILL');
      const limit = Date.now() + 5_000;
      let answering = endpoints;
      while (answering.length > 0 && Date.now() < limit) {
        await sleep(50);
        const stillThere = await Promise.all(answering.map(answers));
        answering = answering.filter((_, index) => stillThere[index]);
      }
      expect(answering).toEqual([]);
    } finally {
      parent.kill('SIGKILL');
    }
  });
});

const answers = (endpoint: string) =>
  fetch(endpoint).then(
    () => true,
    () => false,
  );

async function linesOf(chunks: (string | Buffer)[]): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  readLines(stream, (line) => lines.push(line));
  chunks.forEach((chunk) => stream.write(chunk));
  stream.end();
  await new Promise((resolve) => stream.once('end', resolve));
  return lines;
}

describe('lines of a stream', () => {
  it('are joined from chunks that end anywhere, even inside a character', async () => {
    const bytes = Buffer.from('grün\nblau\n\nrot');

    const lines = await linesOf([bytes.subarray(0, 3), bytes.subarray(3, 9), bytes.subarray(9)]);

    expect(lines).toEqual(['grün', 'blau', '', 'rot']);
  });

  it('are not split where JSON may have a line separator inside a string', async () => {
    const json = JSON.stringify('one\u2028two');

    expect(await linesOf([`${json}\n`])).toEqual([json]);
  });

  it('are split when they are too long', async () => {
    const lines = await linesOf(['x'.repeat(16 * 1024 * 1024), 'rest']);

    expect(lines.map((line) => line.length)).toEqual([16 * 1024 * 1024, 4]);
  });
});
