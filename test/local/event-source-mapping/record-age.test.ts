import { aMapping, records, SHARD, START, SUCCESS, THROWN } from './a-mapping';

const secondsAgo = (seconds: number) => new Date(START.getTime() - seconds * 1000);
const aMinute = { maximumRecordAgeSeconds: 60 };
const oldAndFresh = () => ({
  [SHARD]: [...records([1], { arrival: secondsAgo(61) }), ...records([2, 3, 4, 5, 6])],
});

it('row 57: only records that are too old are given up before they are sent', async () => {
  const { batches, finished, givenUp, objects, mapping } = aMapping({
    shards: oldAndFresh(),
    settings: aMinute,
  });

  await finished();

  expect(batches).toEqual([['2', '3', '4', '5', '6']]);
  expect(givenUp.map(({ condition, records: all }) => [condition, all.length])).toEqual([
    ['RecordAgeExceeded', 1],
  ]);
  expect(objects).toHaveLength(1);
  expect(mapping.checkpoint(SHARD)).toBe('6');
});

it('a record as old as the limit is still sent', async () => {
  const { batches, finished } = aMapping({
    shards: { [SHARD]: records([1], { arrival: secondsAgo(60) }) },
    settings: aMinute,
  });

  await finished();

  expect(batches).toEqual([['1']]);
});

it('no record is too old without a limit', async () => {
  const { batches, finished } = aMapping({
    shards: { [SHARD]: records([1], { arrival: new Date(0) }) },
  });

  await finished();

  expect(batches).toEqual([['1']]);
});

it('row 57: a batch that is too old as a whole does not reach the function, and the shard continues', async () => {
  const { batches, finished } = aMapping({
    shards: {
      [SHARD]: [...records([1, 2], { arrival: secondsAgo(1_000) }), ...records([3])],
    },
    settings: { ...aMinute, batchSize: 2 },
  });

  await finished();

  expect(batches).toEqual([['3']]);
});

it('row 58: retries end when the record gets too old, with or without a limit on their number', async () => {
  const { finished, givenUp, sentAt, time } = aMapping({ settings: aMinute, handle: () => THROWN });

  await finished();

  expect(givenUp.map(({ condition, attempts }) => [condition, attempts])).toEqual([
    ['RecordAgeExceeded', sentAt.length],
  ]);
  expect(sentAt.length).toBeGreaterThan(5);
  expect(sentAt.at(-1)).toBeLessThanOrEqual(60_000);
  expect(time()).toBeGreaterThan(60_000);
});

it('row 58: only records that are too old leave a retried batch; the retries continue with the rest', async () => {
  const { finished, batches, givenUp } = aMapping({
    shards: {
      [SHARD]: [...records([1], { arrival: secondsAgo(50) }), ...records([2])],
    },
    settings: aMinute,
    handle: (batch) => (batch.includes('1') ? THROWN : SUCCESS),
  });

  await finished();

  expect(batches.at(-2)).toEqual(['1', '2']);
  expect(batches.at(-1)).toEqual(['2']);
  expect(givenUp.map(({ records: all }) => all.map(({ kinesis }) => kinesis.sequenceNumber))).toEqual([
    ['1'],
  ]);
});

it('row 58: the halves of a batch get too old as well', async () => {
  const { finished, batches, givenUp, mapping } = aMapping({
    shards: { [SHARD]: records([1, 2, 3, 4]) },
    settings: { ...aMinute, bisectBatchOnFunctionError: true },
    handle: (batch) => (batch.includes('1') ? THROWN : SUCCESS),
  });

  await finished();

  // All arrived together: when the poison gets too old, so do the records after it.
  expect(givenUp.map(({ records: all }) => all.length)).toEqual([1, 1, 2]);
  expect(batches.every((batch) => batch.includes('1'))).toBe(true);
  expect(mapping.checkpoint(SHARD)).toBe('4');
});

it('row 50: a function that cannot be run uses no retry, but its records get too old', async () => {
  const { finished, batches, givenUp } = aMapping({
    settings: { ...aMinute, maximumRetryAttempts: 0 },
    handle: () => {
      throw new Error('no process to be had');
    },
  });

  await finished();

  expect(batches.length).toBeGreaterThan(1);
  expect(givenUp.map(({ condition, attempts }) => [condition, attempts])).toEqual([['RecordAgeExceeded', 0]]);
});
