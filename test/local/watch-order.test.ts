import { createKinesisEventRecord } from '../../local/event-source-mapping/kinesis-event';
import { createSeenOrder, findLate } from '../../local/watch-order';
import { records } from './event-source-mapping/a-mapping';

const toEvents = (numbers: number[], key: string, shard = 'shard') =>
  records(numbers, { key }).map((record) =>
    createKinesisEventRecord(record, shard, { streamArn: 'arn:stream', roleArn: 'arn:role' }),
  );

it('finds the records that are done after a later one of their partition key, on whatever shard', () => {
  const order = createSeenOrder();
  findLate(order, toEvents([1, 4], 'a'));

  const late = findLate(order, [...toEvents([3, 5], 'a', 'other'), ...toEvents([2], 'b')]);

  expect(late.map(({ eventID }) => eventID)).toEqual(['other:3']);
});

it('finds nothing when records are done again after a restart', () => {
  const order = createSeenOrder();
  findLate(order, toEvents([1, 2, 3], 'a'));

  expect(findLate(order, toEvents([2, 3, 10], 'a'))).toEqual([]);
});
