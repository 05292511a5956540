import type { InvocationOutcome } from '../../../local/stack/function-process';
import { aMapping, naming, records, SHARD, SUCCESS, THROWN, upTo } from './a-mapping';

const bisecting = { bisectBatchOnFunctionError: true };
const eight = { [SHARD]: records(upTo(8)) };

describe('a batch that fails', () => {
  it.each<[title: string, outcome: InvocationOutcome]>([
    ['row 53: throws', THROWN],
    ['row 53: times out', { kind: 'timed-out' }],
    ['rows 36, 53: names no record of the batch, which is a failure of the whole', naming('99')],
  ])('%s: is split in halves, which are retried one after the other, in order', async (_, outcome) => {
    const { batches, finished } = aMapping({
      shards: eight,
      settings: bisecting,
      handle: (batch) => (batch.includes('6') && batch.length > 1 ? outcome : SUCCESS),
    });

    await finished();

    expect(batches).toEqual([
      upTo(8).map(String),
      ['1', '2', '3', '4'],
      ['5', '6', '7', '8'],
      ['5', '6'],
      ['5'],
      ['6'],
      ['7', '8'],
    ]);
  });

  it('row 53: is split without partial responses too', async () => {
    const { batches, finished } = aMapping({
      shards: { [SHARD]: records([1, 2]) },
      settings: { ...bisecting, reportBatchItemFailures: false },
      handle: ({ length }) => (length > 1 ? THROWN : SUCCESS),
    });

    await finished();

    expect(batches).toEqual([['1', '2'], ['1'], ['2']]);
  });

  it('is retried whole when splitting is off', async () => {
    const { batches, finished } = aMapping({
      shards: eight,
      handle: (_, call) => (call === 1 ? THROWN : SUCCESS),
    });

    await finished();

    expect(batches.map(({ length }) => length)).toEqual([8, 8]);
  });

  it('row 53: is split down to the poison, and only the poison is given up: splitting uses no retry', async () => {
    const { batches, finished, givenUp, mapping } = aMapping({
      shards: eight,
      settings: { ...bisecting, maximumRetryAttempts: 1 },
      handle: (batch) => (batch.includes('3') ? THROWN : SUCCESS),
    });

    await finished();

    expect(batches.filter((batch) => batch.includes('3'))).toEqual([
      upTo(8).map(String),
      ['1', '2', '3', '4'],
      ['3', '4'],
      ['3'],
      ['3'],
    ]);
    expect(givenUp.map((given) => [given.records.length, given.attempts])).toEqual([[1, 2]]);
    expect(mapping.checkpoint(SHARD)).toBe('8');
  });

  it('row 53: is split even if it may not be retried at all', async () => {
    const { batches, finished, givenUp } = aMapping({
      shards: { [SHARD]: records([1, 2]) },
      settings: { ...bisecting, maximumRetryAttempts: 0 },
      handle: (batch) => (batch.includes('2') ? THROWN : SUCCESS),
    });

    await finished();

    expect(batches).toEqual([['1', '2'], ['1'], ['2']]);
    expect(givenUp.map(({ records: all }) => all.map(({ kinesis }) => kinesis.sequenceNumber))).toEqual([
      ['2'],
    ]);
  });

  it('does not deliver its second half until the first one is done', async () => {
    let failures = 20;
    const { batches, finished, mapping } = aMapping({
      shards: { [SHARD]: records([1, 2]) },
      settings: bisecting,
      handle: (batch) => {
        if (batch.includes('2') && batch.length === 1) expect(mapping.checkpoint(SHARD)).toBe('1');
        return batch.includes('1') && failures-- > 0 ? THROWN : SUCCESS;
      },
    });

    await finished();

    expect(batches).toEqual([['1', '2'], ...Array.from({ length: 20 }, () => ['1']), ['2']]);
  });

  it('is retried after increasing pauses while its parts fail', async () => {
    const { finished, sleeps } = aMapping({
      shards: { [SHARD]: records([1, 2, 3, 4]) },
      settings: bisecting,
      handle: (_, call) => (call <= 4 ? THROWN : SUCCESS),
      random: () => 1,
    });

    await finished();

    // Two splits, and two tries of the first record.
    expect(sleeps).toEqual([100, 200, 400, 800]);
  });
});

describe('a batch that is done in part', () => {
  it('row 54: is split at the record that is named, and only the rest is retried', async () => {
    const { batches, finished } = aMapping({
      shards: eight,
      settings: bisecting,
      handle: (_, call) => (call === 1 ? naming('4') : SUCCESS),
    });

    await finished();

    expect(batches).toEqual([upTo(8).map(String), ['4', '5', '6', '7', '8']]);
  });

  it('rows 49, 54: is not split when its first record is named: that is a retry', async () => {
    const { batches, finished, givenUp } = aMapping({
      shards: eight,
      settings: { ...bisecting, maximumRetryAttempts: 1 },
      handle: () => naming('1'),
    });

    await finished();

    expect(batches.map(({ length }) => length)).toEqual([8, 8]);
    expect(givenUp.map(({ records: all, attempts }) => [all.length, attempts])).toEqual([[8, 2]]);
  });

  it('rows 53, 54: is split in halves when its rest fails as a whole', async () => {
    const { batches, finished } = aMapping({
      shards: eight,
      settings: bisecting,
      handle: (_, call) => (call === 1 ? naming('5') : call === 2 ? THROWN : SUCCESS),
    });

    await finished();

    expect(batches.slice(1)).toEqual([
      ['5', '6', '7', '8'],
      ['5', '6'],
      ['7', '8'],
    ]);
  });
});
