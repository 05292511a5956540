/** Puts records on the local stream. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { splitIntoPortions } from '../../cli/shared/portions';
import { countBytes, type StreamRecord } from '../../cli/shared/stream';
import { isLess, type SequenceNumbersByShard } from '../event-source-mapping/checkpoints';
import { limitTime, RECORDS_REQUEST_LIMIT_MS } from '../../cli/shared/time-limit';

/**
 * Upper bounds for one request. Kinesis accepts 500 records and 5 MB. The emulator handles one request at a time, about a
 * millisecond for each record, and readers wait meanwhile.
 */
const REQUEST_LIMITS = { maxItems: 100, maxWeights: { bytes: 5_000_000 } };
const MAX_TRIES = 8;

/** A record that a producer puts on the stream. */
export type Delivery = StreamRecord;

/**
 * Puts deliveries on a stream in order. Throttled records are put again, after the others of their request.
 *
 * @returns the last sequence number by shard
 * @throws Error if the stream still refuses a record after 8 tries
 */
export async function putRecords(
  kinesis: KinesisClient,
  streamName: string,
  deliveries: Iterable<Delivery> | AsyncIterable<Delivery>,
  pause: (milliseconds: number) => Promise<unknown> = sleep,
): Promise<SequenceNumbersByShard> {
  const last: SequenceNumbersByShard = {};
  const weigh = (delivery: Delivery) => ({ bytes: countBytes(delivery) });
  for await (const portion of splitIntoPortions(deliveries, REQUEST_LIMITS, weigh)) {
    let rest = portion;
    for (let tries = 1; rest.length > 0; tries += 1) {
      const records = rest.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey }));
      const { Records: results = [] } = await kinesis.send(
        new PutRecordsCommand({ StreamName: streamName, Records: records }),
        limitTime(RECORDS_REQUEST_LIMIT_MS),
      );
      for (const { ShardId, SequenceNumber } of results) {
        if (ShardId === undefined || SequenceNumber === undefined) continue;
        if (isLess(last[ShardId], SequenceNumber)) last[ShardId] = SequenceNumber;
      }
      const refusal = results.find(({ ErrorCode }) => ErrorCode !== undefined);
      if (refusal === undefined) break;
      if (tries === MAX_TRIES) {
        throw new Error(`the stream ${streamName} refused records ${MAX_TRIES} times: ${refusal.ErrorCode}`);
      }
      rest = rest.filter((_, index) => results[index]?.ErrorCode !== undefined);
      await pause(50 * 2 ** tries);
    }
  }
  return last;
}
