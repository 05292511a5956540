/** Processes records one by one, as AWS's samples for Kinesis do. Reports the first failed record. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { decideAbandoned } from '../../lambda/contact-records/contact-record/abandoned';
import type { ReadableContactRecord } from '../../lambda/contact-records/contact-record/model';
import { decodeText, documents, publish } from './common';

export async function handler(event: KinesisStreamEvent): Promise<KinesisStreamBatchResponse> {
  for (const { kinesis } of event.Records) {
    try {
      const text = decodeText(kinesis.data);
      const record = JSON.parse(text) as ReadableContactRecord;
      await documents.send(new PutCommand({ TableName: process.env.RECORDS_TABLE_NAME, Item: record }));
      if (decideAbandoned(record).kind === 'abandoned') await publish(text);
    } catch {
      return { batchItemFailures: [{ itemIdentifier: kinesis.sequenceNumber }] };
    }
  }
  return { batchItemFailures: [] };
}
