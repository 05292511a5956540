/** Creates a temporary queue that gets the topic's message for one contact, as a subscriber would. */
import { type SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { toServiceError, ServiceError, createServiceError } from '../shared/service-error';
import { limitTime, SMALL_REQUEST_LIMIT_MS } from '../shared/time-limit';

/** Something that exists only during a run. */
export interface TemporaryResource {
  name: string;
  /** Throws `ServiceError`. */
  remove: () => Promise<void>;
  /** The command that does the same. */
  removeCommand: string;
}

export interface ReceivedMessage {
  id: string;
  body: string;
  attributes: Record<string, string>;
}

/** Resolves, within seconds, to the messages that are there. Throws `ServiceError`. */
export type Receive = () => Promise<ReceivedMessage[]>;

/**
 * Creates the queue and subscribes it; throws `ServiceError`.
 *
 * @param onCreated - gets each resource that is to be removed, as soon as it is there
 */
export type OpenQueue = (
  contactId: string,
  onCreated: (created: TemporaryResource) => void,
) => Promise<Receive>;

/** A queue that is not removed is soon empty. */
const RETENTION_SECONDS = '900';
const LONG_POLL_SECONDS = 1;

/** Creates the port. The queue is in the account and the region of the topic. Its name is the ContactId. */
export const createOpenQueue =
  (topicArn: string, { sns, sqs }: { sns: SNSClient; sqs: SQSClient }): OpenQueue =>
  async (contactId, onCreated) => {
    const [, partition, , region, account] = topicArn.split(':');
    const queueArn = `arn:${partition}:sqs:${region}:${account}:${contactId}`;
    const queueUrl = await createQueue(sqs, contactId, createPolicy(queueArn, topicArn), onCreated);
    await subscribeQueue(sns, topicArn, queueArn, contactId, onCreated);
    return () => receiveMessages(sqs, queueUrl);
  };

type OnCreated = Parameters<OpenQueue>[1];

async function createQueue(
  sqs: SQSClient,
  contactId: string,
  Policy: string,
  onCreated: OnCreated,
): Promise<string> {
  const Attributes = { MessageRetentionPeriod: RETENTION_SECONDS, Policy };
  const { QueueUrl } = await sqs
    .send(new CreateQueueCommand({ QueueName: contactId, Attributes }), limitTime(SMALL_REQUEST_LIMIT_MS))
    .catch(
      handleUnknownOutcome('sqs:CreateQueue', onCreated, {
        name: `queue ${contactId}, perhaps`,
        removeCommand: `aws sqs delete-queue --queue-url "$(aws sqs get-queue-url --queue-name ${contactId} --query QueueUrl --output text)"`,
      }),
    );
  if (!QueueUrl) throw new ServiceError('sqs:CreateQueue', 'no answer');
  onCreated({
    name: `queue ${contactId}`,
    remove: async () => {
      await sqs
        .send(new DeleteQueueCommand({ QueueUrl }), limitTime(SMALL_REQUEST_LIMIT_MS))
        .catch(toServiceError('sqs:DeleteQueue'));
    },
    removeCommand: `aws sqs delete-queue --queue-url ${QueueUrl}`,
  });
  return QueueUrl;
}

async function subscribeQueue(
  sns: SNSClient,
  topicArn: string,
  queueArn: string,
  contactId: string,
  onCreated: OnCreated,
): Promise<void> {
  const Attributes = { RawMessageDelivery: 'true', FilterPolicy: JSON.stringify({ ContactId: [contactId] }) };
  const subscription = { TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn, Attributes };
  const { SubscriptionArn } = await sns
    .send(
      new SubscribeCommand({ ...subscription, ReturnSubscriptionArn: true }),
      limitTime(SMALL_REQUEST_LIMIT_MS),
    )
    .catch(
      handleUnknownOutcome('sns:Subscribe', onCreated, {
        name: 'subscription of the queue, perhaps',
        removeCommand: `aws sns unsubscribe --subscription-arn "$(aws sns list-subscriptions-by-topic --topic-arn ${topicArn} --query "Subscriptions[?Endpoint=='${queueArn}'].SubscriptionArn" --output text)"`,
      }),
    );
  if (!SubscriptionArn) throw new ServiceError('sns:Subscribe', 'no answer');
  onCreated({
    name: 'subscription of the queue',
    remove: async () => {
      await sns
        .send(new UnsubscribeCommand({ SubscriptionArn }), limitTime(SMALL_REQUEST_LIMIT_MS))
        .catch(toServiceError('sns:Unsubscribe'));
    },
    removeCommand: `aws sns unsubscribe --subscription-arn ${SubscriptionArn}`,
  });
}

async function receiveMessages(sqs: SQSClient, QueueUrl: string): Promise<ReceivedMessage[]> {
  const { Messages = [] } = await sqs
    .send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        WaitTimeSeconds: LONG_POLL_SECONDS,
      }),
      limitTime(SMALL_REQUEST_LIMIT_MS),
    )
    .catch(toServiceError('sqs:ReceiveMessage'));
  return Messages.map(toReceivedMessage);
}

/** For `catch`: without an answer it may exist, and only a person can remove it. */
const handleUnknownOutcome =
  (
    call: string,
    onCreated: (created: TemporaryResource) => void,
    perhaps: Omit<TemporaryResource, 'remove'>,
  ) =>
  (error: unknown): never => {
    const failure = createServiceError(call, error);
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

const toReceivedMessage = ({
  MessageId = '',
  Body = '',
  MessageAttributes = {},
}: Message): ReceivedMessage => ({
  id: MessageId,
  body: Body,
  attributes: Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
  ),
});
