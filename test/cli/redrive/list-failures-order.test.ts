import fc from 'fast-check';
import { sortOldestFirst, type FailureEntry } from '../../../cli/redrive/list-failures';

const entry = (shard: number, sequenceNumber: string, arrival: number): FailureEntry => ({
  ...{
    key: '',
    bytes: 1,
    failedAt: 0,
    kind: 'quarantined',
    reason: 'not-json',
    streamArn: 's',
    records: 1,
  },
  ...{ shardId: String(shard), sequenceNumber, arrival },
});
const name = (entries: FailureEntry[]) =>
  entries.map(({ shardId, sequenceNumber }) => `${shardId}:${sequenceNumber}`);

it('is by sequence number in a shard, as a number and not as text', () => {
  expect(name(sortOldestFirst([entry(0, '10', 1), entry(0, '9', 1), entry(0, '100', 1)]))).toEqual([
    '0:9',
    '0:10',
    '0:100',
  ]);
});

it('is by arrival across shards', () => {
  expect(name(sortOldestFirst([entry(0, '1', 30), entry(1, '5', 10), entry(2, '9', 20)]))).toEqual([
    '1:5',
    '2:9',
    '0:1',
  ]);
});

it('follows the sequence number when the approximate arrival differs', () => {
  expect(name(sortOldestFirst([entry(0, '2', 10), entry(0, '1', 20), entry(1, '7', 15)]))).toEqual([
    '1:7',
    '0:1',
    '0:2',
  ]);
});

it('keeps each shard in order with any arrival times', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(2), fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.nat(20)), { maxLength: 50 }),
      (drawn) => {
        const ordered = sortOldestFirst(
          drawn.map(([shard, number, arrival]) => entry(shard, String(number), arrival)),
        );
        expect(ordered).toHaveLength(drawn.length);
        for (const shard of ['0', '1', '2']) {
          const numbers = ordered
            .filter(({ shardId }) => shardId === shard)
            .map(({ sequenceNumber }) => BigInt(sequenceNumber));
          expect(numbers).toEqual([...numbers].sort((a, b) => (a < b ? -1 : 1)));
        }
      },
    ),
  );
});
