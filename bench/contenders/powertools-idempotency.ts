/**
 * Processes each version once with Powertools' batch processor and its idempotency. As the library recommends, the key
 * is taken from the payload, a missing key is an error, and claims last as long as the invocation.
 */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import type { Context, KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import type { ReadableContactRecord } from '../../lambda/contact-records/contact-record/model';
import { decodeText, dynamodb, storeAndPublish } from './common';

const processor = new BatchProcessor(EventType.KinesisDataStreams);
const config = new IdempotencyConfig({
  eventKeyJmesPath: '[ContactId, LastUpdateTimestamp]',
  throwOnNoIdempotencyKey: true,
});
const processOnce = makeIdempotent(storeAndPublish, {
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
