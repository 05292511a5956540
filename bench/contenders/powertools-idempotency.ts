/**
 * Powertools' batch processor with its idempotency: each version of a contact is processed once. As the library
 * recommends: the key from the payload, no key is an error, and the invocation's context for the time of a claim.
 * A version that the condition refuses is older than what is there, and is not published.
 */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Context, KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import { decideAbandoned } from '../../lambda/contact-records/contact-record/abandoned';
import type { ReadableContactRecord } from '../../lambda/contact-records/contact-record/model';

const dynamodb = new DynamoDBClient({});
const documents = DynamoDBDocumentClient.from(dynamodb);
const sns = new SNSClient({});
const processor = new BatchProcessor(EventType.KinesisDataStreams);

const config = new IdempotencyConfig({
  eventKeyJmesPath: '[ContactId, LastUpdateTimestamp]',
  throwOnNoIdempotencyKey: true,
});
const processOnce = makeIdempotent(processVersion, {
  persistenceStore: new DynamoDBPersistenceLayer({
    tableName: process.env.IDEMPOTENCY_TABLE_NAME ?? '',
    awsSdkV3Client: dynamodb,
  }),
  config,
});

export const handler = (event: KinesisStreamEvent, context: Context) => {
  config.registerLambdaContext(context);
  return processPartialResponse(event, processRecord, processor, { context });
};

async function processRecord({ kinesis }: KinesisStreamRecord): Promise<void> {
  const text = Buffer.from(kinesis.data, 'base64').toString('utf8');
  await processOnce(JSON.parse(text) as ReadableContactRecord, text);
}

async function processVersion(record: ReadableContactRecord, text: string): Promise<void> {
  if ((await isStored(record)) && decideAbandoned(record).kind === 'abandoned') {
    await sns.send(new PublishCommand({ TopicArn: process.env.ABANDONED_CONTACTS_TOPIC_ARN, Message: text }));
  }
}

async function isStored(record: ReadableContactRecord): Promise<boolean> {
  try {
    await documents.send(
      new PutCommand({
        TableName: process.env.RECORDS_TABLE_NAME,
        Item: record,
        ConditionExpression: 'attribute_not_exists(ContactId) OR LastUpdateTimestamp < :incoming',
        ExpressionAttributeValues: { ':incoming': record.LastUpdateTimestamp },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
