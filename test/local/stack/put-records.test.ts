import type { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { putRecords } from '../../../local/stack/put-records';

/** A stream of two shards; `refuses` says whether it has no room for a record at the n-th request. */
function aStream(refuses: (data: string, request: number) => boolean = () => false) {
  const requests: string[][] = [];
  const accepted: string[] = [];
  const send = (command: PutRecordsCommand) => {
    const records = (command.input.Records ?? []).map(({ Data }) => Buffer.from(Data ?? '').toString());
    requests.push(records);
    const Records = records.map((data) => {
      if (refuses(data, requests.length)) return { ErrorCode: 'ProvisionedThroughputExceededException' };
      accepted.push(data);
      // Of different length, so that comparing them as text would be wrong.
      return { ShardId: `shard-${accepted.length % 2}`, SequenceNumber: String(8 + accepted.length) };
    });
    return Promise.resolve({ Records });
  };
  return { kinesis: { send } as unknown as KinesisClient, requests, accepted };
}

const deliveries = (count: number, size = 1) =>
  Array.from({ length: count }, (_, index) => ({
    data: Buffer.from(String(index).padEnd(size)),
    partitionKey: 'k',
  }));

describe('putting records', () => {
  it('keeps their order over several requests, and returns the last sequence number of each shard', async () => {
    const { kinesis, requests, accepted } = aStream();

    const last = await putRecords(kinesis, 's', deliveries(250));

    expect(requests.map(({ length }) => length)).toEqual([100, 100, 50]);
    expect(accepted).toEqual(deliveries(250).map(({ data }) => data.toString()));
    expect(last).toEqual({ 'shard-0': '258', 'shard-1': '257' });
  });

  it('reads no further ahead than one request, so that a long file does not fill the memory', async () => {
    let read = 0;
    const { kinesis, requests } = aStream(() => {
      expect(read).toBeLessThanOrEqual(requests.length * 100 + 1);
      return false;
    });

    await putRecords(
      kinesis,
      's',
      (function* () {
        for (const delivery of deliveries(500)) {
          read += 1;
          yield delivery;
        }
      })(),
    );

    expect(read).toBe(500);
  });

  it('makes requests that Kinesis takes: at most 5 MB', async () => {
    const { kinesis, requests } = aStream();

    await putRecords(kinesis, 's', deliveries(12, 1_000_000));

    expect(requests.map(({ length }) => length)).toEqual([4, 4, 4]);
  });

  it('puts again only the records that the stream refused', async () => {
    const { kinesis, requests, accepted } = aStream((data, request) => request === 1 && data !== '1');

    await putRecords(kinesis, 's', deliveries(3));

    expect(requests).toEqual([
      ['0', '1', '2'],
      ['0', '2'],
    ]);
    expect(accepted.sort()).toEqual(['0', '1', '2']);
  });

  it('returns nothing without records', async () => {
    expect(await putRecords(aStream().kinesis, 's', [])).toEqual({});
  });
});

describe('a stream that refuses every try', () => {
  it('is tried again after increasing pauses, up to a limit', async () => {
    const { kinesis, requests } = aStream((data) => data === '1');
    const pauses: number[] = [];
    const pause = (milliseconds: number) => Promise.resolve(pauses.push(milliseconds));

    await expect(putRecords(kinesis, 's', deliveries(3), pause)).rejects.toThrow(
      /refused records 8 times: ProvisionedThroughput/,
    );

    expect(requests).toHaveLength(8);
    expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 6400]);
  });
});
