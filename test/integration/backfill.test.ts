/** Runs `npm run backfill` as an operator does: in another process, against the emulators and the bundled function. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { readCheckpoint, writeCheckpoint } from '../../cli/backfill/checkpoint';
import { BEGINNING } from '../../cli/backfill/read-records';
import { createBackfillCounts } from '../../cli/backfill/send-records';
import { anAnsweredContactRecord } from '../factories';
import { type BundledFunction, bundledFunction } from './bundled-function';
import { aCommand, type RunningCommand, until } from './command';
import { aName, clients } from './emulators';
import { startListening } from '../../local/stack/http-forwarding';

jest.setTimeout(180_000);

let bundled: BundledFunction;
const folder = mkdtempSync(join(tmpdir(), 'backfill-'));
const servers: Server[] = [];

beforeAll(async () => {
  bundled = await bundledFunction('backfill');
});
afterAll(async () => {
  await bundled.stop();
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

const CHECKPOINT = join(folder, 'checkpoint.json');

/** Runs without a question, with a checkpoint of its own. */
const backfill = (input: string, ...args: string[]): RunningCommand =>
  aCommand('backfill', [input, '--yes', '--checkpoint', CHECKPOINT, ...args]);

const toStream = () => ['--stream', bundled.stack.names.stream, '--assume-notify-limit'];

