/**
 * Stores abandoned contacts per queue and hour. The Lambda function is subscribed to the topic directly: SNS invokes it
 * with one message at a time, and Lambda retries twice if it throws.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { SNSEvent } from 'aws-lambda';
import { storeContact } from './contacts';

const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export async function handler({ Records }: SNSEvent): Promise<void> {
  for (const { Sns } of Records) {
    await storeContact(dynamodb, process.env.ABANDONED_PER_QUEUE_TABLE_NAME ?? '', Sns.Message);
  }
}
