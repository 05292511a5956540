/**
 * `npm run redrive` as an operator runs it: another process, against the emulators.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListShardsCommand,
  waitUntilStreamExists,
} from '@aws-sdk/client-kinesis';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Fault } from '../../local/chaos/faults';
import { startProxy } from '../../local/chaos/proxy';
import { ACCOUNT, REGION } from '../../local/stack/emulator-clients';
import { startLocalStack } from '../../local/stack/local-stack';
import { aGivenUp, aFailureObject, type AnObject } from '../cli/shared/failure-objects';
import { aContactRecord } from '../factories';
import { aKplAggregate } from '../kpl-aggregate';
import { type BundledFunction, bundledFunction } from './bundled-function';
import { aCommand, type RunningCommand, until } from './command';
import { aName, clients, emulators, synthesized } from './emulators';

jest.setTimeout(180_000);

const redrive = (bucket: string, ...args: string[]): RunningCommand =>
  aCommand('redrive', ['--bucket', bucket, '--yes', ...args]);

const keysIn = async (Bucket: string, Prefix = ''): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: clients.s3 }, { Bucket, Prefix })) {
    keys.push(...Contents.map(({ Key = '' }) => Key));
  }
  return keys;
};
const isDone = (key: string) => key.startsWith('redriven/');

describe('a bucket and a stream of its own', () => {
  const [bucket, stream] = [aName('failures'), aName('stream')];
  const streamArn = `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/${stream}`;

  beforeAll(async () => {
    await clients.s3.send(new CreateBucketCommand({ Bucket: bucket }));
    await clients.kinesis.send(new CreateStreamCommand({ StreamName: stream, ShardCount: 2 }));
    const wait = { client: clients.kinesis, maxWaitTime: 30, minDelay: 0.05, maxDelay: 0.5 };
    await waitUntilStreamExists(wait, { StreamName: stream });
  });

  const put = ({ key, body }: AnObject) =>
    clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));

  /** Returns all records of the stream as `partition key: payload`, by shard in order. */
  async function arrived(): Promise<string[]> {
    const { Shards = [] } = await clients.kinesis.send(new ListShardsCommand({ StreamName: stream }));
    const records: string[] = [];
    for (const { ShardId } of Shards) {
      let { ShardIterator } = await clients.kinesis.send(
        new GetShardIteratorCommand({ StreamName: stream, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
      );
      for (let behind = 1; behind > 0 && ShardIterator;) {
        const page = await clients.kinesis.send(new GetRecordsCommand({ ShardIterator }));
        records.push(
          ...(page.Records ?? []).map(
            ({ PartitionKey = '', Data }) => `${PartitionKey}: ${Buffer.from(Data ?? '').toString()}`,
          ),
        );
        behind = page.MillisBehindLatest ?? 0;
        ShardIterator = page.NextShardIterator;
      }
    }
    return records;
  }

  it('redrives every record when runs are killed and repeated', async () => {
    const delivery = (i: number) => ({
      ...{ payload: `payload ${i}`, partitionKey: `key ${i % 20}`, sequenceNumber: i, arrival: i, streamArn },
    });
    const single = Array.from({ length: 150 }, (_, i) => delivery(i));
    const batches = [2000, 3000, 4000].map((from) =>
      Array.from({ length: 60 }, (_, i) => delivery(from + i)),
    );
    const objects = [
      ...(await Promise.all(single.map((one) => aFailureObject(one)))),
      ...batches.map((batch, i) => aGivenUp(batch, `f0000000-0000-4000-8000-00000000000${i}`)),
    ];
    for (let i = 0; i < objects.length; i += 50) await Promise.all(objects.slice(i, i + 50).map(put));

    let kills = 0;
    for (const moved of [1, 50, 100]) {
      const { child, ended } = redrive(bucket, '--execute');
      const enough = async () =>
        (await keysIn(bucket, 'redriven/')).length >= moved || child.exitCode !== null;
      await until(enough, `${moved} objects moved`);
      if (child.exitCode === null) kills += 1;
      child.kill('SIGKILL');
      await ended;
    }
    expect(kills).toBeGreaterThanOrEqual(2);
    const last = await redrive(bucket, '--execute').ended;

    expect(last).toMatchObject({ status: 0 });
    expect((await keysIn(bucket)).sort()).toEqual(objects.map(({ key }) => `redriven/${key}`).sort());
    const records = await arrived();
    const sent = [...single, ...batches.flat()].map(
      ({ partitionKey, payload }) => `${partitionKey}: ${payload}`,
    );
    expect(new Set(records)).toEqual(new Set(sent));
    for (let key = 0; key < 20; key++) {
      const isOfKey = (record: string) => record.startsWith(`key ${key}: `);
      expect([...new Set(records.filter(isOfKey))]).toEqual(sent.filter(isOfKey));
    }
    expect(last.output + last.errors).not.toMatch(/payload|key \d/);
  });

  it('ends after the current request, and says what remains, when Ctrl-C comes', async () => {
    const one = aGivenUp(
      Array.from({ length: 400 }, (_, i) => ({ partitionKey: String(i), sequenceNumber: i + 1, streamArn })),
      'f0000000-0000-4000-8000-00000000000c',
    );
    await put(one);
    const before = (await arrived()).length;
    const { child, ended } = redrive(bucket, '--prefix', 'aws/', '--execute', '--records-per-second', '20');
    await until(async () => (await arrived()).length > before, 'the first record');
    child.kill('SIGINT');

    const { status, output, errors } = await ended;
    expect(status).toBe(130);
    expect(errors).toContain('Stopping after the current request.');
    expect(output).toMatch(
      /^\d+ records redriven, 0 objects moved to redriven\/\n1 object still to redrive: run the same command again$/m,
    );
    expect((await keysIn(bucket)).filter((key) => !isDone(key))).toEqual([one.key]);
    expect(await redrive(bucket, '--execute').ended).toMatchObject({ status: 0 });
  });

  it('reports and keeps unreadable objects, and ends with status 1', async () => {
    await put({ key: 'quarantined/by hand é+%.json', body: '{"CANARY":1}' });
    await put(await aFailureObject({ payload: 'CANARY', sequenceNumber: 9001, streamArn }));

    const { status, output, errors } = await redrive(bucket, '--execute').ended;

    expect(status).toBe(1);
    expect(output).toContain('"quarantined/by hand é+%.json": kind is missing or not valid');
    expect(output).toContain('1 record redriven, 1 object moved to redriven/');
    expect(output + errors).not.toContain('CANARY');
    expect((await keysIn(bucket)).filter((key) => !isDone(key))).toEqual(['quarantined/by hand é+%.json']);
  });

  it('redrives an object again with any characters in its key', async () => {
    const { key, body } = await aFailureObject({ payload: 'once more', sequenceNumber: 9002, streamArn });
    await put({ key: `redriven/more é+%/${key}`, body });

    const { status } = await redrive(bucket, '--prefix', 'redriven/more', '--execute').ended;

    expect(status).toBe(0);
    expect(await keysIn(bucket, 'redriven/more')).toEqual([]);
    expect(await keysIn(bucket, 'redriven/redriven/')).toEqual([`redriven/redriven/more é+%/${key}`]);
    expect((await arrived()).filter((record) => record.endsWith('once more'))).toHaveLength(1);
  });

  it('reports one sentence when the stream or the bucket does not exist', async () => {
    await put(await aFailureObject({ sequenceNumber: 9003, streamArn }));
    const noStream = await redrive(
      bucket,
      '--prefix',
      `quarantined/${stream}`,
      '--stream',
      'no-such-stream',
      '--execute',
    ).ended;
    expect(noStream).toMatchObject({ status: 1 });
    expect(noStream.errors).toMatch(
      /^kinesis:PutRecords failed \(ResourceNotFoundException\): check the name/m,
    );
    expect(await redrive('no-such-bucket').ended).toMatchObject({
      status: 1,
      output: '',
      errors: expect.stringMatching(/^s3:ListBucket failed \(NoSuchBucket\): check the name/m) as unknown,
    });
  });

  it('shows keys with --list and writes payloads with --dest, without a change of the bucket', async () => {
    const object = await aFailureObject({ payload: 'not {json', sequenceNumber: 9005, streamArn });
    await put(object);
    const before = await keysIn(bucket);
    const dest = mkdtempSync(join(tmpdir(), 'redrive-'));

    const selected = ['--prefix', object.key, '--list', '--dest', dest];
    const { status, output } = await redrive(bucket, ...selected).ended;
    const again = await redrive(bucket, ...selected).ended;
    const payload = readFileSync(join(dest, object.key, '9005'), 'utf8');
    rmSync(dest, { recursive: true });

    expect({ status, payload }).toEqual({ status: 0, payload: 'not {json' });
    expect(output).toContain(`\n${object.key}\n`);
    expect(output).toContain(`1 payload written to ${dest}\n`);
    expect(output).not.toContain('not {json');
    expect(again).toMatchObject({ status: 2, output: '' });
    expect(again.errors).toMatch(/ is not empty: give a new or empty folder\.\n$/);
    expect(await keysIn(bucket)).toEqual(before);
    await clients.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: object.key }));
  });

  it('reads and changes nothing when there is no terminal and no --yes', async () => {
    const before = await keysIn(bucket);

    expect(await aCommand('redrive', ['--bucket', bucket, '--execute']).ended).toEqual({
      status: 2,
      output: '',
      errors:
        'The command asks before it sends records, and there is no terminal: give --yes to run without the question.\n',
    });
    expect(await keysIn(bucket)).toEqual(before);
  });

  it('prints only one object with --json, even when it fails', async () => {
    await put(await aFailureObject({ payload: 'CANARY', sequenceNumber: 9004, streamArn }));
    const prefix = ['--prefix', `quarantined/${stream}`, '--json'];
    const listed = await redrive(bucket, ...prefix).ended;
    const group = { kind: 'quarantined', reason: 'not-json', objects: 2, records: 2 };
    expect(JSON.parse(listed.output)).toEqual({
      groups: [{ ...group, oldest: expect.any(String) as unknown, newest: expect.any(String) as unknown }],
      unreadable: [],
    });

    const failed = await redrive(bucket, ...prefix, '--execute', '--stream', 'no-such-stream').ended;
    expect(failed.status).toBe(1);
    const error = failed.errors.trimEnd().split('\n').at(-1);
    expect(JSON.parse(failed.output)).toMatchObject({
      groups: [group],
      redriven: { records: 0, moved: 0, gone: 0, skipped: [], remaining: 2 },
      error,
    });
    expect(error).toMatch(/^kinesis:PutRecords failed/);
  });
});

