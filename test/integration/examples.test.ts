/**
 * The examples, as `examples/subscriber-stack/` puts them together, behind the pipeline on the emulators. Queues, tables
 * and subscriptions are made from the synthesized template; SQS' and SNS' ways of invoking a function are played here.
 */
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { Template } from 'aws-cdk-lib/assertions';
import type { SNSEvent, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { SubscriberStack } from '../../examples/subscriber-stack/subscriber-stack';
import { createMessage } from '../../lambda/contact-records/steps/message';
import { ACCOUNT, CREDENTIALS, REGION } from '../../local/stack/emulator-clients';
import { type LocalStack, startLocalStack } from '../../local/stack/local-stack';
import { createResources } from '../../local/stack/resources';
import { parseTemplate, resolve, findResources } from '../../local/stack/template';
import { aContactRecord, anAnsweredContactRecord, aQueue, decoded, INSTANCE_ARN } from '../factories';
import { appWithoutBundle } from '../lib/synthesized';
import { aScript } from './command';
import { aName, clients, emulators, synthesized } from './emulators';

type CallbackList = (event: SQSEvent) => Promise<SQSBatchResponse>;
type AbandonedPerQueue = (event: SNSEvent) => Promise<void>;

type Environment = Record<'CALLBACK_LIST_TABLE_NAME' | 'ABANDONED_PER_QUEUE_TABLE_NAME', string>;

let stack: LocalStack;
let callbacks: string;
let deadLetters: string;
let messages: string;
let environment: Environment;
let callbackList: CallbackList;
let abandonedPerQueue: AbandonedPerQueue;
const logged: string[] = [];

beforeAll(async () => {
  stack = await startLocalStack({
    emulators,
    synthesized: await synthesized(),
    stackName: aName('pipeline'),
    shards: 1,
  });
  const json = Template.fromStack(new SubscriberStack(appWithoutBundle(), 'Subscriber')).toJSON();
  const template = parseTemplate(JSON.stringify(json));
  const stackName = aName('subscriber');
  const created = await createResources(template, clients, emulators.dynamodbEmulator, { stackName });
  const environments = findResources(template, 'AWS::Lambda::Function').map(({ properties }) =>
    resolve((properties.Environment as { Variables: unknown }).Variables, created),
  );
  environment = Object.assign({}, ...environments) as Environment;

  const { maxReceiveCount } = findResources(template, 'AWS::SQS::Queue').flatMap(
    ({ properties }) => (properties.RedrivePolicy as { maxReceiveCount: number } | undefined) ?? [],
  )[0] ?? { maxReceiveCount: 0 };
  deadLetters = await queue(`${stackName}-dead`, {});
  callbacks = await queue(`${stackName}-callbacks`, {
    // What failed is to be had again at once.
    VisibilityTimeout: '0',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf(`${stackName}-dead`), maxReceiveCount }),
  });
  const subscription = findResources(template, 'AWS::SNS::Subscription').find(
    ({ properties }) => properties.Protocol === 'sqs',
  )?.properties;
  await clients.sns.send(
    new SubscribeCommand({
      TopicArn: stack.names.topicArn,
      Protocol: 'sqs',
      Endpoint: arnOf(`${stackName}-callbacks`),
      Attributes: {
        RawMessageDelivery: String(subscription?.RawMessageDelivery),
        FilterPolicy: JSON.stringify(subscription?.FilterPolicy),
      },
    }),
  );
  // The emulator invokes no function: a queue gets what SNS would hand over.
  messages = await queue(`${stackName}-messages`, {});
  await clients.sns.send(
    new SubscribeCommand({
      TopicArn: stack.names.topicArn,
      Protocol: 'sqs',
      Endpoint: arnOf(`${stackName}-messages`),
    }),
  );

  Object.assign(process.env, {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: emulators.endpoints.dynamodb,
    ...environment,
  });
  ({ handler: callbackList } = await import('../../examples/callback-list/handler'));
  ({ handler: abandonedPerQueue } = await import('../../examples/abandoned-per-queue/handler'));
  jest.spyOn(console, 'log').mockImplementation((line: string) => logged.push(line));
});
afterAll(() => stack.stop());

