/**
 * Runs the callback list with the local pipeline. It creates the resources from the template, and calls the functions in
 * this process as AWS calls them.
 */
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { ScheduledEvent, SQSEvent } from 'aws-lambda';
import { ACCOUNT, CREDENTIALS, REGION } from '../../local/stack/emulator-clients';
import type { LocalStack } from '../../local/stack/local-stack';
import { createResources, subscribeQueue } from '../../local/stack/resources';
import { createTableStreamReader } from '../../local/stack/table-stream';
import { findResources, parseTemplate, resolve } from '../../local/stack/template';
import { type CallbackListSettings, CallbackListStack } from '../callback-list/callback-list-stack';

const SETTINGS: CallbackListSettings = {
  connectInstanceArn: `arn:aws:connect:${REGION}:${ACCOUNT}:instance/local-instance`,
  contactFlowId: 'local-flow',
  timeZone: 'UTC',
  quietHours: 'none',
};

/** The common part of `DynamoDBBatchResponse` and `SQSBatchResponse`. */
interface Failures {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export interface LocalCallbackList {
  readonly tableName: string;
  /** Processes the messages in the queue; resolves to the number of failed messages. */
  readonly processMessages: () => Promise<number>;
  /** Processes new records in the stream of the records table; rejects if a record fails. */
  readonly processRecords: () => Promise<void>;
  /** Runs the function that AWS invokes once a minute. */
  readonly createTasks: () => Promise<void>;
}

/** Starts the list on a local stack with `recordsTableStream`, on DynamoDB Local. Changes this process' environment. */
export async function startCallbackList(
  { clients, created, emulators, names }: LocalStack,
  connectEndpoint: string,
  { stackName = 'local-callbacks', environment: overrides = {} } = {},
): Promise<LocalCallbackList> {
  const app = new App({
    // It takes seconds; `cdk synth` validates.
    builtinCloudFormationValidation: false,
    context: { 'aws:cdk:bundling-stacks': [] },
  });
  const json = Template.fromStack(new CallbackListStack(app, 'CallbackList', SETTINGS)).toJSON();
  const template = parseTemplate(JSON.stringify(json));
  const values = await createResources(template, clients, emulators.dynamodbEmulator, { stackName });
  const environment = Object.assign(
    {},
    ...findResources(template, 'AWS::Lambda::Function').map(({ properties }) =>
      resolve((properties.Environment as { Variables: unknown }).Variables, values),
    ),
  ) as Record<string, string>;
  Object.assign(process.env, environment, overrides, {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: emulators.endpoints.dynamodb,
    AWS_ENDPOINT_URL_CONNECT: connectEndpoint,
  });

  const [subscription] = findResources(template, 'AWS::SNS::Subscription');
  const QueueUrl = await subscribeQueue(clients, emulators, names.topicArn, `${stackName}-messages`, {
    // Failed messages are delivered again at once.
    queue: { VisibilityTimeout: '0' },
    subscription: { FilterPolicy: JSON.stringify(subscription?.properties.FilterPolicy) },
  });
  const streamArn =
    [...created.values()].find(({ ref }) => ref === names.recordsTable)?.attributes.StreamArn ?? '';
  if (streamArn === '')
    throw new Error('The records table has no stream: set recordsTableStream, and use Java 17 or newer.');
  const readStream = createTableStreamReader(emulators.endpoints.dynamodb, streamArn);

  const { handler: onMessages } = await import('../callback-list/message-handler');
  const { handler: onRecords } = await import('../callback-list/record-handler');
  const { handler: onSchedule } = await import('../callback-list/task-handler');
  return {
    tableName: environment.CALLBACK_TABLE_NAME ?? '',
    processMessages: async () => {
      for (;;) {
        const { Messages = [] } = await clients.sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
        );
        if (Messages.length === 0) return 0;
        const Records = Messages.map(({ MessageId, Body }) => ({ messageId: MessageId, body: Body }));
        const { batchItemFailures }: Failures = await onMessages({ Records } as SQSEvent);
        const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
        for (const { MessageId = '', ReceiptHandle } of Messages)
          if (!failed.includes(MessageId))
            await clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        if (failed.length > 0) return failed.length;
      }
    },
    processRecords: async () => {
      const Records = await readStream();
      const { batchItemFailures }: Failures = await onRecords({ Records });
      if (batchItemFailures.length > 0)
        throw new Error('The record function failed: its log lines with kind "failed" have the reasons.');
    },
    createTasks: () => onSchedule({} as ScheduledEvent, { getRemainingTimeInMillis: () => 60_000 }),
  };
}
