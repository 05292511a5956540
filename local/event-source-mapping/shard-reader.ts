/** Lists and reads the shards of a stream. */
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  type ListShardsCommandInput,
} from '@aws-sdk/client-kinesis';
import type { StreamShard } from './readable-shards';
import type { MappingPorts } from './types';
import { limitTime } from '../../cli/shared/time-limit';

const REQUEST_LIMIT_MS = 30_000;

/** A shard with its range of partition key hashes. */
export interface ListedShard extends StreamShard {
  firstHashKey: bigint;
  lastHashKey: bigint;
}

/** Lists a stream's shards, the closed ones included. */
export async function listShards(kinesis: KinesisClient, streamName: string): Promise<ListedShard[]> {
  const shards: ListedShard[] = [];
  let input: ListShardsCommandInput = { StreamName: streamName };
  for (;;) {
    const { Shards = [], NextToken } = await kinesis.send(
      new ListShardsCommand(input),
      limitTime(REQUEST_LIMIT_MS),
    );
    for (const { ShardId = '', ParentShardId, AdjacentParentShardId, HashKeyRange } of Shards) {
      shards.push({
        shardId: ShardId,
        parentIds: [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined),
        firstHashKey: BigInt(HashKeyRange?.StartingHashKey ?? 0),
        lastHashKey: BigInt(HashKeyRange?.EndingHashKey ?? 0),
      });
    }
    if (NextToken === undefined) return shards;
    // Kinesis accepts the stream's name or the token, not both.
    input = { NextToken };
  }
}

/** Creates a function that reads the shards of a stream. After an error, the next call requests a new iterator. */
export function createShardReader(kinesis: KinesisClient, streamName: string): MappingPorts['readRecords'] {
  const iterators = new Map<string, { after: string | undefined; iterator: string }>();

  const requestIterator = async (shardId: string, after: string | undefined): Promise<string | undefined> => {
    const command = new GetShardIteratorCommand({
      StreamName: streamName,
      ShardId: shardId,
      ShardIteratorType: after === undefined ? 'TRIM_HORIZON' : 'AFTER_SEQUENCE_NUMBER',
      StartingSequenceNumber: after,
    });
    return (await kinesis.send(command, limitTime(REQUEST_LIMIT_MS))).ShardIterator;
  };

  return async (shardId, after, limit) => {
    const kept = iterators.get(shardId);
    iterators.delete(shardId);
    const ShardIterator =
      kept?.after === after && kept ? kept.iterator : await requestIterator(shardId, after);
    const command = new GetRecordsCommand({ ShardIterator, Limit: Math.min(limit, 10_000) });
    const response = await kinesis.send(command, limitTime(REQUEST_LIMIT_MS));
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
    // An answer without records is the current end of the shard, even if the emulator reports more records.
    const behind = records.length > 0 && (response.MillisBehindLatest ?? 0) > 0;
    // Only a closed shard has no next iterator after its last record.
    return { records, behind, ended: response.NextShardIterator === undefined };
  };
}
