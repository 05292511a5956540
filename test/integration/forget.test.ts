/** `npm run forget` as an operator runs it: another process, against the local stack and a bucket with versions. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { GetItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { ACCOUNT, REGION } from '../../local/stack/emulator-clients';
import { type LocalStack, startLocalStack } from '../../local/stack/local-stack';
import { aFailureObject, aGivenUp, type AnObject } from '../cli/shared/failure-objects';
import { aContactRecord } from '../factories';
import { startVersionedS3, type VersionedS3 } from '../versioned-s3';
import { aCommand, type RunningCommand, until } from './command';
import { aName, aTable, clients, emulators, synthesized } from './emulators';

jest.setTimeout(240_000);

const NUMBER = '+12065550199';
/** The customer's values in all forms in which they are sent. */
const CANARIES = ['2065550199', '555-0199', 'CANARY'];

let s3: VersionedS3;
let stack: LocalStack;
let folder: string;
const requests: { onRequest?: (request: string) => void } = {};

beforeAll(async () => {
  s3 = await startVersionedS3((request) => {
    requests.onRequest?.(request);
    return undefined;
  });
  stack = await startLocalStack({
    emulators: { ...emulators, endpoints: { ...emulators.endpoints, s3: s3.endpoint } },
    ...{ synthesized: await synthesized(), stackName: aName('forget'), shards: 1 },
  });
  folder = mkdtempSync(join(tmpdir(), 'forget-'));
});
afterAll(async () => {
  await stack.stop();
  await s3.stop();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  delete requests.onRequest;
});

let receipts = 0;
const lastReceipt = () => join(folder, `${receipts}.json`);

function forget(...args: string[]): RunningCommand {
  const { recordsTable, bucket } = stack.names;
  const receipt = args.includes('--execute') ? ['--receipt', join(folder, `${++receipts}.json`)] : [];
  return aCommand(
    'forget',
    [...['--table', recordsTable, '--bucket', bucket, '--yes', '--wait-seconds', '1'], ...args, ...receipt],
    { AWS_ENDPOINT_URL_S3: s3.endpoint },
  );
}

async function deliver(...payloads: (Record<string, unknown> | string | Buffer)[]): Promise<void> {
  const toBytes = (payload: (typeof payloads)[number]) =>
    Buffer.isBuffer(payload)
      ? payload
      : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  await stack.putRecords(payloads.map((payload) => ({ data: toBytes(payload), partitionKey: 'a-key' })));
  await stack.whenCaughtUp(60_000);
}

const put = ({ key, body }: AnObject) =>
  stack.clients.s3.send(new PutObjectCommand({ Bucket: stack.names.bucket, Key: key, Body: body }));

async function scanTable(TableName: string) {
  const items = [];
  for await (const { Items = [] } of paginateScan({ client: stack.clients.dynamodb }, { TableName })) {
    items.push(...Items);
  }
  return items;
}

/** Returns both tables, and all versions of all objects with their payloads. */
async function readEverything(): Promise<string> {
  const { recordsTable, ledgerTable, bucket } = stack.names;
  const tables = [...(await scanTable(recordsTable)), ...(await scanTable(ledgerTable))];
  const objects = s3.versions(bucket).flatMap(({ key, body }) => [key, body?.toString() ?? '']);
  const payloads = objects.flatMap((text) =>
    Array.from(text.matchAll(/\\?"data\\?":\\?"([\w+/=]+)/g), ([, data = '']) => Buffer.from(data, 'base64')),
  );
  return [JSON.stringify(tables), ...objects, ...payloads.map((bytes) => bytes.toString())].join('\n');
}

const findCanaries = async () => {
  const everything = await readEverything();
  return CANARIES.filter((canary) => everything.includes(canary));
};

const readItem = async (contactId: string) => {
  const Key = { ContactId: { S: contactId } };
  return (await stack.clients.dynamodb.send(new GetItemCommand({ TableName: stack.names.recordsTable, Key })))
    .Item;
};

async function receiveContactIds(): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const { Messages = [] } = await stack.clients.sqs.send(
      new ReceiveMessageCommand({
        ...{ QueueUrl: stack.names.queueUrl, MaxNumberOfMessages: 10 },
      }),
    );
    if (Messages.length === 0) return ids;
    ids.push(...Messages.map(({ Body = '' }) => (JSON.parse(Body) as { ContactId: string }).ContactId));
  }
}

const customer = (ContactId: string, overrides: Record<string, unknown> = {}) =>
  aContactRecord({
    ContactId,
    CustomerEndpoint: { Address: NUMBER, Type: 'TELEPHONE_NUMBER' },
    Attributes: { name: 'CANARY' },
    ...overrides,
  });
const other = (ContactId: string, overrides: Record<string, unknown> = {}) =>
  aContactRecord({
    ContactId,
    CustomerEndpoint: { Address: '+12065550102', Type: 'TELEPHONE_NUMBER' },
    ...overrides,
  });
