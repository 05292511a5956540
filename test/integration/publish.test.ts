/**
 * Tests publishing with an emulator: SNS accepts the message, filter policies distinguish messages, and raw delivery has
 * body and attributes as `docs/message.md` promises.
 */
import { setTimeout } from 'node:timers/promises';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { CreateTopicCommand, PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { createLedger } from '../../lambda/contact-records/steps/ledger';
import { type Publish, createPublish } from '../../lambda/contact-records/steps/publish';
import { aContactRecord, aQueue, decoded } from '../factories';
import { NO_DEADLINE } from '../fakes';
import { jsonBlocksOf } from '../markdown';
import { aName, aTable, clients } from './emulators';

const [sampleBody, sampleAttributes, filterPolicy] = jsonBlocksOf('docs/message.md') as [
  object,
  object,
  object,
];

let topicArn: string;
let publish: Publish;

beforeAll(async () => {
  const table = await aTable(clients.dynamodb);
  ({ TopicArn: topicArn = '' } = await clients.sns.send(new CreateTopicCommand({ Name: aName('topic') })));
  const documents = DynamoDBDocumentClient.from(clients.dynamodb);
  const ledger = createLedger(table, (input) => documents.send(new PutCommand(input)), Date.now);
  publish = createPublish(
    topicArn,
    (input) => clients.sns.send(new PublishCommand(input)),
    ledger,
    setTimeout,
  );
});

/** A queue that is subscribed to the topic, and what arrives in it. */
async function aSubscriber(attributes: Record<string, string> = {}): Promise<() => Promise<Message[]>> {
  const queueName = aName('queue');
  const { QueueUrl } = await clients.sqs.send(new CreateQueueCommand({ QueueName: queueName }));
  await clients.sns.send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: 'sqs',
      Endpoint: `arn:aws:sqs:us-east-1:000000000000:${queueName}`,
      Attributes: { RawMessageDelivery: 'true', ...attributes },
    }),
  );
  return async () => {
    const { Messages = [] } = await clients.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        WaitTimeSeconds: 1,
      }),
    );
    return Messages;
  };
}

const publishContact = (ContactId: string, fields: Record<string, unknown> = {}) =>
  publish(decoded(aContactRecord({ ContactId, ...fields })), NO_DEADLINE);

it('is what docs/message.md shows, body and attributes', async () => {
  const messages = await aSubscriber();
  expect(await publish(decoded(JSON.stringify(sampleBody)), NO_DEADLINE)).toEqual({ kind: 'published' });
  const [message] = await messages();
  expect(JSON.parse(message?.Body ?? '')).toEqual(sampleBody);
  expect(message?.MessageAttributes).toEqual(sampleAttributes);
});

it('is sent once when a contact is published several times', async () => {
  const messages = await aSubscriber();
  const outcomes = [await publishContact('once'), await publishContact('once'), await publishContact('once')];
  expect(outcomes.map(({ kind }) => kind)).toEqual(['published', 'already-published', 'already-published']);
  expect(await messages()).toHaveLength(1);
});

it('is sent once when many publish the same contact at the same time', async () => {
  const messages = await aSubscriber();
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => publishContact('raced')));
  const kinds = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.kind : 'not now'));
  expect(kinds.filter((kind) => kind === 'published')).toHaveLength(1);
  expect(await messages()).toHaveLength(1);
});

it('can be filtered as docs/message.md shows', async () => {
  const messages = await aSubscriber({ FilterPolicy: JSON.stringify(filterPolicy) });
  await publishContact('matching', { Queue: aQueue({ Name: 'Sales', Duration: 30 }) });
  await publishContact('too-short', { Queue: aQueue({ Name: 'Sales', Duration: 29 }) });
  await publishContact('other-queue', { Queue: aQueue({ Name: 'Support', Duration: 300 }) });
  await publishContact('chat', { Channel: 'CHAT', Queue: aQueue({ Name: 'Sales', Duration: 300 }) });
  await publishContact('unnamed', { Queue: aQueue({ Name: null, Duration: 300 }) });
  const received = await messages();
  expect(received.map(({ MessageAttributes }) => MessageAttributes?.ContactId?.StringValue)).toEqual([
    'matching',
  ]);
});

it('can be filtered by its body', async () => {
  const policy = { Attributes: { language: ['fr'] } };
  const messages = await aSubscriber({
    FilterPolicyScope: 'MessageBody',
    FilterPolicy: JSON.stringify(policy),
  });
  await publishContact('english', { Attributes: { language: 'en' } });
  await publishContact('french', { Attributes: { language: 'fr' } });
  expect(
    (await messages()).map(({ Body }) => (JSON.parse(Body ?? '') as { ContactId: string }).ContactId),
  ).toEqual(['french']);
});

it('arrives reduced when the record is too large for SNS', async () => {
  const messages = await aSubscriber();
  await publishContact('big', { Attributes: { note: 'é'.repeat(140_000) } });
  const [message] = await messages();
  expect(Object.keys(message?.MessageAttributes ?? {})).toHaveLength(10);
  expect(message?.MessageAttributes).toMatchObject({ Reduced: { StringValue: 'true' } });
  expect(JSON.parse(message?.Body ?? '')).toMatchObject({
    ContactId: 'big',
    CustomerEndpoint: { Address: '+12065550101' },
  });
});

it('contains every character that a record may have', async () => {
  const messages = await aSubscriber();
  const Attributes = { note: '\u0000\u0007\u001f\u007f\u0085\uffff\ufffe😀\u2028"\\/', '': undefined };
  await publishContact('characters', { Attributes });
  const [message] = await messages();
  expect(JSON.parse(message?.Body ?? '')).toHaveProperty('Attributes.note', Attributes.note);
});
