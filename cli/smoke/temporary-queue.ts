/**
 * A queue of our own that gets the topic's message for one contact, as a subscriber would.
 */
import { type SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { toServiceError, ServiceError, createServiceError } from '../shared/service-error';
import { limited } from '../shared/limited';

/** Something that was made for the time of a run. */
export interface Temporary {
  what: string;
  /** Throws `ServiceError`. */
  remove: () => Promise<void>;
  /** The command that does the same. */
  byHand: string;
}

export interface ReceivedMessage {
  id: string;
  body: string;
  attributes: Record<string, string>;
}

/** Resolves, within seconds, to the messages that are there. Throws `ServiceError`. */
export type Receive = () => Promise<ReceivedMessage[]>;

/**
 * Makes the queue and subscribes it; throws `ServiceError`.
 *
 * @param onMade - is told each thing that is to be removed, as soon as it is there
 */
export type OpenQueue = (contactId: string, onMade: (made: Temporary) => void) => Promise<Receive>;

/** A queue that nobody removes is soon empty, at least: seconds. */
const RETENTION_SECONDS = '900';
const LONG_POLL_SECONDS = 1;

/** The queue is in the account and the region of the topic. Its name is the ContactId. */
export const queueOn =
  (topicArn: string, { sns, sqs }: { sns: SNSClient; sqs: SQSClient }): OpenQueue =>
  async (contactId, onMade) => {
    const [, partition, , region, account] = topicArn.split(':');
    const queueArn = `arn:${partition}:sqs:${region}:${account}:${contactId}`;

    const { QueueUrl } = await sqs
      .send(
        new CreateQueueCommand({
          QueueName: contactId,
          Attributes: { MessageRetentionPeriod: RETENTION_SECONDS, Policy: policyFor(queueArn, topicArn) },
        }),
        limited(),
      )
      .catch(
        perhapsMade('sqs:CreateQueue', onMade, {
          what: `queue ${contactId}, perhaps`,
          byHand: `aws sqs delete-queue --queue-url "$(aws sqs get-queue-url --queue-name ${contactId} --query QueueUrl --output text)"`,
        }),
      );
    if (!QueueUrl) throw new ServiceError('sqs:CreateQueue', 'no answer');
    onMade({
      what: `queue ${contactId}`,
      remove: async () => {
        await sqs
          .send(new DeleteQueueCommand({ QueueUrl }), limited())
          .catch(toServiceError('sqs:DeleteQueue'));
      },
      byHand: `aws sqs delete-queue --queue-url ${QueueUrl}`,
    });

    const { SubscriptionArn } = await sns
      .send(
        new SubscribeCommand({
          TopicArn: topicArn,
          Protocol: 'sqs',
          Endpoint: queueArn,
          Attributes: {
            RawMessageDelivery: 'true',
            FilterPolicy: JSON.stringify({ ContactId: [contactId] }),
          },
          ReturnSubscriptionArn: true,
        }),
        limited(),
      )
      .catch(
        perhapsMade('sns:Subscribe', onMade, {
          what: 'subscription of the queue, perhaps',
          byHand: `aws sns unsubscribe --subscription-arn "$(aws sns list-subscriptions-by-topic --topic-arn ${topicArn} --query "Subscriptions[?Endpoint=='${queueArn}'].SubscriptionArn" --output text)"`,
        }),
      );
    if (!SubscriptionArn) throw new ServiceError('sns:Subscribe', 'no answer');
    onMade({
      what: 'subscription of the queue',
      remove: async () => {
        await sns
          .send(new UnsubscribeCommand({ SubscriptionArn }), limited())
          .catch(toServiceError('sns:Unsubscribe'));
      },
      byHand: `aws sns unsubscribe --subscription-arn ${SubscriptionArn}`,
    });

    return async () => {
      const { Messages = [] } = await sqs
        .send(
          new ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: 10,
            MessageAttributeNames: ['All'],
            WaitTimeSeconds: LONG_POLL_SECONDS,
          }),
          limited(),
        )
        .catch(toServiceError('sqs:ReceiveMessage'));
      return Messages.map(received);
    };
  };

/** For `catch`: without an answer nobody knows whether it was made, and only a person can remove it. */
const perhapsMade =
  (call: string, onMade: (made: Temporary) => void, perhaps: Omit<Temporary, 'remove'>) =>
  (error: unknown): never => {
    const fault = createServiceError(call, error);
    if (!fault.isRefused) onMade({ ...perhaps, remove: () => Promise.reject(fault) });
    throw fault;
  };

const policyFor = (queueArn: string, topicArn: string) =>
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

const received = ({ MessageId = '', Body = '', MessageAttributes = {} }: Message): ReceivedMessage => ({
  id: MessageId,
  body: Body,
  attributes: Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
  ),
});