const streamArn = () => `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/${stack.names.stream}`;

it('deletes all data of a customer, and none comes back when all records are delivered, redriven and replayed', async () => {
  const { bucket } = stack.names;
  const survey = customer('f-survey', {
    ...{ PreviousContactId: 'f-stored', InitiationMethod: 'DISCONNECT', Queue: null, CustomerEndpoint: null },
  });
  const stored = customer('f-stored', { NextContactId: 'f-survey', InitialContactId: 'f-not-stored' });
  const delivered = [
    ...[stored, survey, other('f-other')],
    `{"broken ${NUMBER} CANARY`,
    gzipSync(`${JSON.stringify(customer('f-packed'))}\n${JSON.stringify(other('f-packed-other'))}\n`),
  ];
  await deliver(...delivered);
  // Redriven: an old version, its delete marker, and the copy. The function writes the object again.
  await aCommand('redrive', ['--bucket', bucket, '--reason', 'not-json', '--execute', '--yes'], {
    AWS_ENDPOINT_URL_S3: s3.endpoint,
  }).ended;
  await stack.whenCaughtUp(60_000);
  const givenUp = aGivenUp(
    [customer('f-given-up'), other('f-given-up-other')].map((record, index) => ({
      ...{ payload: JSON.stringify(record), partitionKey: String(index), sequenceNumber: index + 1 },
      streamArn: streamArn(),
    })),
  );
  await put(givenUp);
  await receiveContactIds();

  const { status, output, errors } = await forget('--number', '+1 (206) 555-0199', '--execute').ended;
  await until(async () => (await readItem('f-given-up-other')) !== undefined, 'the other contact is stored');
  const left = await findCanaries();
  await deliver(
    ...delivered,
    customer('f-stored', { LastUpdateTimestamp: '2026-03-05T09:31:04Z' }),
    customer('f-not-stored'),
  );
  stack.restartMapping();
  await put(givenUp);
  await aCommand('redrive', ['--bucket', bucket, '--execute', '--yes'], { AWS_ENDPOINT_URL_S3: s3.endpoint })
    .ended;
  await stack.whenCaughtUp(60_000);

  expect({ status, left }).toEqual({ status: 0, left: [] });
  expect(output + errors).not.toMatch(/CANARY|5550199/);
  const published = await receiveContactIds();
  expect(published.filter((id) => !id.includes('other'))).toEqual([]);
  expect(await readItem('f-packed-other')).toBeDefined();
  for (const id of ['f-stored', 'f-survey', 'f-not-stored', 'f-packed', 'f-given-up']) {
    expect(Object.keys((await readItem(id)) ?? {}).sort()).toEqual([
      ...['ContactId', 'LastUpdateTimestamp', 'contact-record-pipeline:ExpiresAt'],
      'contact-record-pipeline:Forgotten',
    ]);
  }
  const receipt = JSON.parse(readFileSync(lastReceipt(), 'utf8')) as { contacts: { contactId: string }[] };
  expect(receipt).toMatchObject({ complete: true, unreadable: [] });
  expect(receipt.contacts.map(({ contactId }) => contactId).sort()).toEqual([
    ...['f-given-up', 'f-not-stored', 'f-packed', 'f-stored', 'f-survey'],
  ]);

  // What was quarantined and redriven again is in the bucket: the next run deletes it.
  const check = await forget('--number', NUMBER, '--check').ended;
  const again = await forget('--number', NUMBER, '--execute').ended;
  const checkAgain = await forget('--number', NUMBER, '--check').ended;
  expect([check.status, again.status, checkAgain.status]).toEqual([1, 0, 0]);
  expect(checkAgain.output).toContain('No data was found.');
  expect(await findCanaries()).toEqual([]);
});

it('completes the deletion in the next run when a run was killed at any request', async () => {
  for (const step of ['after a tombstone', 'GET', 'DELETE']) {
    const ids = ['a', 'b', 'c'].map((name) => `k-${step.replaceAll(' ', '-')}-${name}`);
    const [a = '', b = '', c = ''] = ids;
    await deliver(
      customer(a, { NextContactId: b }),
      customer(b, { NextContactId: c, CustomerEndpoint: null, Attributes: { name: 'CANARY' } }),
      customer(c, { CustomerEndpoint: null }),
    );
    await put(await aFailureObject({ payload: JSON.stringify(customer(c)), streamArn: streamArn() }));
    const killed = forget('--number', NUMBER, '--execute');
    let gets = 0;
    requests.onRequest = (request) => {
      const isStep = request.startsWith(step) && request.includes('versionId');
      if (isStep && (step === 'DELETE' || ++gets === 2)) killed.child.kill('SIGKILL');
    };
    if (step === 'after a tombstone') {
      const hasTombstone = async () => 'contact-record-pipeline:Forgotten' in ((await readItem(c)) ?? {});
      await until(async () => (await hasTombstone()) || killed.child.exitCode !== null, 'a tombstone');
      killed.child.kill('SIGKILL');
    }
    const { status: killedStatus } = await killed.ended;
    delete requests.onRequest;

    // Once there are tombstones, the bucket is cleaned without the number, too.
    const selection = step === 'DELETE' ? [] : ['--number', NUMBER];
    const { status } = await forget(...selection, '--execute').ended;

    expect({ step, killedStatus, status }).toEqual({ step, killedStatus: null, status: 0 });
    expect(await findCanaries()).toEqual([]);
    for (const id of ids) expect(await readItem(id)).toHaveProperty('contact-record-pipeline:Forgotten');
  }
});

