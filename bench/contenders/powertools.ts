/**
 * Processes all records of a batch at once with Powertools' batch processor, and reports those that failed. A record
 * whose put the condition refuses was processed before, and is not published.
 */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import { decideAbandoned } from '../../lambda/contact-records/contact-record/abandoned';
import type { ReadableContactRecord } from '../../lambda/contact-records/contact-record/model';
import { decodeText, publish, putIfNewer } from './common';

const processor = new BatchProcessor(EventType.KinesisDataStreams);

export const handler = (event: KinesisStreamEvent, context: Context) =>
  processPartialResponse(event, processRecord, processor, { context });

async function processRecord({ kinesis }: KinesisStreamRecord): Promise<void> {
  const text = decodeText(kinesis.data);
  const record = JSON.parse(text) as ReadableContactRecord;
  if ((await putIfNewer(record)) && decideAbandoned(record).kind === 'abandoned') await publish(text);
}
