/**
 * Tests that the parts of the local stack work together: template, emulators, event source mapping and function process.
 * The function is a stub, so that a failure has its cause in these parts.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand, DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { DescribeStreamSummaryCommand } from '@aws-sdk/client-kinesis';
import { GetObjectCommand, HeadBucketCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { PublishCommand } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Invocation } from '../../local/event-source-mapping/types';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../../local/stack/local-stack';
import type { SynthesizedStack } from '../../local/stack/synthesize';
import { aName, clients, emulators, synthesized } from './emulators';

let stack: LocalStack | undefined;
const folders: string[] = [];

afterEach(async () => {
  await stack?.stop();
  folders.splice(0).forEach((folder) => {
    rmSync(folder, { recursive: true });
  });
});

/** The synthesized stack, but for the code of its function, and some of the mapping's settings. */
async function withFunction(code: string, mapping: Record<string, unknown> = {}): Promise<SynthesizedStack> {
  const folder = mkdtempSync(join(tmpdir(), 'local-stack-test-'));
  folders.push(folder);
  writeFileSync(join(folder, 'index.mjs'), code);
  const { template } = await synthesized();
  for (const [logicalId, resource] of template) {
    if (resource.type === 'AWS::Lambda::Function') {
      template.set(logicalId, { ...resource, metadata: { 'aws:asset:path': '.' } });
    }
    if (resource.type === 'AWS::Lambda::EventSourceMapping') {
      template.set(logicalId, { ...resource, properties: { ...resource.properties, ...mapping } });
    }
  }
  return { template, folder };
}

/** A stack on the shared emulators, and what its function wrote: a line of JSON for each `report(value)`. */
async function aStack(options: LocalStackOptions) {
  const reported: unknown[] = [];
  const invocations: Invocation[] = [];
  stack = await startLocalStack({
    emulators,
    stackName: aName('stack'),
    shards: 1,
    onFunctionOutput: (line) => reported.push(JSON.parse(line)),
    onInvocation: (invocation) => invocations.push(invocation),
    ...options,
  });
  return { stack, reported, invocations };
}

/** Of the authorizer, which stands before the emulators. */
const LOOPBACK = /^http:\/\/127\.0\.0\.1:\d+$/;

const REPORT = `const report = (value) => console.log(JSON.stringify(value));`;

const deliveries = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    data: Buffer.from(`data ${index}`),
    partitionKey: `key ${index}`,
  }));

it('creates the resources of the template, and gives their names to the function', async () => {
  const { stack, reported } = await aStack({
    synthesized: await withFunction(`${REPORT} export const handler = async () => report(process.env);`),
    shards: 3,
  });
  const { names } = stack;

  await stack.putRecords(deliveries(1));
  await stack.whenCaughtUp(20_000);

  expect(reported[0]).toMatchObject({
    RECORDS_TABLE_NAME: names.recordsTable,
    LEDGER_TABLE_NAME: names.ledgerTable,
    ABANDONED_CONTACTS_TOPIC_ARN: names.topicArn,
    FAILURE_BUCKET_NAME: names.bucket,
    AWS_ENDPOINT_URL_DYNAMODB: expect.stringMatching(LOOPBACK) as unknown,
    AWS_ENDPOINT_URL_SNS: expect.stringMatching(LOOPBACK) as unknown,
    AWS_ENDPOINT_URL_S3: expect.stringMatching(LOOPBACK) as unknown,
  });
  for (const TableName of [names.recordsTable, names.ledgerTable]) {
    const { Table } = await clients.dynamodb.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      KeySchema: [{ AttributeName: 'ContactId', KeyType: 'HASH' }],
    });
  }
  const summary = await clients.kinesis.send(new DescribeStreamSummaryCommand({ StreamName: names.stream }));
  expect(summary.StreamDescriptionSummary?.OpenShardCount).toBe(3);
  await clients.s3.send(new HeadBucketCommand({ Bucket: names.bucket }));
});

it("lets the ledger's entries expire, where the emulator can do that", async () => {
  const { stack } = await aStack({ synthesized: await withFunction('export const handler = () => null;') });

  const { TimeToLiveDescription } = await clients.dynamodb.send(
    new DescribeTimeToLiveCommand({ TableName: stack.names.ledgerTable }),
  );

  expect(TimeToLiveDescription?.TimeToLiveStatus).toBe(
    emulators.dynamodbEmulator === 'DynamoDB Local' ? 'ENABLED' : 'DISABLED',
  );
});

it('keeps the messages of the topic, as they were published, in a queue', async () => {
  const { stack } = await aStack({ synthesized: await withFunction('export const handler = () => null;') });
  const MessageAttributes = { Channel: { DataType: 'String', StringValue: 'VOICE' } };

  await clients.sns.send(
    new PublishCommand({ TopicArn: stack.names.topicArn, Message: 'hello', MessageAttributes }),
  );

  const { Messages } = await clients.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: stack.names.queueUrl,
      WaitTimeSeconds: 5,
      MessageAttributeNames: ['All'],
    }),
  );
  expect(Messages).toMatchObject([{ Body: 'hello', MessageAttributes }]);
});

