/** Puts records on a stream in one request. */
import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { getSafeErrorName, isRefusal, createServiceError } from './service-error';
import { limitTime, RECORDS_REQUEST_LIMIT_MS } from './time-limit';

/** A record as a producer puts it on the stream. */
export interface StreamRecord {
  partitionKey: string;
  data: Uint8Array;
}

/** Counts the bytes that count against the limits of Kinesis. */
export const countBytes = ({ partitionKey, data }: StreamRecord): number =>
  data.length + Buffer.byteLength(partitionKey);

/** Returns whether Kinesis accepts this partition key. */
export const isPartitionKey = (key: string): boolean =>
  key.length >= 1 && key.length <= 256 && key.isWellFormed();

export const MAX_RECORD_BYTES = 1024 * 1024;

/**
 * Puts records on a stream once. The caller may put refused records again.
 *
 * @param stream - its name or ARN
 * @returns for each record the reason of its refusal, or undefined if it was accepted
 * @throws ServiceError if the stream does not exist, or refuses the request
 */
export type PutRecords = (stream: string, records: StreamRecord[]) => Promise<(string | undefined)[]>;

export const createPutRecords =
  (kinesis: KinesisClient): PutRecords =>
  async (stream, records) => {
    const command = new PutRecordsCommand({
      ...(stream.startsWith('arn:') ? { StreamARN: stream } : { StreamName: stream }),
      Records: records.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey })),
    });
    try {
      const { Records = [] } = await kinesis.send(command, limitTime(RECORDS_REQUEST_LIMIT_MS));
      // Only a sequence number shows that a record was accepted.
      return records.map((_, index) =>
        Records[index]?.SequenceNumber ? undefined : (Records[index]?.ErrorCode ?? 'no answer'),
      );
    } catch (error) {
      if (isRefusal(error)) throw createServiceError('kinesis:PutRecords', error);
      return records.map(() => getSafeErrorName(error));
    }
  };
