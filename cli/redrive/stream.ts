/**
 * What a redrive asks of Kinesis.
 */
import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import type { OriginalRecord } from './failure-object';
import { errorName, isRefusal, serviceFault } from '../service-fault';

/**
 * Puts records on a stream, once: what isn't accepted may be put again.
 *
 * @param stream - its name or ARN
 * @returns for each record, why it was not accepted, or undefined if it was
 * @throws ServiceFault if the stream does not allow it, or is not there
 */
export type PutRecords = (stream: string, records: OriginalRecord[]) => Promise<(string | undefined)[]>;

const LIMIT_MS = 60_000;

export const putRecordsTo =
  (kinesis: KinesisClient): PutRecords =>
  async (stream, records) => {
    try {
      const { Records = [] } = await kinesis.send(
        new PutRecordsCommand({
          ...(stream.startsWith('arn:') ? { StreamARN: stream } : { StreamName: stream }),
          Records: records.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey })),
        }),
        { abortSignal: AbortSignal.timeout(LIMIT_MS) },
      );
      // A record is accepted if the answer says so, and not if it just doesn't say otherwise.
      return records.map((_, index) =>
        Records[index]?.SequenceNumber ? undefined : (Records[index]?.ErrorCode ?? 'no answer'),
      );
    } catch (error) {
      if (isRefusal(error)) throw serviceFault('kinesis:PutRecords', error);
      return records.map(() => errorName(error));
    }
  };
