/** Creates a temporary queue that is subscribed to the topic for one contact. */
import { type SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { callService, ServiceError } from '../shared/service-error';

/** A resource that exists only during a run. */
export interface TemporaryResource {
  name: string;
  /** Throws `ServiceError`. */
  remove: () => Promise<unknown>;
  /** The AWS CLI command that removes the resource. */
  removeCommand: string;
}

export interface ReceivedMessage {
  id: string;
  body: string;
  attributes: Record<string, string>;
}

/** Receives the messages in the queue, within seconds; throws `ServiceError`. */
export type Receive = () => Promise<ReceivedMessage[]>;

/** Creates the queue and subscribes it; throws `ServiceError`. */
export type OpenQueue = (contactId: string, onCreated: OnCreated) => Promise<Receive>;

/** Called for each created resource at once, so that it can be removed. */
type OnCreated = (created: TemporaryResource) => void;

/** Messages are deleted soon even if the queue could not be removed. */
const RETENTION_SECONDS = '900';
const LONG_POLL_SECONDS = 1;

/** Creates the function. The queue is in the account and region of the topic; its name is the ContactId. */
export const createOpenQueue =
  (topicArn: string, { sns, sqs }: { sns: SNSClient; sqs: SQSClient }): OpenQueue =>
  async (contactId, onCreated) => {
    const [, partition, , region, account] = topicArn.split(':');
    const queueArn = `arn:${partition}:sqs:${region}:${account}:${contactId}`;
    const queueUrl = await createQueue(sqs, contactId, createPolicy(queueArn, topicArn), onCreated);
    await subscribeQueue(sns, topicArn, queueArn, contactId, onCreated);
    return () => receiveMessages(sqs, queueUrl);
  };

async function createQueue(
  sqs: SQSClient,
  contactId: string,
  Policy: string,
  onCreated: OnCreated,
): Promise<string> {
  const Attributes = { MessageRetentionPeriod: RETENTION_SECONDS, Policy };
  const command = new CreateQueueCommand({ QueueName: contactId, Attributes });
  const { QueueUrl } = await callService('sqs:CreateQueue', (limit) => sqs.send(command, limit)).catch(
    handleUnknownOutcome(onCreated, {
      name: `queue ${contactId}, perhaps`,
      removeCommand: `aws sqs delete-queue --queue-url "$(aws sqs get-queue-url --queue-name ${contactId} --query QueueUrl --output text)"`,
    }),
  );
  if (!QueueUrl) throw new ServiceError('sqs:CreateQueue', 'no answer');
  onCreated({
    name: `queue ${contactId}`,
    remove: () =>
      callService('sqs:DeleteQueue', (limit) => sqs.send(new DeleteQueueCommand({ QueueUrl }), limit)),
    removeCommand: `aws sqs delete-queue --queue-url ${QueueUrl}`,
  });
  return QueueUrl;
}

async function subscribeQueue(
  sns: SNSClient,
  TopicArn: string,
  queueArn: string,
  contactId: string,
  onCreated: OnCreated,
): Promise<void> {
  const Attributes = { RawMessageDelivery: 'true', FilterPolicy: JSON.stringify({ ContactId: [contactId] }) };
  const subscription = { TopicArn, Protocol: 'sqs', Endpoint: queueArn, Attributes };
  const command = new SubscribeCommand({ ...subscription, ReturnSubscriptionArn: true });
  const { SubscriptionArn } = await callService('sns:Subscribe', (limit) => sns.send(command, limit)).catch(
    handleUnknownOutcome(onCreated, {
      name: 'subscription of the queue, perhaps',
      removeCommand: `aws sns unsubscribe --subscription-arn "$(aws sns list-subscriptions-by-topic --topic-arn ${TopicArn} --query "Subscriptions[?Endpoint=='${queueArn}'].SubscriptionArn" --output text)"`,
    }),
  );
  if (!SubscriptionArn) throw new ServiceError('sns:Subscribe', 'no answer');
  onCreated({
    name: 'subscription of the queue',
    remove: () =>
      callService('sns:Unsubscribe', (limit) => sns.send(new UnsubscribeCommand({ SubscriptionArn }), limit)),
    removeCommand: `aws sns unsubscribe --subscription-arn ${SubscriptionArn}`,
  });
}

async function receiveMessages(sqs: SQSClient, QueueUrl: string): Promise<ReceivedMessage[]> {
  const all = { MaxNumberOfMessages: 10, MessageAttributeNames: ['All'], WaitTimeSeconds: LONG_POLL_SECONDS };
  const command = new ReceiveMessageCommand({ QueueUrl, ...all });
  const { Messages = [] } = await callService('sqs:ReceiveMessage', (limit) => sqs.send(command, limit));
  return Messages.map(({ MessageId = '', Body = '', MessageAttributes = {} }) => ({
    id: MessageId,
    body: Body,
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
    ),
  }));
}

/** Handles a failed creation. Without an answer the resource may exist, and only a person can remove it. */
const handleUnknownOutcome =
  (onCreated: OnCreated, perhaps: Omit<TemporaryResource, 'remove'>) =>
  (failure: ServiceError): never => {
    if (!failure.isRefused) onCreated({ ...perhaps, remove: () => Promise.reject(failure) });
    throw failure;
  };

const createPolicy = (queueArn: string, topicArn: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
      },
    ],
  });
