/**
 * Processes each version once with Powertools' batch processor and its idempotency. As the library recommends, the key
 * is taken from the payload, a missing key is an error, and claims last as long as the invocation.
 */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import type { Context, KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import { decideAbandoned } from '../../lambda/contact-records/contact-record/abandoned';
import type { ReadableContactRecord } from '../../lambda/contact-records/contact-record/model';
import { decodeText, dynamodb, publish, putIfNewer } from './common';

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
  const text = decodeText(kinesis.data);
  await processOnce(JSON.parse(text) as ReadableContactRecord, text);
}

async function processVersion(record: ReadableContactRecord, text: string): Promise<void> {
  if ((await putIfNewer(record)) && decideAbandoned(record).kind === 'abandoned') await publish(text);
}
