/**
 * `npm start` as a user runs it: another process, its output, its files, its exit status, its end.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { aContactRecord, anAnsweredContactRecord } from '../factories';
import { aProcess, PROJECT, type RunningCommand, until } from './command';
import { bundleOf } from './emulators';

const COMMAND = ['--import', 'tsx', 'local/start/start.ts'];
/** The same command, on the emulators of all tests. */
const COMMAND_ON_RUNNING_EMULATORS = [bundleOf('test/integration/start-on-running-emulators.ts')];
const folder = mkdtempSync(join(tmpdir(), 'start-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

jest.setTimeout(120_000);

/** Starts the command in a process group of its own, as a terminal does. */
const run = (
  args: string[],
  {
    input,
    node = COMMAND_ON_RUNNING_EMULATORS,
    program,
    env = {},
  }: { input?: string | Buffer; node?: string[]; program?: string; env?: Record<string, string> } = {},
): RunningCommand =>
  aProcess([...node, ...args], { detached: true, env: { ...process.env, ...env } }, input, program);

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
  let result: Awaited<RunningCommand['ended']>;

  beforeAll(async () => {
    // One record in each batch, one after the other, makes every outcome certain.
    result = await run([fileOf('own.ndjson', content), '--out', out, '--batch-size', '1']).ended;
  });

  it('passes all checks, and ends with status 0', () => {
    expect(result).toMatchObject({ status: 0 });
    expect(result.output.match(/: OK$/gm)).toHaveLength(3);
  });

  it('reports the outcome of each line in the order of the file', () => {
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

  it('writes each contact once and unchanged to contacts.ndjson, in the order of ids', () => {
    const [first, second, third] = jsonLines(join(out, 'contacts.ndjson'));
    expect([first, second]).toEqual([updated, served]);
    expect(third).toMatchObject({ ContactId: 'c-3' });
    expect(readFileSync(join(out, 'contacts.ndjson'), 'utf8')).toContain('"Score":0.1234567890123456789}');
  });

  it('writes body and attributes to messages.ndjson', () => {
    expect(jsonLines(join(out, 'messages.ndjson'))).toEqual([
      {
        message: gaveUp,
        attributes: expect.objectContaining({ ContactId: 'c-1', QueueDuration: 39 }) as unknown,
      },
    ]);
  });

  it('writes a file for each kind of failed record, with payloads and reasons', () => {
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

  it('lists each reason of quarantine, and each drift, with file and line of an example', () => {
    const file = join(folder, 'own.ndjson');
    const [, lists = ''] = result.output
      .replace(/\nReport .*\n(Next: .*\n)?/, '')
      .split(/^Quarantined, and a first example:\n/m);

    expect(lists.split('\n\n').map((list) => list.trimEnd().split('\n').sort())).toEqual([
      [`  not-json: ${file}, line 8`, `  not-utf8: ${file}, line 10`],
      [`  Score (unknown-field): ${file}, line 4`, 'Model drift, and a first example:'],
    ]);
  });

  it('names the emulator of DynamoDB, and fits a terminal', () => {
    expect(result.output).toMatch(/\((DynamoDB Local|dynalite)\)/);
    const [summary = ''] = result.output.split('\nQuarantined, ');
    const shown = summary.trimEnd().split('\n');
    expect(shown.length).toBeLessThanOrEqual(21);
    expect(Math.max(...result.output.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('writes progress to standard error', () => {
    expect(result.errors).toContain('10 of 10 deliveries done');
    expect(result.output).not.toContain('deliveries done');
  });

  it('shows only queue, waiting time and the first digits of the number of a record', () => {
    expect(result.output).toMatch(/^ {2}BasicQueue, waited 39 s, \+1206…$/m);
    expect(result.output + result.errors).not.toMatch(/\+1206\d|checked|PING/);
  });
});

it('names differences, and ends with status 1, when no queue receives the messages', async () => {
  const input = [aContactRecord({ ContactId: 'c-1' }), anAnsweredContactRecord({ ContactId: 'c-2' })]
    .map((record) => JSON.stringify(record))
    .join('\n');
  const { status, output } = await run(['-'], { input, env: { WITHOUT_MESSAGES: 'yes' } }).ended;
  expect(output).toContain('abandoned, but not published: c-1');
  expect(output).toMatch(/^Every abandoned contact was published once: FAILED \(1 difference\)$/m);
  expect(output).not.toContain('c-2');
  expect(status).toBe(1);
});

it('ends soon, with the reason and partial results, when a policy of the stack denies a request', async () => {
  const input = `${JSON.stringify(aContactRecord({ ContactId: 'c-1' }))}\n`;

  const { status, output, errors } = await run(['-'], { input, env: { WITHOUT_ACTION: 'dynamodb:PutItem' } })
    .ended;

  expect(errors).toMatch(/^Nothing was done for 5 seconds after a request was denied: .*dynamodb:PutItem/m);
  expect(output).toMatch(/^The run ended early: /m);
  expect(status).toBe(1);
});

it('fails when nothing in a file is a contact record, and names its first line', async () => {
  const notes = fileOf('notes.md', '# Notes\n- call back\n');
  const records = fileOf('records.ndjson', JSON.stringify(aContactRecord()));

  const { status, output } = await run([notes, records]).ended;

  expect(output).toContain(`No contact record in these files, and why:\n  not-json: ${notes}, line 1\n`);
  expect(status).toBe(1);
});

describe('reports one sentence, and ends with status 2, for wrong usage', () => {
  it.each([
    ['an unknown option', ['--frobnicate'], 'There is no option --frobnicate: --help lists all.'],
    ['empty standard input', ['-'], 'Standard input is empty.'],
    ['an --out that is a file', ['--out', 'package.json'], '--out: package.json is not a directory.'],
    ['an --out below a file', ['--out', 'package.json/out'], '--out: package.json/out is not a directory.'],
  ])('%s', async (_title, args, sentence) => {
    const { status, output, errors } = await run(args).ended;
    expect({ status, output, errors }).toEqual({ status: 2, output: '', errors: `${sentence}\n` });
  });

  it('reports an option that npm took when -- is missing', async () => {
    const { status, errors } = await run([], { program: 'npm', node: ['start', '--contacts', '5'] }).ended;
    expect(errors).toContain("npm took --contacts as its own option: put -- before the command's options.\n");
    expect(status).toBe(2);
  });
});

describe('names unreadable input, and ends with status 1', () => {
  it('a line from standard input that no Kinesis record can hold, between others', async () => {
    const input = Buffer.concat([
      Buffer.from('{}\n'),
      Buffer.alloc(1024 * 1024 + 1, 'x'),
      Buffer.from('\n{}'),
    ]);

    const { status, output, errors } = await run(['-'], { input }).ended;

    expect(errors).toMatch(
      /^not read: "Standard input", line 2: too long: by default, a Kinesis record has at most 1 MiB, partition key included$/m,
    );
    expect(output).toMatch(/^not read +1 /m);
    expect(output).toMatch(/^delivered +2 /m);
    expect(status).toBe(1);
  });

  it('an export with lower-case names, before anything is started', async () => {
    const record = JSON.stringify(aContactRecord({ Attributes: { canary: 'CANARY-VALUE' } })).toLowerCase();
    const file = fileOf('athena.ndjson', `${record}\n${record}\n`);

    const result = await run([file]).ended;

    expect(result).toEqual({
      status: 1,
      output: '',
      errors:
        `not read: ${file}, line 1: these look like contact records with lower-case names, as Athena and Glue write them: ` +
        `use the JSON that Connect exported to Kinesis or Firehose\n${file} has no record that can be read.\n`,
    });
  });

  it('a broken file in a folder, and the others are processed, error objects of Firehose among them', async () => {
    const path = join(folder, 'exported');
    mkdirSync(path);
    const [delivered, failed] = ['c-1', 'c-2'].map((ContactId) =>
      JSON.stringify(aContactRecord({ ContactId })),
    );
    const rawData = Buffer.from(failed ?? '').toString('base64');
    writeFileSync(join(path, 'a.parquet'), 'PAR1\x15\x04PAR1');
    writeFileSync(join(path, 'ctr-1'), delivered ?? '');
    writeFileSync(join(path, 'errors'), JSON.stringify({ errorCode: 'Lambda.FunctionError', rawData }));

    const { status, output, errors } = await run([path]).ended;

    expect(errors).toMatch(/^not read: a\.parquet: this is Parquet, not JSON: use the JSON /m);
    expect(output).toMatch(/^contacts +2 /m);
    expect(output).toMatch(/^published +2 /m);
    expect(output.match(/: OK$/gm)).toHaveLength(3);
    expect(status).toBe(1);
  });
});

describe('a generated contact centre, with --json and --reshard', () => {
  let result: Awaited<RunningCommand['ended']>;
  beforeAll(async () => {
    result = await run(['--contacts', '60', '--seed', '3', '--batch-size', '20', '--reshard', '--json'])
      .ended;
  });

  it('prints the results as one object', () => {
    expect(result.status).toBe(0);
    expect(JSON.parse(result.output)).toMatchObject({ contacts: 60, differences: 0 });
    expect(result.errors).toContain('deliveries done');
  });

  it('splits and merges shards, and all checks are OK', () => {
    const { splits, merges, ...results } = JSON.parse(result.output) as Record<string, number>;
    expect(Number(splits) + Number(merges)).toBeGreaterThan(0);
    expect(results).toMatchObject({ dropped: 0, outOfOrder: 0 });
    expect(result.errors).toMatch(/^shards? \d+ .*(split|merged) into \d+/m);
  });
});

it('prints an object with the error with --json', async () => {
  const { status, output, errors } = await run(['no-such-file', '--json']).ended;
  expect(status).toBe(2);
  expect(JSON.parse(output)).toEqual({ error: errors.trimEnd() });
});

it('prints the help to standard output with --help', async () => {
  expect(await run(['--help']).ended).toMatchObject({
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

  /** @param send - by default signals the whole group, as a terminal does at Ctrl-C */
  async function interrupted(
    { child, ended }: RunningCommand,
    send = (pid: number) => process.kill(-pid, 'SIGINT'),
  ): Promise<number | null> {
    const { pid = 0 } = child;
    const below = processesBelow(pid);
    expect(below.length).toBeGreaterThan(0);
    send(pid);
    const end = await Promise.race([ended, sleep(30_000, undefined, { ref: false })]);
    await until(() => !below.some(isAlive), 'the end of every child process');
    if (end === undefined) throw new Error('still running');
    return end.status;
  }

  it('while the emulators are being started', async () => {
    const running = run([], { node: COMMAND });
    await until(() => processesBelow(running.child.pid ?? 0).length > 2, 'the start of the emulators');
    expect(await interrupted(running)).toBe(130);
  });

  it('while records are processed', async () => {
    const running = run(['--contacts', '600']);
    await until(() => /[1-9]\d* of .* done/.test(running.written.errors), 'the first records');
    expect(await interrupted(running)).toBe(130);
    const { output } = running.written;
    expect(output).toMatch(/^The run ended early: the results were not checked\.$/m);
    expect(output).not.toContain(': OK');
    const count = (name: string) =>
      Number(new RegExp(`^ *${name} +([\\d,]+) `, 'm').exec(output)?.[1]?.replaceAll(',', ''));
    const outcomes = ['stored', 'redelivered', 'stale', 'superseded', 'ignored', 'quarantined'];
    expect(outcomes.map(count).reduce((a, b) => a + b)).toBe(count('delivered'));
  });

  it('after --keep has left everything running and reachable', async () => {
    const out = join(folder, 'kept');
    const running = run(['--contacts', '10', '--keep', '--out', out]);
    await until(() => running.written.output.includes('Deliveries and messages'), 'the hints', 150);
    const output = running.written.output;
    expect(output.match(/: OK$/gm)).toHaveLength(5);
    const inSecondTerminal = (command: string) =>
      execFileSync('sh', ['-c', `. ${out}/local.env; ${command}`], {
        cwd: PROJECT,
        stdio: 'pipe',
        timeout: 60_000,
      }).toString();
    const smoke = /npm run smoke -- (.*)$/m.exec(output)?.[1] ?? '';
    const printed = inSecondTerminal(`${process.execPath} ${bundleOf('cli/smoke/smoke.ts')} --yes ${smoke}`);
    expect(printed).toMatch(/^message {2}SNS: .* the message is as it should be$/m);
    await until(() => /^published .* s$/m.test(running.written.output), 'the message in the log');
    expect(running.written.output).toMatch(/^stored \S+ v1$/m);
    expect(await interrupted(running)).toBe(130);
  }, 240_000);

  it.each(['SIGINT', 'SIGTERM'] as const)('%s for npm alone, as from a supervisor', async (signal) => {
    const running = run(['--contacts', '10', '--keep'], { program: 'npm', node: ['start', '--'] });
    // npm, the command, the synthesis, and the emulators.
    await until(() => processesBelow(running.child.pid ?? 0).length > 3, 'the start of the emulators');
    expect(await interrupted(running, (pid) => process.kill(pid, signal))).toBe(130);
  });

  it('a terminal that is closed: the summary has no reader', async () => {
    const running = run(['--contacts', '10', '--keep']);
    await until(() => processesBelow(running.child.pid ?? 0).length > 0, 'the start of the function');
    running.child.stdout?.destroy();
    running.child.stderr?.destroy();
    await interrupted(running, (pid) => process.kill(-pid, 'SIGHUP'));
  });
});