describe('the whole stack', () => {
  let bundled: BundledFunction;
  beforeAll(async () => {
    bundled = await bundledFunction('redrive');
  });
  afterAll(() => bundled.stop());

  const bodyOf = async (Key: string) => {
    const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: bundled.stack.names.bucket, Key }));
    return JSON.parse((await Body?.transformToString()) ?? '') as Record<string, unknown>;
  };

  it('quarantines a record again with the same bytes when it is redriven without a fix', async () => {
    const { stack } = bundled;
    const { bucket } = stack.names;
    const data = Buffer.from([0x50, 0x49, 0x4e, 0x47, 0xff]);
    await stack.putRecords([{ data, partitionKey: 'poison' }]);
    await stack.whenCaughtUp(30_000);
    const [first = ''] = await keysIn(bucket, 'quarantined/');

    const list = await redrive(bucket).ended;
    expect(list).toMatchObject({ status: 0 });
    expect(list.output).toMatch(/^quarantined +not-utf8 +1 +1 /m);
    expect(await keysIn(bucket)).toEqual([first]);

    const { status } = await redrive(bucket, '--execute').ended;
    expect(status).toBe(0);
    await until(async () => (await keysIn(bucket, 'quarantined/')).length === 1, 'quarantined again');

    const [again = ''] = await keysIn(bucket, 'quarantined/');
    expect(again).not.toBe(first);
    expect(await keysIn(bucket)).toEqual([again, `redriven/${first}`]);
    expect(await bodyOf(again)).toMatchObject({ data: data.toString('base64'), partitionKey: 'poison' });
    expect(await bodyOf(`redriven/${first}`)).toMatchObject({ data: data.toString('base64') });
  });

  it('stores every contact of packed records when they are redriven', async () => {
    const { stack } = bundled;
    const { bucket, recordsTable } = stack.names;
    const contact = (id: string) => JSON.stringify(aContactRecord({ ContactId: id }));
    const packedContacts = async () => {
      const { Items = [] } = await clients.dynamodb.send(new ScanCommand({ TableName: recordsTable }));
      return Items.flatMap(({ ContactId }) => ContactId?.S ?? []).filter((id) => id.startsWith('packed-'));
    };
    const failed = async () => (await keysIn(bucket)).filter((key) => !isDone(key));
    const before = await failed();
    const gzip = gzipSync(`${contact('packed-1')}\n${contact('packed-2')}\n`);
    const aggregate = aKplAggregate(
      ['packed-3', 'packed-4'].map((id) => ({ data: contact(id), partitionKey: id })),
    );
    await stack.putRecords([gzip, aggregate].map((data) => ({ data, partitionKey: 'relay' })));
    await stack.whenCaughtUp(30_000);

    const { status, output } = await redrive(
      ...([bucket, '--reason', 'gzip', '--reason', 'kpl-aggregate', '--execute'] as const),
    ).ended;
    await until(async () => (await packedContacts()).length === 4, 'the four contacts');

    expect({ status, output }).toMatchObject({
      status: 0,
      output: expect.stringContaining('4 records redriven, 2 objects moved to redriven/') as unknown,
    });
    expect(await failed()).toEqual(before);
    expect((await packedContacts()).sort()).toEqual(['packed-1', 'packed-2', 'packed-3', 'packed-4']);
  });

  it('publishes a contact once when it is redriven after an outage of SNS', async () => {
    let isDown = true;
    const down: Fault = { kind: 'server-error', variant: 0, outage: true };
    const proxy = await startProxy({
      targets: emulators.endpoints,
      faultFor: ({ service }) => (isDown && service === 'sns' ? down : undefined),
    });
    const givenUp: string[] = [];
    const stack = await startLocalStack({
      ...{ emulators, synthesized: await synthesized(), stackName: aName('outage'), shards: 1 },
      // Lambda takes no less than 60: that would be a minute of waiting.
      maximumRecordAgeSeconds: 3,
      functionEndpoints: () => Promise.resolve(proxy.endpoints),
      onGivenUp: ({ condition }) => givenUp.push(condition),
    });
    try {
      const { bucket, queueUrl } = stack.names;
      const record = aContactRecord({ ContactId: 'outlived' });
      const data = Buffer.from(JSON.stringify(record));

      await stack.putRecords([{ data, partitionKey: 'a-key' }]);
      await stack.whenCaughtUp(60_000);
      expect(givenUp).toEqual(['RecordAgeExceeded']);
      expect(await keysIn(bucket, '')).toEqual([expect.stringMatching(/^aws\/lambda\//)]);

      isDown = false;
      const redriven = await redrive(bucket, '--reason', 'RecordAgeExceeded', '--execute').ended;
      expect(redriven).toMatchObject({ status: 0 });
      const published = async () => {
        const { Messages = [] } = await clients.sqs.send(
          new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
        );
        return Messages.map(({ Body = '' }) => JSON.parse(Body) as unknown);
      };
      const messages: unknown[] = [];
      await until(async () => messages.push(...(await published())) > 0, 'the message');
      expect(messages).toEqual([record]);
      expect(await keysIn(bucket, 'aws/')).toEqual([]);

      // Once more, as after a kill: it is a copy like any other.
      const again = await redrive(bucket, '--prefix', 'redriven/aws/', '--execute').ended;
      expect(again.output).toContain('1 record redriven, 1 object moved');
      await stack.putRecords([{ data: Buffer.from('{"EventType":"LAST"}'), partitionKey: 'a-key' }]);
      await stack.whenCaughtUp(30_000);
      expect(await published()).toEqual([]);
    } finally {
      await stack.stop();
      await proxy.stop();
    }
  });
});
