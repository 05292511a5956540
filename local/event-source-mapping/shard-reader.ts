import { GetRecordsCommand, GetShardIteratorCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import type { MappingPorts } from './types';
import { limitTime } from '../../cli/shared/time-limit';

const REQUEST_LIMIT_MS = 30_000;

/**
 * Creates a function that reads the shards of a stream.
 *
 * After an error (an expired iterator, a busy emulator) the next call requests a new iterator after the given sequence
 * number.
 */
export function createShardReader(kinesis: KinesisClient, streamName: string): MappingPorts['readRecords'] {
  const iterators = new Map<string, { after: string | undefined; iterator: string }>();

  const requestIterator = async (shardId: string, after: string | undefined): Promise<string | undefined> => {
    const { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({
        StreamName: streamName,
        ShardId: shardId,
        ...(after === undefined
          ? { ShardIteratorType: 'TRIM_HORIZON' }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: after }),
      }),
      limitTime(REQUEST_LIMIT_MS),
    );
    return ShardIterator;
  };

  return async (shardId, after, limit) => {
    const kept = iterators.get(shardId);
    iterators.delete(shardId);
    const response = await kinesis.send(
      new GetRecordsCommand({
        ShardIterator: kept && kept.after === after ? kept.iterator : await requestIterator(shardId, after),
        Limit: Math.min(limit, 10_000),
      }),
      limitTime(REQUEST_LIMIT_MS),
    );
    const records = (response.Records ?? []).map((record) => ({
      sequenceNumber: record.SequenceNumber ?? '',
      partitionKey: record.PartitionKey ?? '',
      data: record.Data ?? new Uint8Array(),
      arrival: record.ApproximateArrivalTimestamp ?? new Date(0),
    }));
    if (response.NextShardIterator !== undefined) {
      const last = records.at(-1)?.sequenceNumber ?? after;
      iterators.set(shardId, { after: last, iterator: response.NextShardIterator });
    }
    // An answer without records is the end of the shard for now, even if the emulator says that there are more.
    return { records, behind: records.length > 0 && (response.MillisBehindLatest ?? 0) > 0 };
  };
}