it('lists and keeps contacts that name the customer and unreadable objects, and ends with status 1', async () => {
  const { bucket } = stack.names;
  await deliver(other('n-names', { Attributes: { callback: '(206) 555-0199' } }));
  await put({ key: 'quarantined/by hand.json', body: '{"CANARY":1}' });

  const { status, output } = await forget('--number', NUMBER, '--execute').ended;

  expect(status).toBe(1);
  expect(output).toContain('n-names  named in another field, in the table');
  expect(output).toMatch(/"quarantined\/by hand\.json" \(version v\d+\): kind is missing or not valid/);
  expect(output).not.toContain('CANARY');
  expect(await readItem('n-names')).toHaveProperty('Attributes');
  const naming = await forget('--number', NUMBER, '--naming', '--execute').ended;
  expect(naming.output).toContain('1 tombstone written');
  expect(await readItem('n-names')).not.toHaveProperty('Attributes');
  expect(s3.versions(bucket).map(({ key }) => key)).toContain('quarantined/by hand.json');
});

it('changes nothing without --execute', async () => {
  const { recordsTable } = stack.names;
  await deliver(customer('u-stored'));
  const before = JSON.stringify(await scanTable(recordsTable));

  const shown = await forget('--contact', 'u-stored', '--json').ended;

  expect(JSON.parse(shown.output)).toMatchObject({
    contacts: [{ contactId: 'u-stored', state: 'stored', foundBy: '--contact' }],
  });
  expect(JSON.stringify(await scanTable(recordsTable))).toBe(before);
});

it('deletes the objects when the bucket has no versions, as on the local emulator', async () => {
  const [table, bucket] = [await aTable(clients.dynamodb), aName('failures')];
  await clients.s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const objects = await Promise.all(
    [customer('e-forgotten'), other('e-other')].map((record, index) =>
      aFailureObject({ payload: JSON.stringify(record), sequenceNumber: index }),
    ),
  );
  for (const { key, body } of objects) {
    await clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  }

  const { status } = await aCommand('forget', [
    ...[
      '--table',
      table,
      '--bucket',
      bucket,
      '--number',
      NUMBER,
      '--execute',
      '--yes',
      '--wait-seconds',
      '0',
    ],
    ...['--receipt', join(folder, 'emulator.json')],
  ]).ended;

  const { Contents = [] } = await clients.s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  expect({ status, keys: Contents.map(({ Key }) => Key) }).toEqual({ status: 0, keys: [objects[1]?.key] });
});

it('reads nothing when there is no terminal and no --yes', async () => {
  expect(await aCommand('forget', ['--table', 'any', '--bucket', 'any', '--execute']).ended).toEqual({
    status: 2,
    output: '',
    errors:
      'The command asks before it reads a whole table, and there is no terminal: give --yes to run without the question.\n',
  });
});

it('changes nothing when the receipt cannot be written', async () => {
  const args = ['--table', stack.names.recordsTable, '--bucket', stack.names.bucket, '--contact', 'u-stored'];

  const { status, errors } = await aCommand(
    'forget',
    [...args, '--execute', '--yes', '--receipt', join(folder, 'no-such-folder', 'a.json')],
    { AWS_ENDPOINT_URL_S3: s3.endpoint },
  ).ended;

  expect(status).toBe(2);
  expect(errors).toMatch(/^--receipt: .*a\.json can't be written \(ENOENT\)\.$/m);
  expect(await readItem('u-stored')).toHaveProperty('Attributes');
});

it('reports one sentence before any change when the bucket is missing', async () => {
  const before = JSON.stringify(await scanTable(stack.names.recordsTable));

  const { status, errors } = await aCommand(
    'forget',
    [
      ...['--table', stack.names.recordsTable, '--bucket', 'no-such-bucket', '--contact', 'u-stored'],
      '--execute',
      '--yes',
    ],
    { AWS_ENDPOINT_URL_S3: s3.endpoint },
  ).ended;

  expect(status).toBe(1);
  expect(errors).toMatch(/^s3:ListBucketVersions failed \(NoSuchBucket\): check the name/m);
  expect(JSON.stringify(await scanTable(stack.names.recordsTable))).toBe(before);
});
