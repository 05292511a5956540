/**
 * Powertools' batch processor, which processes all records of a batch at once and reports those that failed, with the
 * conditional put alone. What the condition refuses has been there before, and is not published.
 */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Context, KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import { decideAbandoned } from '../../lambda/contact-records/contact-record/abandoned';
import type { ReadableContactRecord } from '../../lambda/contact-records/contact-record/model';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const sns = new SNSClient({});
const processor = new BatchProcessor(EventType.KinesisDataStreams);

export const handler = (event: KinesisStreamEvent, context: Context) =>
  processPartialResponse(event, processRecord, processor, { context });

async function processRecord({ kinesis }: KinesisStreamRecord): Promise<void> {
  const text = Buffer.from(kinesis.data, 'base64').toString('utf8');
  const record = JSON.parse(text) as ReadableContactRecord;
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