it('delivers every record of every shard to the function, in order and unchanged', async () => {
  const { stack, reported } = await aStack({
    synthesized: await withFunction(`${REPORT}
      export const handler = async ({ Records }) => Records.forEach(({ eventID, kinesis }) =>
        report([eventID.split(':')[0], Buffer.from(kinesis.data, 'base64').toString(), kinesis.approximateArrivalTimestamp]));
    `),
    shards: 2,
    batchSize: 50,
  });
  const before = Date.now() / 1000;

  await stack.putRecords(deliveries(120));
  await stack.putRecords(deliveries(240).slice(120));
  await stack.whenCaughtUp(30_000);

  const heard = reported as [shard: string, data: string, arrival: number][];
  const all = deliveries(240).map(({ data }) => data.toString());
  expect(heard.map(([, data]) => data).sort()).toEqual([...all].sort());
  for (const shard of new Set(heard.map(([id]) => id))) {
    const numbers = heard
      .filter(([id]) => id === shard)
      .map(([, data]) => Number(data.slice('data '.length)));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  }
  for (const [, , arrival] of heard) expect(Math.abs(arrival - before)).toBeLessThan(60);
});

it('retries from the record that the function names, in the same process', async () => {
  const { stack, reported, invocations } = await aStack({
    synthesized: await withFunction(`${REPORT}
      let calls = 0;
      export const handler = async ({ Records }) => {
        report(Records.length);
        const itemIdentifier = Records[3].kinesis.sequenceNumber;
        return ++calls === 1 ? { batchItemFailures: [{ itemIdentifier }] } : undefined;
      };
    `),
  });

  await stack.putRecords(deliveries(10));
  await stack.whenCaughtUp(20_000);

  expect(reported).toEqual([10, 7]);
  expect(invocations.map(({ records, done }) => [records, done])).toEqual([
    [10, 3],
    [7, 7],
  ]);
});

it('bisects a batch to the failing record, saves it to the failure bucket, and continues', async () => {
  const givenUp: number[] = [];
  const { stack, invocations } = await aStack({
    synthesized: await withFunction(
      `export const handler = ({ Records }) => {
         if (Records.some(({ kinesis }) => kinesis.partitionKey === 'key 1')) throw new Error('never');
       };`,
      { MaximumRetryAttempts: 1 },
    ),
    onGivenUp: ({ records }) => givenUp.push(records.length),
  });
  const { clients, names } = stack;

  await stack.putRecords(deliveries(2));
  await stack.whenCaughtUp(20_000);

  expect(givenUp).toEqual([1]);
  // The two may come in one batch or, read in between, in two.
  expect(invocations.filter(({ outcome }) => outcome.kind === 'failed').slice(-2)).toMatchObject([
    { records: 1, attempt: 1 },
    { records: 1, attempt: 2 },
  ]);
  const { Contents = [] } = await clients.s3.send(
    new ListObjectsV2Command({ Bucket: names.bucket, Prefix: 'aws/lambda/' }),
  );
  expect(Contents).toHaveLength(1);
  const { Body } = await clients.s3.send(
    new GetObjectCommand({ Bucket: names.bucket, Key: Contents[0]?.Key }),
  );
  const object = JSON.parse((await Body?.transformToString()) ?? '') as { payload: string };
  expect(object).toMatchObject({
    requestContext: {
      condition: 'RetryAttemptsExhausted',
      functionArn: expect.stringMatching(/^arn:aws:lambda:.*:function:/) as unknown,
      approximateInvokeCount: 2,
    },
    KinesisBatchInfo: { batchSize: 1 },
  });
  expect(JSON.parse(object.payload)).toMatchObject({
    Records: [{ kinesis: { partitionKey: 'key 1', data: Buffer.from('data 1').toString('base64') } }],
  });
});

it('denies and reports a request that the policies do not allow', async () => {
  const denied: string[] = [];
  const { stack, reported } = await aStack({
    synthesized: await withFunction(`${REPORT}
      export const handler = async () => {
        const response = await fetch(process.env.AWS_ENDPOINT_URL_DYNAMODB, {
          method: 'POST',
          headers: {
            'x-amz-target': 'DynamoDB_20120810.Scan',
            authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20240305/any',
          },
          body: JSON.stringify({ TableName: process.env.LEDGER_TABLE_NAME }),
        });
        report([response.status, (await response.json()).__type]);
      };
    `),
    onDenied: (message) => denied.push(message),
  });

  await stack.putRecords(deliveries(1));
  await stack.whenCaughtUp(20_000);

  expect(reported).toEqual([[400, 'AccessDeniedException']]);
  expect(denied).toEqual([
    expect.stringMatching(
      /^arn:aws:iam::.* is not authorized to perform: dynamodb:Scan on resource: .*LedgerTable.* because no identity-based policy allows it$/,
    ),
  ]);
});

it('says why the function is not done when the time is over', async () => {
  const { stack } = await aStack({
    synthesized: await withFunction(
      'export const handler = () => { throw new Error("the table is gone"); };',
    ),
  });

  await stack.putRecords(deliveries(1));

  await expect(stack.whenCaughtUp(3_000)).rejects.toThrow(/not done within 3 s.*the table is gone/);
});

it('leaves nothing running when the template has no mapping', async () => {
  const { template, folder } = await withFunction('');
  for (const [logicalId, { type }] of template) {
    if (type === 'AWS::Lambda::EventSourceMapping') template.delete(logicalId);
  }

  await expect(aStack({ synthesized: { template, folder } })).rejects.toThrow(
    'the template has no AWS::Lambda::EventSourceMapping',
  );
});

it('stops when the function hangs, and when it is already stopped', async () => {
  const { stack } = await aStack({
    synthesized: await withFunction('export const handler = () => new Promise(() => undefined);'),
  });
  await stack.putRecords(deliveries(1));
  const waiting = expect(stack.whenCaughtUp(60_000)).rejects.toThrow(/stopped/);

  const started = Date.now();
  await stack.stop();
  await stack.stop();

  expect(Date.now() - started).toBeLessThan(5_000);
  await waiting;
});