/** Answers as CloudFormation does for a stack with these outputs; resolves to the environment that finds it. */
async function aStack(outputs: Record<string, string>): Promise<Record<string, string>> {
  const members = Object.entries(outputs)
    .map(
      ([name, value]) => `<member><OutputKey>${name}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    )
    .join('');
  const answer =
    '<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks>' +
    `<member><StackName>S</StackName><Outputs>${members}</Outputs></member>` +
    '</Stacks></DescribeStacksResult></DescribeStacksResponse>';
  const server = createServer((_request, response) =>
    response.setHeader('content-type', 'text/xml').end(answer),
  );
  servers.push(server);
  return { AWS_ENDPOINT_URL_CLOUDFORMATION: await startListening(server) };
}

/** `prefix` keeps the contacts of one test apart from those of another. */
const record = (prefix: string, contact: number, version: number) =>
  anAnsweredContactRecord({
    ContactId: `${prefix}-${contact}`,
    LastUpdateTimestamp: `2024-03-05T09:32:${String(version).padStart(2, '0')}Z`,
    Attributes: { canary: 'CANARY-VALUE' },
  });

/** The items of a test, by ContactId. */
async function tableOf(prefix: string): Promise<Map<string, Record<string, unknown>>> {
  const items = new Map<string, Record<string, unknown>>();
  let ExclusiveStartKey: Record<string, never> | undefined;
  do {
    const page = await clients.dynamodb.send(
      new ScanCommand({
        TableName: bundled.stack.names.recordsTable,
        ConsistentRead: true,
        ExclusiveStartKey,
      }),
    );
    for (const item of page.Items ?? []) {
      const record = unmarshall(item);
      if (String(record.ContactId).startsWith(`${prefix}-`)) items.set(record.ContactId as string, record);
    }
    ExclusiveStartKey = page.LastEvaluatedKey as typeof ExclusiveStartKey;
  } while (ExclusiveStartKey);
  return items;
}

/** Four files of a kind each: 900 contacts in two versions, the older one last. */
function mixedFolder(prefix: string): { path: string; newest: Record<string, unknown>[] } {
  const path = join(folder, prefix);
  mkdirSync(join(path, '2024', '03'), { recursive: true });
  const newest = Array.from({ length: 900 }, (_, i) => record(prefix, i, 2));
  const texts = [...newest, ...Array.from({ length: 900 }, (_, i) => record(prefix, i, 1))].map((one) =>
    JSON.stringify(one),
  );
  const part = (i: number) => texts.slice(i * 450, (i + 1) * 450);
  writeFileSync(join(path, '2024', '03', 'firehose-1'), gzipSync(part(0).join('')));
  writeFileSync(
    join(path, '2024', '03', 'lines.ndjson'),
    `\ufeff${part(1).join('\r\n')}\n{"EventType":"LOGIN"}\n`,
  );
  writeFileSync(join(path, 'array.json'), `[\n${part(2).join(',\n')}\n]\n`);
  const members = [part(3).slice(0, 200), part(3).slice(200)].map((texts) => gzipSync(texts.join('\n')));
  writeFileSync(join(path, 'members.gz'), Buffer.concat(members));
  return { path, newest };
}

it('stores every contact in its newest version when it is killed and run again', async () => {
  const { path, newest } = mixedFolder('killed');
  const slowly = ['--records-per-second', '150', ...toStream()];

  const first = backfill(path, ...slowly);
  const sentBefore = () =>
    existsSync(CHECKPOINT)
      ? (JSON.parse(readFileSync(CHECKPOINT, 'utf8')) as { done: { sent: number } }).done.sent
      : 0;
  await until(() => sentBefore() > 0 || first.child.exitCode !== null, 'the first checkpoint');
  first.child.kill('SIGKILL');
  expect(await first.ended).toMatchObject({ status: null });
  const sent = sentBefore();
  expect(sent).toBeGreaterThan(0);
  expect(sent).toBeLessThan(1800);

  const other = await backfill(path, '--stream', 'another', '--assume-notify-limit').ended;
  expect(other).toMatchObject({ status: 2, output: '' });
  expect(other.errors).toMatch(
    /^The checkpoint .* belongs to another backfill, from .* into us-east-1\/test-/m,
  );

  const second = await backfill(path, ...slowly).ended;
  expect(second).toMatchObject({ status: 0 });
  expect(second.errors).toMatch(
    new RegExp(`^Continuing from .*: ${sent.toLocaleString('en-US')} sent before, `, 'm'),
  );
  expect(second.errors).toMatch(/records sent, \d+ a second, \d+ s left$/m);
  expect(second.output).toMatch(/^sent +1,800 /m);
  expect(second.output).toMatch(
    /^ {2}ignored +1 +first: 2024\/03\/lines\.ndjson, byte [\d,]+ \(line 451\)$/m,
  );
  expect(existsSync(CHECKPOINT)).toBe(false);

  await until(async () => (await tableOf('killed')).size === 900, 'every contact in the table');
  await bundled.stack.putRecords([{ data: Buffer.from('{"EventType":"LAST"}'), partitionKey: 'k' }]);
  await bundled.stack.whenCaughtUp(60_000);
  const table = await tableOf('killed');
  expect(newest.map(({ ContactId }) => table.get(ContactId as string))).toEqual(newest);
  expect(second.output + second.errors + first.written.errors).not.toMatch(/CANARY|\+1206/);
});

it('sends every object under a prefix in S3, and reports and skips an unreadable one', async () => {
  const bucket = aName('exports');
  await clients.s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const put = (Key: string, Body: string | Buffer) =>
    clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  const texts = Array.from({ length: 30 }, (_, i) => JSON.stringify(record('s3', i, 1)));
  await put('2024/03/05/firehose-1', gzipSync(texts.slice(0, 10).join('')));
  await put('2024/03/05/firehose-2', texts.slice(10, 20).join(''));
  // Larger than one range.
  await put(
    '2024/03/06/é +%',
    `${texts.slice(20).join('\n')}\n${' '.repeat(9 * 1024 * 1024)}${JSON.stringify(record('s3', 30, 1))}`,
  );
  await put('2024/03/07/broken.gz', gzipSync(JSON.stringify(record('s3', 31, 1))).subarray(0, -6));
  await put('2025/other', JSON.stringify(record('s3', 99, 1)));
  const environment = await aStack({ StreamName: bundled.stack.names.stream, NotifyWithinHours: '24' });

  const args = [`s3://${bucket}/2024/`, '--stack', 'S', '--yes', '--json', '--checkpoint', CHECKPOINT];
  const { status, output, errors } = await aCommand('backfill', args, environment).ended;

  expect(errors).toContain(`s3://${bucket}/2024/ (4 objects, `);
  expect(errors).toContain('Contacts that ended more than 24 hours ago are stored, and not published');
  expect(errors).toMatch(/^broken: 2024\/03\/07\/broken\.gz, byte [\d,]+ \(line 1\): broken-gzip$/m);
  expect(JSON.parse(output)).toMatchObject({
    ...{ sent: 32, complete: true, allWell: false, dryRun: false, read: 4 },
    skipped: { 'broken-gzip': { count: 1 } },
    stream: bundled.stack.names.stream,
  });
  expect(status).toBe(1);
  await until(async () => (await tableOf('s3')).size === 32, 'every contact in the table');
});

