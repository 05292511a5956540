/** The objects that the mapping writes to its S3 failure destination. */
import { randomUUID } from 'node:crypto';
import type { BatchResult } from './batch-result';
import { getArrivalMs, type KinesisEvent, type KinesisEventRecord } from './kinesis-event';
import type { FailureCondition, FailureObject } from './types';

export interface FailedBatch {
  condition: FailureCondition;
  records: KinesisEventRecord[];
  /** Invocations with these records; 0 if there was none. */
  attempts: number;
  /** Of the last invocation; used only if the retries are exhausted. */
  functionError: BatchResult['functionError'];
  /** When it was given up. */
  at: Date;
  shardId: string;
  mappingId: string;
  functionArn: string;
  streamArn: string;
}

/** Creates the object for a batch that was given up: Lambda's fields, order and key. */
export function createFailureObject(batch: FailedBatch): FailureObject {
  const timestamp = batch.at.toISOString();
  const [date = '', time = ''] = timestamp.split('T');
  const second = `${date}T${time.slice(0, 8).replaceAll(':', '.')}`;
  return {
    key: `aws/lambda/${batch.mappingId}/${batch.shardId}/${date.replaceAll('-', '/')}/${second}-${randomUUID()}`,
    body: JSON.stringify({
      requestContext: {
        requestId: randomUUID(),
        functionArn: batch.functionArn,
        condition: batch.condition,
        // Lambda says 1 even for records that were too old from the start.
        approximateInvokeCount: Math.max(1, batch.attempts),
      },
      ...createResponseContext(batch),
      version: '1.0',
      timestamp,
      KinesisBatchInfo: createBatchInfo(batch),
      // The event as text, so that it comes back byte for byte.
      payload: JSON.stringify({ Records: batch.records } satisfies KinesisEvent),
    }),
  };
}

/** Omits the context for records that got too old, even after failed invocations. */
function createResponseContext({ condition, functionError }: FailedBatch) {
  switch (condition) {
    case 'RecordAgeExceeded':
      return {};
    case 'RetryAttemptsExhausted':
      return { responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError } };
  }
}

function createBatchInfo({ shardId, records, streamArn }: FailedBatch) {
  const [first, last] = [records[0], records.at(-1)];
  const arrival = (record: KinesisEventRecord | undefined) =>
    record && new Date(getArrivalMs(record)).toISOString();
  return {
    shardId,
    startSequenceNumber: first?.kinesis.sequenceNumber,
    endSequenceNumber: last?.kinesis.sequenceNumber,
    approximateArrivalOfFirstRecord: arrival(first),
    approximateArrivalOfLastRecord: arrival(last),
    batchSize: records.length,
    streamArn,
  };
}
