import type { ListShardsCommand } from '@aws-sdk/client-kinesis';
import {
  ExpiredIteratorException,
  GetRecordsCommand,
  type GetShardIteratorCommand,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';
import { createShardReader, listShards } from '../../../local/event-source-mapping/shard-reader';

/** A shard with records 1 to 5; iterators are the number of the last record before them. */
function aShard() {
  const state = { expired: false, isClosed: false, iteratorRequests: [] as unknown[] };
  const send = (command: GetRecordsCommand | GetShardIteratorCommand) => {
    if (!(command instanceof GetRecordsCommand)) {
      const { ShardIteratorType, StartingSequenceNumber } = command.input;
      state.iteratorRequests.push([ShardIteratorType, StartingSequenceNumber]);
      return Promise.resolve({ ShardIterator: `after ${StartingSequenceNumber ?? '0'}` });
    }
    if (state.expired) {
      state.expired = false;
      return Promise.reject(new ExpiredIteratorException({ $metadata: {}, message: 'too old' }));
    }
    const after = Number(command.input.ShardIterator?.slice('after '.length));
    const numbers = [1, 2, 3, 4, 5].filter((n) => n > after).slice(0, command.input.Limit);
    return Promise.resolve({
      Records: numbers.map((n) => ({
        SequenceNumber: String(n),
        PartitionKey: `key ${n}`,
        Data: new Uint8Array([n]),
        ApproximateArrivalTimestamp: new Date(n),
      })),
      NextShardIterator:
        state.isClosed && (numbers.at(-1) ?? after) === 5 ? undefined : `after ${numbers.at(-1) ?? after}`,
      MillisBehindLatest: (numbers.at(-1) ?? after) < 5 ? 1000 : 0,
    });
  };
  return { state, read: createShardReader({ send } as unknown as KinesisClient, 'stream') };
}

const numbersOf = ({ records }: { records: { sequenceNumber: string }[] }) =>
  records.map(({ sequenceNumber }) => sequenceNumber);

describe('reading a shard', () => {
  it('begins with the oldest record, returns all fields, and whether there are more records', async () => {
    const { read, state } = aShard();

    expect(await read('shard', undefined, 1)).toEqual({
      records: [
        { sequenceNumber: '1', partitionKey: 'key 1', data: new Uint8Array([1]), arrival: new Date(1) },
      ],
      behind: true,
      ended: false,
    });
    expect(state.iteratorRequests).toEqual([['TRIM_HORIZON', undefined]]);
  });

  it('continues with the same iterator', async () => {
    const { read, state } = aShard();

    await read('shard', undefined, 2);
    const rest = await read('shard', '2', 10);
    const nothing = await read('shard', '5', 10);

    expect(numbersOf(rest)).toEqual(['3', '4', '5']);
    expect(rest.behind).toBe(false);
    expect(nothing).toEqual({ records: [], behind: false, ended: false });
    expect(state.iteratorRequests).toHaveLength(1);
  });

  it('begins after the last record that was read when the iterator has expired', async () => {
    const { read, state } = aShard();
    await read('shard', undefined, 2);
    state.expired = true;

    await expect(read('shard', '2', 10)).rejects.toThrow('too old');

    expect(numbersOf(await read('shard', '2', 10))).toEqual(['3', '4', '5']);
    expect(state.iteratorRequests.at(-1)).toEqual(['AFTER_SEQUENCE_NUMBER', '2']);
  });
});

describe('a closed shard', () => {
  it('has ended when its last record was read, and not before', async () => {
    const { read, state } = aShard();
    state.isClosed = true;

    const first = await read('shard', undefined, 4);
    const last = await read('shard', '4', 4);

    expect([first.ended, last.ended]).toEqual([false, true]);
    expect(numbersOf(last)).toEqual(['5']);
  });

  it('has ended when it is read after its last record', async () => {
    const { read, state } = aShard();
    state.isClosed = true;

    expect(await read('shard', '5', 4)).toEqual({ records: [], behind: false, ended: true });
  });
});

describe('listing the shards', () => {
  it('follows all pages, and gives both parents of a merged shard', async () => {
    const pages = new Map([
      [
        undefined,
        {
          Shards: [
            {
              ShardId: 'a',
              HashKeyRange: {
                StartingHashKey: '0',
                EndingHashKey: '340282366920938463463374607431768211455',
              },
            },
            { ShardId: 'b', ParentShardId: 'a' },
          ],
          NextToken: 'more',
        },
      ],
      ['more', { Shards: [{ ShardId: 'c', ParentShardId: 'a', AdjacentParentShardId: 'b' }] }],
    ]);
    const inputs: unknown[] = [];
    const send = (command: ListShardsCommand) => {
      inputs.push(command.input);
      return Promise.resolve(pages.get(command.input.NextToken));
    };

    const shards = await listShards({ send } as unknown as KinesisClient, 'stream');

    expect(shards).toMatchObject([
      { shardId: 'a', parentIds: [], firstHashKey: 0n, lastHashKey: 2n ** 128n - 1n },
      { shardId: 'b', parentIds: ['a'] },
      { shardId: 'c', parentIds: ['a', 'b'] },
    ]);
    expect(inputs).toEqual([{ StreamName: 'stream' }, { NextToken: 'more' }]);
  });
});
