/**
 * Remembers abandoned contacts per queue and hour. A Lambda function that is subscribed to the topic directly: SNS
 * invokes it with one message at a time, and Lambda tries twice again if it throws.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { SNSEvent } from 'aws-lambda';
import { remember } from './contacts';

const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export async function handler({ Records }: SNSEvent): Promise<void> {
  for (const { Sns } of Records) {
    await remember(dynamodb, process.env.ABANDONED_PER_QUEUE_TABLE_NAME ?? '', Sns.Message);
  }
}
