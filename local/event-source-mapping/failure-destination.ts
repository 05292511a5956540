/** Creates the objects that the mapping writes to its S3 failure destination. */
import { randomUUID } from 'node:crypto';
import type { BatchResult } from './batch-result';
import { getArrivalMs, type KinesisEvent, type KinesisEventRecord } from './kinesis-event';
import type { EventSourceMappingOptions, FailureCondition, FailureObject } from './types';

export interface FailedBatch {
  condition: FailureCondition;
  records: KinesisEventRecord[];
  /** Invocations with these records; 0 if there was none. */
  attempts: number;
  /** The last invocation's; used only if the retries are exhausted. */
  functionError: BatchResult['functionError'];
}

/** Creates the object for a batch that is given up now. Fields, their order and the key are as Lambda's. */
export function createFailureObject(
  { condition, records, attempts, functionError }: FailedBatch,
  shardId: string,
  { id, functionArn, origin, ports }: EventSourceMappingOptions,
): FailureObject {
  const timestamp = new Date(ports.now()).toISOString();
  const [date = '', time = ''] = timestamp.split('T');
  const second = `${date}T${time.slice(0, 8).replaceAll(':', '.')}`;
  const [first, last] = [records[0], records.at(-1)];
  const formatArrival = (record: KinesisEventRecord | undefined) =>
    record && new Date(getArrivalMs(record)).toISOString();
  return {
    key: `aws/lambda/${id}/${shardId}/${date.replaceAll('-', '/')}/${second}-${randomUUID()}`,
    body: JSON.stringify({
      requestContext: {
        requestId: randomUUID(),
        functionArn,
        condition,
        // Lambda writes 1 even for records that were too old from the start.
        approximateInvokeCount: Math.max(1, attempts),
      },
      // Lambda omits the context for records that got too old, even after failed invocations.
      ...(condition === 'RetryAttemptsExhausted' && {
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError },
      }),
      version: '1.0',
      timestamp,
      KinesisBatchInfo: {
        shardId,
        startSequenceNumber: first?.kinesis.sequenceNumber,
        endSequenceNumber: last?.kinesis.sequenceNumber,
        approximateArrivalOfFirstRecord: formatArrival(first),
        approximateArrivalOfLastRecord: formatArrival(last),
        batchSize: records.length,
        streamArn: origin.streamArn,
      },
      // The event as a string, so that it can be restored byte for byte.
      payload: JSON.stringify({ Records: records } satisfies KinesisEvent),
    }),
  };
}