const arnOf = (queueName: string) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${queueName}`;

async function queue(QueueName: string, Attributes: Record<string, string>): Promise<string> {
  const { QueueUrl = '' } = await clients.sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  return QueueUrl;
}

async function receive(QueueUrl: string): Promise<Message[]> {
  const { Messages = [] } = await clients.sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
  );
  return Messages;
}

const remove = (QueueUrl: string, { ReceiptHandle }: Message) =>
  clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));

/** What Lambda does for a queue, until there is nothing left in it. */
async function runCallbackList(): Promise<void> {
  for (;;) {
    const batch = await receive(callbacks);
    if (batch.length === 0) return;
    const { batchItemFailures } = await callbackList({
      Records: batch.map(({ MessageId: messageId, Body: body }) => ({ messageId, body }) as SQSRecord),
    });
    const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    for (const message of batch)
      if (!failed.includes(message.MessageId ?? '')) await remove(callbacks, message);
  }
}

/** What SNS does for a function; resolves to how many messages the function could not take. */
async function runAbandonedPerQueue(): Promise<number> {
  let failed = 0;
  for (;;) {
    const batch = await receive(messages);
    if (batch.length === 0) return failed;
    for (const message of batch) {
      const event = { Records: [{ Sns: JSON.parse(message.Body ?? '') as unknown }] } as SNSEvent;
      await abandonedPerQueue(event).catch(() => failed++);
      await remove(messages, message);
    }
  }
}

async function itemsOf(TableName: string): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await clients.dynamodb.send(new ScanCommand({ TableName, ConsistentRead: true }));
  return Items.map((item) => unmarshall(item));
}

async function deliver(...records: object[]): Promise<void> {
  await stack.putRecords(
    records.map((record) => ({ data: Buffer.from(JSON.stringify(record)), partitionKey: 'key' })),
  );
  await stack.whenCaughtUp(20_000);
}

/** Around the pipeline: as a message that SNS accepted without the function having learnt it. */
async function publishAgain(record: Record<string, unknown>): Promise<void> {
  const { record: parsed, text } = decoded(record);
  await clients.sns.send(
    new PublishCommand({ TopicArn: stack.names.topicArn, ...createMessage(parsed, text) }),
  );
}

const SUPPORT = `${INSTANCE_ARN}/queue/00000000-0000-4000-8000-000000000008`;
const inSales = (Duration: number | null, others: object = {}) =>
  aQueue({ Name: 'Sales', Duration, ...others });
const caller = (digits: string) => ({ Address: `+1206555${digits}`, Type: 'TELEPHONE_NUMBER' });

const first = aContactRecord({
  ContactId: 'first',
  Queue: inSales(90),
  CustomerEndpoint: caller('0101'),
});

it('the examples do what their pages say, behind the pipeline', async () => {
  await deliver(
    first,
    first,
    { ...first, LastUpdateTimestamp: '2024-03-11T09:32:11Z', Attributes: { language: 'fr' } },
    aContactRecord({
      ContactId: 'in an hour',
      Queue: aQueue({ Name: 'Support', ARN: SUPPORT, Duration: 60 }),
      CustomerEndpoint: caller('0102'),
      DisconnectTimestamp: '2024-03-05T10:00:00Z',
    }),
    aContactRecord({
      ContactId: 'waited for nobody knows how long',
      Queue: inSales(null, { EnqueueTimestamp: 'unknown' }),
      CustomerEndpoint: caller('0103'),
    }),
    aContactRecord({ ContactId: 'waited briefly', Queue: inSales(59) }),
    aContactRecord({ ContactId: 'by chat', Queue: inSales(90), Channel: 'CHAT', CustomerEndpoint: null }),
    aContactRecord({
      ContactId: 'withheld',
      Queue: inSales(90),
      CustomerEndpoint: { Address: 'anonymous', Type: 'TELEPHONE_NUMBER' },
    }),
    aContactRecord({ ContactId: 'smoke-test-1', Queue: inSales(90) }),
    anAnsweredContactRecord({ ContactId: 'answered', Queue: inSales(90) }),
  );
  await publishAgain(first);
  await clients.sns.send(
    new PublishCommand({
      TopicArn: stack.names.topicArn,
      Message: '{"CustomerEndpoint": {"Address": "+12065550199"',
      MessageAttributes: { Channel: { DataType: 'String', StringValue: 'VOICE' } },
    }),
  );

  await runCallbackList();
  const failed = await runAbandonedPerQueue();
  // A repeat may carry a newer version.
  await publishAgain({ ...first, DisconnectTimestamp: '2024-03-05T10:00:01Z' });
  await runCallbackList();
  await runAbandonedPerQueue();

  const expected = [
    ['first', '+12065550101', 'Sales', '2024-03-05T09:31:04Z'],
    ['in an hour', '+12065550102', 'Support', '2024-03-05T10:00:00Z'],
    ['waited for nobody knows how long', '+12065550103', 'Sales', '2024-03-05T09:31:04Z'],
  ].map(([ContactId, Number, QueueName, AbandonedAt]) => ({ ContactId, Number, QueueName, AbandonedAt }));
  const list = await itemsOf(environment.CALLBACK_LIST_TABLE_NAME);
  expect(list.sort((a, b) => String(a.ContactId).localeCompare(String(b.ContactId)))).toEqual(
    expected.map((entry) => ({ ...entry, ExpiresAt: expect.any(Number) as number })),
  );
  expect(logged.map((line) => (JSON.parse(line) as { kind: string }).kind).sort()).toEqual(
    'added added added failed failed failed failed failed leave leave repeat repeat'.split(' '),
  );
  expect(logged.join()).not.toMatch(/1206555/);
  expect((await receive(deadLetters)).map(({ Body }) => Body)).toEqual([
    '{"CustomerEndpoint": {"Address": "+12065550199"',
  ]);

  expect(failed).toBe(1);
  const report = await aScript('examples/abandoned-per-queue/report.ts', [
    environment.ABANDONED_PER_QUEUE_TABLE_NAME,
    '2024-03-05',
  ]).ended;
  expect(report).toEqual({
    status: 0,
    output: '09:00 UTC      5  Sales\n10:00 UTC      1  Support\n',
    errors: '',
  });
});

it('a message that can never be stored holds up none of its batch', async () => {
  const body = (ContactId: string) => JSON.stringify(aContactRecord({ ContactId }));
  const Records = [body('before'), body('x'.repeat(2_049)), body('after')].map(
    (text, i) => ({ messageId: `m-${i}`, body: text }) as SQSRecord,
  );
  expect(await callbackList({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
  const ids = (await itemsOf(environment.CALLBACK_LIST_TABLE_NAME)).map(({ ContactId }) => ContactId);
  expect(ids).toEqual(expect.arrayContaining(['before', 'after']));
});