it('ends after the current request, and says how to continue, when Ctrl-C comes', async () => {
  const { path } = mixedFolder('stopped');
  const { child, written, ended } = backfill(path, '--records-per-second', '50', ...toStream());
  await until(
    () => /[1-9]\d* records sent/.test(written.errors) || child.exitCode !== null,
    'the first record',
  );
  child.kill('SIGINT');

  const { status, output, errors } = await ended;
  expect(status).toBe(130);
  expect(errors).toContain('Stopping after the current request.');
  expect(output).toContain('Not all input was read: run the same command again to continue.');
  expect(existsSync(CHECKPOINT)).toBe(true);
  rmSync(CHECKPOINT);
});

it('ends when Ctrl-C comes while it reads a long file without records', async () => {
  const path = join(folder, 'nothing-for-long');
  writeFileSync(path, '');
  // The file is sparse, and uses no space on the disk.
  truncateSync(path, 50_000_000_000);
  const { child, written, ended } = backfill(path, '--dry-run');
  await until(() => written.errors.includes('records found') || child.exitCode !== null, 'the beginning');
  child.kill('SIGINT');
  const from = performance.now();
  expect((await ended).status).toBe(130);
  expect(performance.now() - from).toBeLessThan(10_000);
});

describe('it does not start', () => {
  const file = join(folder, 'one.json');
  beforeAll(() => {
    writeFileSync(file, JSON.stringify(record('none', 1, 1)));
  });

  it.each([
    ['none', /^notifyWithinHours is not set: .* --notify-old-contacts\.$/m],
    [undefined, /^The stack S has no output NotifyWithinHours: .* deploy it again\.$/m],
  ])('while the stack’s NotifyWithinHours is %s', async (hours, sentence) => {
    const outputs = { StreamName: bundled.stack.names.stream, ...(hours && { NotifyWithinHours: hours }) };
    const { status, output, errors } = await aCommand(
      'backfill',
      [file, '--stack', 'S', '--yes', '--checkpoint', CHECKPOINT],
      await aStack(outputs),
    ).ended;
    expect({ status, output }).toEqual({ status: 2, output: '' });
    expect(errors).toMatch(sentence);
  });

  it('to a stream without information on the limit', async () => {
    const { status, errors } = await backfill(file, '--stream', bundled.stack.names.stream).ended;
    expect(status).toBe(2);
    expect(errors).toMatch(/^A stream does not show whether notifyWithinHours is set: /);
  });

  it('without a terminal and --yes', async () => {
    const { status, errors } = await aCommand('backfill', [file, ...toStream()]).ended;
    expect({ status, errors }).toEqual({
      status: 2,
      errors:
        'The command asks before it sends records, and there is no terminal: give --yes to run without the question.\n',
    });
  });

  it('with nothing to read', async () => {
    mkdirSync(join(folder, 'empty'));
    const { status, errors } = await backfill(join(folder, 'empty'), '--dry-run').ended;
    expect({ status, errors }).toEqual({
      status: 2,
      errors: `${join(folder, 'empty')} has no files or objects: check the path.\n`,
    });
  });
});

