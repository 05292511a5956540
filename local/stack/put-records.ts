import { setTimeout as sleep } from 'node:timers/promises';
import { PutRecordsCommand, type KinesisClient, type PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import { isLess } from '../event-source-mapping/checkpoints';
import type { SequenceNumbersByShard } from '../event-source-mapping/types';

/**
 * Records in one request. Kinesis takes 500 records and 5 MB; the emulator works on one request at a time, about a
 * millisecond for each record, and whoever reads has to wait.
 */
const MAX_RECORDS = 100;
const MAX_BYTES = 5_000_000;
const MAX_TRIES = 8;
const REQUEST_LIMIT_MS = 60_000;

/** What a producer puts on the stream. */
export interface Delivery {
  data: Uint8Array;
  partitionKey: string;
}

/**
 * Puts deliveries on a stream, one request after the other, in order. Records that the stream refuses for the moment
 * are put again, behind the others of their request.
 *
 * @returns the last sequence number by shard
 * @throws when the stream goes on refusing a record
 */
export async function putRecords(
  kinesis: KinesisClient,
  streamName: string,
  deliveries: Iterable<Delivery> | AsyncIterable<Delivery>,
  pause: (milliseconds: number) => Promise<unknown> = sleep,
): Promise<SequenceNumbersByShard> {
  const last: SequenceNumbersByShard = {};
  for await (const chunk of chunksOf(deliveries)) {
    let rest = chunk;
    for (let tries = 1; rest.length > 0; tries += 1) {
      const results = await putOnce(kinesis, streamName, rest);
      for (const { ShardId, SequenceNumber } of results) {
        if (ShardId === undefined || SequenceNumber === undefined) continue;
        if (isLess(last[ShardId], SequenceNumber)) last[ShardId] = SequenceNumber;
      }
      const refusal = results.find(({ ErrorCode }) => ErrorCode !== undefined);
      if (refusal === undefined) break;
      if (tries === MAX_TRIES) {
        throw new Error(`${streamName} refused records ${MAX_TRIES} times: ${refusal.ErrorCode}`);
      }
      rest = rest.filter((_, index) => results[index]?.ErrorCode !== undefined);
      await pause(50 * 2 ** tries);
    }
  }
  return last;
}

async function putOnce(
  kinesis: KinesisClient,
  streamName: string,
  deliveries: Delivery[],
): Promise<PutRecordsResultEntry[]> {
  const { Records = [] } = await kinesis.send(
    new PutRecordsCommand({
      StreamName: streamName,
      Records: deliveries.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey })),
    }),
    { abortSignal: AbortSignal.timeout(REQUEST_LIMIT_MS) },
  );
  return Records;
}

async function* chunksOf(
  deliveries: Iterable<Delivery> | AsyncIterable<Delivery>,
): AsyncGenerator<Delivery[]> {
  let chunk: Delivery[] = [];
  let bytes = 0;
  for await (const delivery of deliveries) {
    const size = delivery.data.length + Buffer.byteLength(delivery.partitionKey);
    if (chunk.length === MAX_RECORDS || (chunk.length > 0 && bytes + size > MAX_BYTES)) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(delivery);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}
