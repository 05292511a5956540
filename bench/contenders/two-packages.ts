/** Sends one put with the two DynamoDB packages: a lower bound for the cold start. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { KinesisStreamEvent } from 'aws-lambda';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export async function handler({ Records: [first] }: KinesisStreamEvent) {
  const text = Buffer.from(first?.kinesis.data ?? '', 'base64').toString('utf8');
  const Item = JSON.parse(text) as Record<string, unknown>;
  await documents.send(new PutCommand({ TableName: process.env.RECORDS_TABLE_NAME, Item }));
  return { batchItemFailures: [] };
}
