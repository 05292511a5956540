/**
 * Tests the statistics of `examples/subscriber-stack/` with the pipeline on the emulators. The table comes from the
 * synthesized template. The test invokes the function as SNS does.
 */
import { PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { Template } from 'aws-cdk-lib/assertions';
import type { SNSEvent } from 'aws-lambda';
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

jest.setTimeout(120_000);

type AbandonedPerQueue = (event: SNSEvent) => Promise<void>;

type Environment = Record<'ABANDONED_PER_QUEUE_TABLE_NAME', string>;

let stack: LocalStack;
let messages: string;
let environment: Environment;
let abandonedPerQueue: AbandonedPerQueue;

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

  // The emulator invokes no function, so a queue gets the messages.
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
  ({ handler: abandonedPerQueue } = await import('../../examples/abandoned-per-queue/handler'));
});
afterAll(() => stack.stop());

const arnOf = (queueName: string) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${queueName}`;

async function queue(QueueName: string, Attributes: Record<string, string>): Promise<string> {
  const { QueueUrl = '' } = await clients.sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  return QueueUrl;
}

/** The emulator delivers a message before it answers the publish, so waiting is not needed. */
async function receive(QueueUrl: string): Promise<Message[]> {
  const { Messages = [] } = await clients.sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
  );
  return Messages;
}

const remove = (QueueUrl: string, { ReceiptHandle }: Message) =>
  clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));

/** Invokes the function as SNS does; resolves to the number of failed messages. */
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

it('the statistics do what their page says, behind the pipeline', async () => {
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
      ContactId: 'waited for an unknown time',
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

  const failed = await runAbandonedPerQueue();
  // A repeat may carry a newer version.
  await publishAgain({ ...first, DisconnectTimestamp: '2024-03-05T10:00:01Z' });
  await runAbandonedPerQueue();

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
