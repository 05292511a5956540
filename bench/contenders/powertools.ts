/** Processes all records of a batch in parallel with Powertools' batch processor. Reports failed records. */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import type { ReadableContactRecord } from '../../lambda/contact-records/contact-record/model';
import { decodeText, storeAndPublish } from './common';

const processor = new BatchProcessor(EventType.KinesisDataStreams);

export const handler = (event: KinesisStreamEvent, context: Context) =>
  processPartialResponse(event, processRecord, processor, { context });

async function processRecord({ kinesis }: KinesisStreamRecord): Promise<void> {
  const text = decodeText(kinesis.data);
  await storeAndPublish(JSON.parse(text) as ReadableContactRecord, text);
}
