/** Provides clients with default settings, and steps that contenders share. */
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient, PutCommand, type PutCommandInput } from '@aws-sdk/lib-dynamodb';
import { decideAbandoned } from '../../lambda/contact-records/contact-record/abandoned';
import type { ReadableContactRecord } from '../../lambda/contact-records/contact-record/model';

export const dynamodb = new DynamoDBClient({});
export const documents = DynamoDBDocumentClient.from(dynamodb);
const sns = new SNSClient({});

export const decodeText = (data: string): string => Buffer.from(data, 'base64').toString('utf8');

/** Stores a record unless the table has this version or a newer one. */
export const putIfNewer = (record: ReadableContactRecord): Promise<boolean> =>
  putUnlessRefused({
    TableName: process.env.RECORDS_TABLE_NAME,
    Item: record,
    ConditionExpression: 'attribute_not_exists(ContactId) OR LastUpdateTimestamp < :incoming',
    ExpressionAttributeValues: { ':incoming': record.LastUpdateTimestamp },
  });

/** Puts an item; resolves to false if the condition failed. */
export async function putUnlessRefused(input: PutCommandInput): Promise<boolean> {
  try {
    await documents.send(new PutCommand(input));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** Publishes a record if this put stored it. A failed condition means that it was processed before. */
export async function storeAndPublish(record: ReadableContactRecord, text: string): Promise<void> {
  if ((await putIfNewer(record)) && decideAbandoned(record).kind === 'abandoned') await publish(text);
}

export const publish = (Message: string) =>
  sns.send(new PublishCommand({ TopicArn: process.env.ABANDONED_CONTACTS_TOPIC_ARN, Message }));
