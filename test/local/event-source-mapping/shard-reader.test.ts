import {
  ExpiredIteratorException,
  GetRecordsCommand,
  type GetShardIteratorCommand,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';
import { createShardReader } from '../../../local/event-source-mapping/shard-reader';

/** A shard with records 1 to 5; iterators are the number of the last record before them. */
function aShard() {
  const state = { expired: false, iteratorRequests: [] as unknown[] };
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
      NextShardIterator: `after ${numbers.at(-1) ?? after}`,
      MillisBehindLatest: (numbers.at(-1) ?? after) < 5 ? 1000 : 0,
    });
  };
  return { state, read: createShardReader({ send } as unknown as KinesisClient, 'stream') };
}

const numbersOf = ({ records }: { records: { sequenceNumber: string }[] }) =>
  records.map(({ sequenceNumber }) => sequenceNumber);

describe('reading a shard', () => {
  it('begins with the oldest record, tells all of it, and whether there are more', async () => {
    const { read, state } = aShard();

    expect(await read('shard', undefined, 1)).toEqual({
      records: [
        { sequenceNumber: '1', partitionKey: 'key 1', data: new Uint8Array([1]), arrival: new Date(1) },
      ],
      behind: true,
    });
    expect(state.iteratorRequests).toEqual([['TRIM_HORIZON', undefined]]);
  });

  it('goes on where it was without asking for the way again', async () => {
    const { read, state } = aShard();

    await read('shard', undefined, 2);
    const rest = await read('shard', '2', 10);
    const nothing = await read('shard', '5', 10);

    expect(numbersOf(rest)).toEqual(['3', '4', '5']);
    expect(rest.behind).toBe(false);
    expect(nothing).toEqual({ records: [], behind: false });
    expect(state.iteratorRequests).toHaveLength(1);
  });

  it('survives an iterator that has expired: the next call begins after the last record that was read', async () => {
    const { read, state } = aShard();
    await read('shard', undefined, 2);
    state.expired = true;

    await expect(read('shard', '2', 10)).rejects.toThrow('too old');

    expect(numbersOf(await read('shard', '2', 10))).toEqual(['3', '4', '5']);
    expect(state.iteratorRequests.at(-1)).toEqual(['AFTER_SEQUENCE_NUMBER', '2']);
  });
});
