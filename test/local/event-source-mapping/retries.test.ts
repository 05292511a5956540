import type { InvocationOutcome } from '../../../local/stack/function-process';
import { aMapping, lengths, naming, records, returning, SHARD, SUCCESS, THROWN, upTo } from './a-mapping';

describe('retries', () => {
  it('row 43: begin at the lowest record that the function names, and contain all records after it', async () => {
    const { batches, finished, mapping, invocations } = aMapping({
      handle: (_, call) => (call === 1 ? naming('7', '5') : SUCCESS),
    });
    await finished();

    expect(batches).toEqual([upTo(10).map(String), ['5', '6', '7', '8', '9', '10']]);
    expect(invocations.map(({ done }) => done)).toEqual([4, 6]);
    expect(mapping.checkpoint(SHARD)).toBe('10');
  });

  it('row 43: compare as numbers: the lowest may have fewer digits', async () => {
    const { batches, finished } = aMapping({
      handle: (_, call) => (call === 1 ? naming('10', '9') : SUCCESS),
    });

    await finished();

    expect(batches[1]).toEqual(['9', '10']);
  });

  it('row 42: begin at the record that is named; those before it are done', async () => {
    let checkpoint: string | undefined;
    const { finished, mapping } = aMapping({
      handle: (_, call) => {
        checkpoint = mapping.checkpoint(SHARD);
        return call === 1 ? naming('5') : SUCCESS;
      },
    });
    await finished();

    expect(checkpoint).toBe('4');
  });

  it('row 29: contain the same records, under the same ids, and not those that came in the meantime', async () => {
    const shards = { [SHARD]: records([1, 2]) };
    const { events, finished } = aMapping({
      shards,
      handle: (_, call) => {
        if (call === 1) shards[SHARD] = records([1, 2, 3]);
        return call === 1 ? THROWN : SUCCESS;
      },
    });

    await finished();
    await finished();

    const ids = events.map(({ Records }) => Records.map(({ eventID }) => eventID));
    expect(ids).toEqual([[`${SHARD}:1`, `${SHARD}:2`], [`${SHARD}:1`, `${SHARD}:2`], [`${SHARD}:3`]]);
  });

  it.each<[title: string, outcome: InvocationOutcome]>([
    ['row 30: null', returning(null)],
    ['row 31: an empty list', returning([])],
    ['row 32: an empty object', returning({})],
    ['row 33: an empty list of failures', returning({ batchItemFailures: [] })],
    ['row 34: null for the list of failures', returning({ batchItemFailures: null })],
  ])('%s is success: there are none', async (_, outcome) => {
    const { batches, finished } = aMapping({ handle: () => outcome });

    await finished();

    expect(lengths(batches)).toEqual([10]);
  });

  it('row 45: an empty answer is success without partial responses too', async () => {
    const { batches, finished } = aMapping({
      settings: { reportBatchItemFailures: false },
      handle: () => returning(null),
    });

    await finished();

    expect(lengths(batches)).toEqual([10]);
  });

  it.each<[title: string, outcome: InvocationOutcome]>([
    ['row 36: an identifier that is a number', naming(123)],
    ['row 36: an identifier that is no record of the batch', naming('99')],
    ['row 37: an empty identifier', naming('')],
    ['row 38: an identifier that is null', naming(null)],
    ['row 39: a wrong key', returning({ batchItemFailures: [{ foo: 123 }] })],
    ['row 40: a wrong key that is null', returning({ batchItemFailures: [{ foo: null }] })],
    ['row 41: an exception', THROWN],
    ['row 41: a timeout', { kind: 'timed-out' }],
  ])('%s fails the whole batch: all of it comes again', async (_, outcome) => {
    const { batches, finished, mapping } = aMapping({
      handle: (__, call) => {
        expect(mapping.checkpoint(SHARD)).toBeUndefined();
        return call === 1 ? outcome : SUCCESS;
      },
    });

    await finished();

    expect(lengths(batches)).toEqual([10, 10]);
  });

  it('row 44: do not happen for named records without partial responses', async () => {
    const { batches, finished } = aMapping({
      settings: { reportBatchItemFailures: false },
      handle: () => naming('5'),
    });

    await finished();

    expect(batches).toHaveLength(1);
  });

  it('come after increasing pauses, up to ten seconds', async () => {
    const { finished, sleeps } = aMapping({
      handle: (_, call) => (call <= 10 ? THROWN : SUCCESS),
      random: () => 1,
    });

    await finished();

    expect(sleeps).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000]);
  });

  it('come after a short pause again after progress', async () => {
    const { finished, sleeps } = aMapping({
      handle: (_, call) => (call <= 3 || call === 5 ? THROWN : call === 4 ? naming('5') : SUCCESS),
      random: () => 1,
    });

    await finished();

    expect(sleeps).toEqual([100, 200, 400, 100, 200]);
  });

  it('have pauses of which half is random', async () => {
    const { finished, sleeps } = aMapping({
      handle: (_, call) => (call <= 2 ? THROWN : SUCCESS),
      random: () => 0,
    });

    await finished();

    expect(sleeps).toEqual([50, 100]);
  });

  it('never end without a limit', async () => {
    const { finished, batches, givenUp } = aMapping({
      handle: (_, call) => (call <= 500 ? THROWN : SUCCESS),
    });

    await finished();

    expect(batches).toHaveLength(501);
    expect(givenUp).toEqual([]);
  });

  it.each([0, 1, 2, 3])(
    'rows 46, 51: end after %i retries where that is the limit: the shard goes on behind the batch',
    async (limit) => {
      const { finished, batches, givenUp, mapping } = aMapping({
        settings: { maximumRetryAttempts: limit, batchSize: 5 },
        handle: ([first]) => (first === '1' ? THROWN : SUCCESS),
      });

      await finished();

      expect(batches.filter(([first]) => first === '1')).toHaveLength(limit + 1);
      expect(batches.at(-1)).toEqual(['6', '7', '8', '9', '10']);
      expect(givenUp.map(({ shardId, records: all, attempts }) => [shardId, all.length, attempts])).toEqual([
        [SHARD, 5, limit + 1],
      ]);
      expect(mapping.checkpoint(SHARD)).toBe('10');
    },
  );

  it('row 49: are used up by a function that names its first record, as by one that throws', async () => {
    const { finished, batches, givenUp } = aMapping({
      settings: { maximumRetryAttempts: 2, batchSize: 10 },
      handle: () => naming('1'),
    });

    await finished();

    expect(batches).toHaveLength(3);
    expect(givenUp).toHaveLength(1);
  });

  it('row 48: start again after progress: the last of three gets all of them', async () => {
    const { finished, batches, givenUp } = aMapping({
      shards: { [SHARD]: records(upTo(6)) },
      settings: { maximumRetryAttempts: 3, batchSize: 3 },
      handle: (batch) => (batch.includes('6') ? naming('6') : SUCCESS),
    });

    await finished();

    expect(batches).toEqual([['1', '2', '3'], ['4', '5', '6'], ['6'], ['6'], ['6'], ['6']]);
    expect(givenUp.map(({ records: all, attempts }) => [all.length, attempts])).toEqual([[1, 4]]);
  });

  it('row 48: restart even if they were nearly used up before', async () => {
    const { finished, batches, givenUp } = aMapping({
      shards: { [SHARD]: records([1, 2]) },
      settings: { maximumRetryAttempts: 1 },
      handle: (_, call) => (call === 1 || call === 3 ? THROWN : call === 2 ? naming('2') : SUCCESS),
    });

    await finished();

    expect(batches).toEqual([['1', '2'], ['1', '2'], ['2'], ['2']]);
    expect(givenUp).toEqual([]);
  });

  it('row 50: do not count events that the function did not get', async () => {
    const { finished, batches, givenUp } = aMapping({
      settings: { maximumRetryAttempts: 1 },
      handle: (_, call) => {
        if (call <= 5) throw new Error('no process to be had');
        return SUCCESS;
      },
    });

    await finished();

    expect(batches).toHaveLength(6);
    expect(givenUp).toEqual([]);
  });
});
