/**
 * `npm start` as somebody who tries it out: another process, its output, its files, its exit status, its end.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { aContactRecord, anAnsweredContactRecord } from '../factories';

const PROJECT = join(__dirname, '../..');
const COMMAND = ['--import', 'tsx', 'cli/start.ts'];
const folder = mkdtempSync(join(tmpdir(), 'start-'));

const started: ChildProcess[] = [];

afterAll(() => {
  rmSync(folder, { recursive: true });
  // Only if a test has failed: what these have started ends with them.
  for (const child of started) if (child.exitCode === null) child.kill('SIGKILL');
});

jest.setTimeout(120_000);

interface Running {
  child: ChildProcess;
  output: () => string;
  errors: () => string;
  ended: Promise<number | null>;
}

/** Starts the command in a process group of its own, as a terminal does. */
function run(
  args: string[],
  { input = '', node = COMMAND }: { input?: string | Buffer; node?: string[] } = {},
): Running {
  const child = spawn(process.execPath, [...node, ...args], { cwd: PROJECT, detached: true });
  started.push(child);
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (written.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (written.stderr += chunk.toString()));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, ended, output: () => written.stdout, errors: () => written.stderr };
}

async function finished(running: Running) {
  const status = await running.ended;
  return { status, output: running.output(), errors: running.errors() };
}

