/**
 * Tests that templates with other settings run locally.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { RECORDS_TTL_ATTRIBUTE } from '../../lambda/contact-records/contract';
import { type LocalStack, startLocalStack } from '../../local/stack/local-stack';
import { synthesize } from '../../local/stack/synthesize';
import { aContactRecord } from '../factories';
import { aName, clients, emulators } from './emulators';

jest.setTimeout(120_000);

const INSTANCE = 'arn:aws:connect:us-east-1:111122223333:instance/00000000-0000-4000-8000-000000000001';
const EVERYTHING = {
  batchSize: 100,
  batchingWindowSeconds: 1,
  parallelizationFactor: 2,
  maxRecordAgeHours: 1,
  contactRetentionDays: 30,
  notifyWithinHours: 24,
  recordsTableStream: true,
  alarmEmail: 'operations@example.com',
  noRecordsAlarmHours: 1,
  logRetentionDays: 30,
  tracing: true,
  subscriberAccounts: ['444455556666'],
  removalPolicy: 'destroy',
};

let folder: string;
let stack: LocalStack | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'synthesized-settings-test-'));
});
afterEach(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true });
});

const agoIso = (hours: number) => `${new Date(Date.now() - hours * 3_600_000).toISOString().slice(0, 19)}Z`;
const endedAgo = (ContactId: string, hours: number) =>
  aContactRecord({ ContactId, DisconnectTimestamp: agoIso(hours), LastUpdateTimestamp: agoIso(0) });

/** Puts two abandoned contacts through: one ended an hour ago, one two days ago. */
async function run(settings: object) {
  stack = await startLocalStack({
    emulators,
    synthesized: await synthesize(folder, settings),
    stackName: aName('settings'),
    shards: 1,
  });
  const records = [endedAgo('recent', 1), endedAgo('old', 48)];
  await stack.putRecords(
    records.map((record) => ({ data: Buffer.from(JSON.stringify(record)), partitionKey: 'any' })),
  );
  await stack.whenCaughtUp(60_000);

  const { recordsTable, queueUrl } = stack.names;
  const items = await Promise.all(
    ['recent', 'old'].map((id) =>
      clients.dynamodb.send(new GetItemCommand({ TableName: recordsTable, Key: { ContactId: { S: id } } })),
    ),
  );
  const { Messages = [] } = await clients.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 2 }),
  );
  const published = Messages.map(({ Body = '' }) => (JSON.parse(Body) as { ContactId: string }).ContactId);
  return { items: items.map(({ Item }) => Item), published: published.sort() };
}

it('runs an existing stream under its name, expires nothing and publishes every abandoned contact', async () => {
  const name = aName('existing');

  const { items, published } = await run({
    connectInstanceArn: INSTANCE,
    streamArn: `arn:aws:kinesis:us-east-1:111122223333:stream/${name}`,
  });

  expect(stack?.names.stream).toBe(name);
  expect(items.map((item) => item?.[RECORDS_TTL_ATTRIBUTE])).toEqual([undefined, undefined]);
  expect(published).toEqual(['old', 'recent']);
});

it('with everything that can be set: contacts expire, and only those who left today are called back', async () => {
  const { items, published } = await run({ ...EVERYTHING, connectInstanceArn: [INSTANCE] });
  const expireInDays = items.map((item) =>
    Math.round((Number(item?.[RECORDS_TTL_ATTRIBUTE]?.N) * 1_000 - Date.now()) / 86_400_000),
  );
  expect(expireInDays).toEqual([30, 28]);
  expect(published).toEqual(['recent']);
});

it('stops the app with one message that lists all wrong settings', async () => {
  await expect(synthesize(folder, { batchSize: 0, batchsize: 1 })).rejects.toThrow(
    /^the CDK app failed\. Its output:\n {2}Wrong settings:\n {4}- "batchsize" is not a setting\..*\n {4}- "batchSize" must be a whole number from 1 to 10000, not 0$/,
  );
});
