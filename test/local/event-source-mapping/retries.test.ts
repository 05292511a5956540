import type { InvocationOutcome } from '../../../local/function-process';
import { aMapping, lengths, naming, records, SHARD, SUCCESS, THROWN, upTo } from './a-mapping';

describe('retries', () => {
  it('begin at the record that the function names, and leave alone what came before it', async () => {
    const { batches, finished, mapping, invocations } = aMapping({
      handle: (_, call) => (call === 1 ? naming('7', '5') : SUCCESS),
    });
    await finished();

    expect(batches).toEqual([upTo(10).map(String), ['5', '6', '7', '8', '9', '10']]);
    expect(invocations.map(({ done }) => done)).toEqual([4, 6]);
    expect(mapping.checkpoint(SHARD)).toBe('10');
  });

  it('move the checkpoint to the last record before the one that is named', async () => {
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

  it('contain the same records, under the same ids, and not those that came in the meantime', async () => {
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

  it.each<[why: string, outcome: InvocationOutcome]>([
    ['throws', THROWN],
    ['times out', { kind: 'timed-out' }],
    ['names a record that is not in the batch', naming('99')],
  ])('contain the whole batch when the function %s', async (_, outcome) => {
    const { batches, finished } = aMapping({ handle: (__, call) => (call === 1 ? outcome : SUCCESS) });

    await finished();

    expect(lengths(batches)).toEqual([10, 10]);
  });

  it('do not happen for named records without partial responses', async () => {
    const { batches, finished } = aMapping({
      settings: { reportBatchItemFailures: false },
      handle: () => naming('5'),
    });

    await finished();

    expect(batches).toHaveLength(1);
  });

  it('come after longer and longer pauses, up to ten seconds', async () => {
    const { finished, sleeps } = aMapping({
      handle: (_, call) => (call <= 10 ? THROWN : SUCCESS),
      random: () => 1,
    });

    await finished();

    expect(sleeps).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000]);
  });

  it('come after a short pause again once the batch has got anywhere', async () => {
    const { finished, sleeps } = aMapping({
      handle: (_, call) => (call <= 3 || call === 5 ? THROWN : call === 4 ? naming('5') : SUCCESS),
      random: () => 1,
    });

    await finished();

    expect(sleeps).toEqual([100, 200, 400, 100, 200]);
  });

  it('leave half of a pause to chance, so that shards do not retry in step', async () => {
    const { finished, sleeps } = aMapping({
      handle: (_, call) => (call <= 2 ? THROWN : SUCCESS),
      random: () => 0,
    });

    await finished();

    expect(sleeps).toEqual([50, 100]);
  });

  it('never end without a limit: an outage must not cost a record', async () => {
    const { finished, batches, givenUp } = aMapping({
      handle: (_, call) => (call <= 500 ? THROWN : SUCCESS),
    });

    await finished();

    expect(batches).toHaveLength(501);
    expect(givenUp).toEqual([]);
  });

  it.each([0, 1, 2, 3])(
    'end after %i retries where that is the limit: the shard goes on behind the batch',
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

  it('are used up by a function that names its first record as they are by one that throws', async () => {
    const { finished, batches, givenUp } = aMapping({
      settings: { maximumRetryAttempts: 2, batchSize: 10 },
      handle: () => naming('1'),
    });

    await finished();

    expect(batches).toHaveLength(3);
    expect(givenUp).toHaveLength(1);
  });

  it('are counted anew once the batch has got anywhere: the last of three gets its own full number', async () => {
    const { finished, batches, givenUp } = aMapping({
      shards: { [SHARD]: records(upTo(6)) },
      settings: { maximumRetryAttempts: 3, batchSize: 3 },
      handle: (batch) => (batch.includes('6') ? naming('6') : SUCCESS),
    });

    await finished();

    expect(batches).toEqual([['1', '2', '3'], ['4', '5', '6'], ['6'], ['6'], ['6'], ['6']]);
    expect(givenUp.map(({ records: all, attempts }) => [all.length, attempts])).toEqual([[1, 4]]);
  });

  it('do not count what the function never got', async () => {
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