const NOWHERE = ['--stream', 'nowhere', '--notify-old-contacts'];

it('reports one sentence, and writes no checkpoint, when the stream does not exist', async () => {
  const file = join(folder, 'lost.json');
  writeFileSync(file, JSON.stringify(record('lost', 1, 1)));

  const { status, errors, output } = await backfill(file, ...NOWHERE).ended;

  expect(status).toBe(1);
  expect(errors).toMatch(
    /^kinesis:PutRecords failed \(ResourceNotFoundException\): check the name and the region /m,
  );
  expect(errors).toContain('EVERY abandoned contact among them is published to all subscribers');
  expect(output).toMatch(/^sent +0 /m);
  expect(existsSync(CHECKPOINT)).toBe(false);
});

it('keeps the checkpoint of an earlier run when it sends no record', async () => {
  const file = join(folder, 'lost.json');
  writeFileSync(file, JSON.stringify(record('lost', 1, 1)));
  const earlier = {
    subject: { input: file, stream: 'us-east-1/nowhere' },
    position: BEGINNING,
    counts: { ...createBackfillCounts(), sent: 5 },
  };
  await writeCheckpoint(CHECKPOINT, earlier);

  const { status } = await backfill(file, ...NOWHERE).ended;

  expect(status).toBe(1);
  expect(await readCheckpoint(CHECKPOINT, earlier.subject)).toEqual(earlier);
  rmSync(CHECKPOINT);
});

describe('standard input', () => {
  it('is sent like a file', async () => {
    const texts = Array.from({ length: 20 }, (_, i) => JSON.stringify(record('stdin', i, 1)));

    const { status, output, errors } = await aCommand(
      'backfill',
      ['-', '--yes', ...toStream()],
      {},
      gzipSync(texts.join('')),
    ).ended;

    expect(errors).toContain(
      'Standard input can be read only once: a run that ends early writes no checkpoint.',
    );
    expect(output).toMatch(/^sent +20 /m);
    expect(status).toBe(0);
    await until(async () => (await tableOf('stdin')).size === 20, 'every contact in the table');
  });

  it('is reported in one sentence when it is empty', async () => {
    const { status, errors } = await aCommand('backfill', ['-', '--dry-run']).ended;

    expect(errors).toMatch(/^Standard input is empty\.$/m);
    expect(status).toBe(2);
  });

  it('is closed at Ctrl-C when it does not end', async () => {
    const { child, written, ended } = aCommand('backfill', ['-', '--dry-run'], {}, null);
    await until(
      () => written.errors.includes('Reads standard input') || child.exitCode !== null,
      'the start',
    );

    child.kill('SIGINT');

    expect((await ended).status).toBe(130);
  });
});

it('names exports of another format with what to do, and ends with status 1', async () => {
  const path = join(folder, 'others');
  mkdirSync(path);
  writeFileSync(join(path, 'a.parquet'), 'PAR1\x15\x04PAR1');
  writeFileSync(join(path, 'b.json'), '{"Contact":{"Id":"c-1","Arn":"CANARY-VALUE"}}');
  writeFileSync(join(path, 'c.ndjson'), JSON.stringify(record('x', 1, 1)).toLowerCase());

  const { status, output, errors } = await backfill(path, '--dry-run').ended;

  expect(errors).toMatch(/^unreadable: a\.parquet: this is Parquet, not JSON: use the JSON /m);
  expect(errors).toMatch(/^broken: b\.json, byte 0 \(line 1\): this is output of the DescribeContact API, /m);
  expect(errors).toMatch(/^broken: c\.ndjson, .*: these look like contact records with lower-case names, /m);
  expect(output).toMatch(/^would be sent +0 /m);
  expect(output + errors).not.toMatch(/canary/i);
  expect(status).toBe(1);
});
