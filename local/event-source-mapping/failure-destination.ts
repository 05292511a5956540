import { randomUUID } from 'node:crypto';
import type { BatchResult } from './batch-result';
import { arrivalOf, type KinesisEvent, type KinesisEventRecord } from './kinesis-event';

/** Why the mapping has given records up. */
export type FailureCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

/** What the mapping writes to its S3 failure destination. */
export interface FailureObject {
  key: string;
  /** JSON. */
  body: string;
}

export interface FailedBatch {
  condition: FailureCondition;
  records: KinesisEventRecord[];
  /** Invocations with these records; 0 if there was none. */
  attempts: number;
  /** Of the last invocation; counts only where the retries are exhausted. */
  functionError: BatchResult['functionError'];
  /** When it was given up. */
  at: Date;
  shardId: string;
  mappingId: string;
  functionArn: string;
  streamArn: string;
}

/** The object for one batch that was given up, with Lambda's fields in Lambda's order, under Lambda's key. */
export function failureObject(batch: FailedBatch): FailureObject {
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
      ...responseContext(batch),
      version: '1.0',
      timestamp,
      KinesisBatchInfo: batchInfo(batch),
      // The event as text, so that it comes back byte for byte.
      payload: JSON.stringify({ Records: batch.records } satisfies KinesisEvent),
    }),
  };
}

/** There is none for records that got too old, not even after failed invocations. */
function responseContext({ condition, functionError }: FailedBatch) {
  switch (condition) {
    case 'RecordAgeExceeded':
      return {};
    case 'RetryAttemptsExhausted':
      return { responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError } };
  }
}

function batchInfo({ shardId, records, streamArn }: FailedBatch) {
  const [first, last] = [records[0], records.at(-1)];
  const arrival = (record: KinesisEventRecord | undefined) =>
    record && new Date(arrivalOf(record)).toISOString();
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