const fileOf = (name: string, content: string | Buffer) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const jsonLines = (path: string) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('records of one’s own', () => {
  const gaveUp = aContactRecord({ ContactId: 'c-1' });
  const updated = { ...gaveUp, LastUpdateTimestamp: '2024-03-11T03:41:32Z', Attributes: { checked: 'yes' } };
  const conflicting = JSON.stringify({ ...updated, Attributes: { checked: 'no' } });
  const served = anAnsweredContactRecord({ ContactId: 'c-2', Score: 0.5 });
  const exact =
    '{"ContactId":"c-3","LastUpdateTimestamp":"2024-03-11T03:41:32Z","Score":0.1234567890123456789}';
  const event = '{"EventType":"LOGIN","AgentARN":"a"}';
  const poison = [Buffer.from('PING\r'), Buffer.from(''), Buffer.from([0x7b, 0xff, 0x7d])];
  const lines = [
    ...[gaveUp, updated, gaveUp, served].map((record) => JSON.stringify(record)),
    ...[conflicting, exact, event, ...poison],
  ];
  const content = Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]));
  const out = join(folder, 'not', 'there', 'yet');
  let result: Awaited<ReturnType<typeof finished>>;

  beforeAll(async () => {
    // One batch after the other and one record in each, so that every outcome is certain.
    result = await finished(run([fileOf('own.ndjson', content), '--out', out, '--batch-size', '1']));
  });

  it('all of it holds, and the exit status says so', () => {
    expect(result).toMatchObject({ status: 0 });
    expect(result.output.match(/holds$/gm)).toHaveLength(2);
  });

  it('each line had its outcome, in the order of the file', () => {
    expect(JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'))).toMatchObject({
      delivered: 10,
      stored: 4,
      redelivered: 1,
      conflicting: 1,
      stale: 1,
      superseded: 0,
      ignored: 1,
      quarantined: 3,
      refused: 0,
      contacts: 3,
      abandoned: 1,
      published: 1,
    });
  });

  it('contacts.ndjson has each contact once, exactly as it came, in the order of ids', () => {
    const [first, second, third] = jsonLines(join(out, 'contacts.ndjson'));
    expect([first, second]).toEqual([updated, served]);
    expect(third).toMatchObject({ ContactId: 'c-3' });
    expect(readFileSync(join(out, 'contacts.ndjson'), 'utf8')).toContain('"Score":0.1234567890123456789}');
  });

  it('messages.ndjson has body and attributes, numbers as numbers', () => {
    expect(jsonLines(join(out, 'messages.ndjson'))).toEqual([
      {
        message: gaveUp,
        attributes: expect.objectContaining({ ContactId: 'c-1', QueueDuration: 39 }) as unknown,
      },
    ]);
  });

  it('each kind that was set aside has its file, every payload byte for byte, and why', () => {
    const objects = (file: string) => jsonLines(join(out, file)).map(({ reason, data }) => [reason, data]);
    const base64 = (payload: Buffer | string) => Buffer.from(payload).toString('base64');
    expect(objects('quarantined.ndjson')).toHaveLength(3);
    expect(objects('quarantined.ndjson')).toEqual(
      expect.arrayContaining([
        ['not-json', base64('PING\r')],
        ['not-json', ''],
        ['not-utf8', 'e/99'],
      ]),
    );
    expect(objects('conflicting.ndjson')).toEqual([['same-second-other-content', base64(conflicting)]]);
    expect(objects('refused.ndjson')).toEqual([]);
  });

  it('it says which engine plays DynamoDB, and fits a terminal', () => {
    expect(result.output).toMatch(/\((DynamoDB Local|dynalite)\)/);
    const shown = result.output.trimEnd().split('\n');
    expect(shown.length).toBeLessThanOrEqual(25);
    expect(Math.max(...shown.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('progress goes to standard error, so that the summary can be piped', () => {
    expect(result.errors).toContain('10 of 10 deliveries done');
    expect(result.output).not.toContain('deliveries done');
  });

  it('nothing of a record is on the screen', () => {
    expect(result.output + result.errors).not.toMatch(/\+1206|BasicQueue|checked|PING/);
  });
});

it('a generated contact centre comes out as it must, in batches as small as one likes', async () => {
  const { status, output } = await finished(run(['--contacts', '150', '--seed', '3', '--batch-size', '20']));
  expect(output.match(/holds$/gm)).toHaveLength(4);
  expect(output).toMatch(/^contacts +150 /m);
  expect(status).toBe(0);
});

it('what is wrong is named, and the exit status is 1: here nobody hears the messages', async () => {
  const deaf = ['--require', join(__dirname, 'without-messages.cjs'), ...COMMAND];
  const input = [aContactRecord({ ContactId: 'c-1' }), anAnsweredContactRecord({ ContactId: 'c-2' })]
    .map((record) => JSON.stringify(record))
    .join('\n');
  const { status, output } = await finished(run(['-'], { input, node: deaf }));
  expect(output).toContain('abandoned, but not published: c-1');
  expect(output).toMatch(/^published = .* 1 difference$/m);
  expect(output).not.toContain('c-2');
  expect(status).toBe(1);
});

describe('what can’t be run is refused in one sentence, with exit status 2', () => {
  mkdirSync(join(folder, 'directory'));
  it.each([
    ['an unknown option', ['--frobnicate'], "Unknown option '--frobnicate'."],
    ['a bad number', ['--contacts', 'many'], '--contacts takes a whole number from 1 to 100000.'],
    ['a missing file', ['no-such-file.ndjson'], 'There is no file no-such-file.ndjson.'],
    ['an empty folder', [join(folder, 'directory')], `${join(folder, 'directory')} is empty.`],
    ['an empty file', [fileOf('empty.ndjson', '')], `${join(folder, 'empty.ndjson')} is empty.`],
    ['empty standard input', ['-'], 'Standard input is empty.'],
    ['an --out that is a file', ['--out', 'package.json'], '--out: package.json is not a directory.'],
    ['an --out below a file', ['--out', 'package.json/out'], '--out: package.json/out is not a directory.'],
  ])('%s', async (_title, args, sentence) => {
    const { status, output, errors } = await finished(run(args));
    expect({ status, output, errors }).toEqual({ status: 2, output: '', errors: `${sentence}\n` });
  });

  it('a line from standard input that no Kinesis record can hold, whatever came before it', async () => {
    const input = Buffer.concat([Buffer.from('{}\n'), Buffer.alloc(1024 * 1024 + 1, 'x')]);
    const { status, errors } = await finished(run(['-'], { input }));
    expect(errors).toMatch(
      /^Standard input: line 2 is too long: a Kinesis record takes 1 MiB, partition key included\.$/m,
    );
    expect(status).toBe(2);
  });
});

it('--help is for standard output, and no error', async () => {
  expect(await finished(run(['--help']))).toMatchObject({
    status: 0,
    errors: '',
    output: expect.stringContaining('--seed') as unknown,
  });
});

describe('Ctrl-C ends everything', () => {
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  /** The processes below a process, at any depth. */
  function processesBelow(pid: number): number[] {
    const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
    const pairs = table
      .trim()
      .split('\n')
      .map((row) => row.trim().split(/\s+/).map(Number));
    const below = (parent: number): number[] =>
      pairs.flatMap(([child = 0, of]) => (of === parent ? [child, ...below(child)] : []));
    return below(pid);
  }

  async function until(condition: () => boolean, what: string) {
    for (let waited = 0; !condition(); waited += 50) {
      if (waited > 60_000) throw new Error(`not within 60 s: ${what}`);
      await sleep(50);
    }
  }

  async function interrupted(running: Running): Promise<number | null> {
    const { pid = 0 } = running.child;
    const below = processesBelow(pid);
    expect(below.length).toBeGreaterThan(0);
    process.kill(-pid, 'SIGINT');
    const status = await Promise.race([running.ended, sleep(10_000, 'still running', { ref: false })]);
    await until(() => !below.some(isAlive), 'the end of every child process');
    return status as number | null;
  }

  it('while the engines are being started', async () => {
    const running = run([]);
    await until(() => processesBelow(running.child.pid ?? 0).length > 2, 'the start of the engines');
    expect(await interrupted(running)).toBe(130);
  });

  it('while records are processed', async () => {
    const running = run(['--contacts', '3000']);
    await until(() => /[1-9]\d* of .* done/.test(running.errors()), 'the first records');
    expect(await interrupted(running)).toBe(130);
    expect(running.output()).toBe('');
  });

  it('after --keep has left everything running and reachable', async () => {
    const running = run(['test/fixtures/one-contact-three-deliveries.ndjson', '--keep']);
    await until(() => running.output().includes('until Ctrl-C'), 'the hints');
    const output = running.output();
    for (const service of ['kinesis', 'dynamodb', 'sns', 'sqs', 's3']) {
      expect(output).toMatch(
        new RegExp(`^ {2}aws --endpoint-url http://127\\.0\\.0\\.1:\\d+ --region \\S+ ${service} `, 'm'),
      );
    }
    for (const endpoint of new Set(output.match(/http:\/\/127\.0\.0\.1:\d+(?= )/g))) {
      await expect(fetch(endpoint)).resolves.toBeDefined();
    }
    const smoke = /^ {2}AWS_REGION=.* npm run smoke -- .*$/m.exec(output)?.[0] ?? '';
    const command = smoke.replace('npm run smoke --', `${process.execPath} --import tsx cli/smoke.ts --yes`);
    const env = { ...process.env, AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
    const printed = execFileSync('sh', ['-c', command], {
      cwd: PROJECT,
      env,
      stdio: 'pipe',
      timeout: 60_000,
    });
    expect(printed.toString()).toMatch(/^message {2}SNS: .* the message is as it should be$/m);
    expect(await interrupted(running)).toBe(130);
  });
});
