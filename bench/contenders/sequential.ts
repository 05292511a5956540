/**
 * As AWS' samples for Kinesis do it: one record after the other, each put awaited; the first one that fails is reported,
 * and the mapping delivers again from there.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { decideAbandoned } from '../../lambda/contact-records/contact-record/abandoned';
import type { ReadableContactRecord } from '../../lambda/contact-records/contact-record/model';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const sns = new SNSClient({});

export async function handler(event: KinesisStreamEvent): Promise<KinesisStreamBatchResponse> {
  for (const { kinesis } of event.Records) {
    try {
      const text = Buffer.from(kinesis.data, 'base64').toString('utf8');
      const record = JSON.parse(text) as ReadableContactRecord;
      await documents.send(new PutCommand({ TableName: process.env.RECORDS_TABLE_NAME, Item: record }));
      if (decideAbandoned(record).kind === 'abandoned') {
        await sns.send(
          new PublishCommand({ TopicArn: process.env.ABANDONED_CONTACTS_TOPIC_ARN, Message: text }),
        );
      }
    } catch {
      return { batchItemFailures: [{ itemIdentifier: kinesis.sequenceNumber }] };
    }
  }
  return { batchItemFailures: [] };
}
