/** Shards that are split and merged while the mapping reads them. */
import { findReadableShards } from '../../../local/event-source-mapping/readable-shards';
import { aMapping, naming, nextTurn, records, SUCCESS, THROWN, upTo } from './a-mapping';

/** A shard that was split in two, of which one was merged with another one. */
const aSplitStream = () => ({
  shards: {
    old: records(upTo(6), { key: 'k' }),
    other: records([7, 8], { key: 'o' }),
    left: records([11, 12], { key: 'k' }),
    right: records([13, 14]),
    merged: records([21, 22], { key: 'k' }),
  },
  parents: { left: ['old'], right: ['old'], merged: ['left', 'other'] },
});

const settle = async () => {
  for (let turn = 0; turn < 50; turn += 1) await nextTurn();
};

describe('a shard with parents', () => {
  it('row 77: is read when they are drained, and not before', async () => {
    const { batches, finished } = aMapping({ ...aSplitStream(), settings: { batchSize: 2 } });

    await finished();

    const place = (sequenceNumber: string) => batches.findIndex((batch) => batch.includes(sequenceNumber));
    expect(place('11')).toBeGreaterThan(place('6'));
    expect(place('13')).toBeGreaterThan(place('6'));
    expect(place('21')).toBeGreaterThan(Math.max(place('12'), place('8')));
    expect(batches.flat()).toHaveLength(14);
  });

  it('row 77: waits while the last record of its parent is retried', async () => {
    let isBroken = true;
    const { batches, finished } = aMapping({
      ...aSplitStream(),
      settings: { batchSize: 100 },
      handle: (batch) => (batch.includes('6') && isBroken ? naming('6') : SUCCESS),
    });

    while (batches.filter((batch) => batch.includes('6')).length < 5) await nextTurn();
    const read = batches.flat();
    isBroken = false;
    await finished();

    expect(read).not.toContain('11');
    expect(read).not.toContain('13');
    expect(batches.flat()).toContain('21');
  });

  it('row 77: waits for all concurrent batches of its parent', async () => {
    const held = Promise.withResolvers<undefined>();
    const { batches, finished } = aMapping({
      shards: { old: records(upTo(20)), child: records([31]) },
      parents: { child: ['old'] },
      settings: { parallelizationFactor: 4, batchSize: 20 },
      handle: async (batch) => {
        if (batch.includes('1')) await held.promise;
        return SUCCESS;
      },
    });

    await settle();
    const before = batches.flat();
    held.resolve(undefined);
    await finished();

    expect(before.toSorted((a, b) => Number(a) - Number(b))).toEqual(upTo(20).map(String));
    expect(batches.at(-1)).toEqual(['31']);
  });

  it('row 77: waits for the window of the last batch of its parent', async () => {
    const { batches, sentAt, finished } = aMapping({
      shards: { old: records([1]), child: records([2]) },
      parents: { child: ['old'] },
      settings: { batchingWindowSeconds: 5 },
    });

    await finished();

    expect(batches).toEqual([['1'], ['2']]);
    expect(sentAt[0]).toBe(5_000);
  });

  it("row 77: is read after its parent's records were given up", async () => {
    const { finished, givenUp, batches } = aMapping({
      ...aSplitStream(),
      settings: { maximumRetryAttempts: 0 },
      handle: (batch) => (batch.includes('6') ? THROWN : SUCCESS),
    });

    await finished();

    expect(givenUp.map(({ records: all }) => all.length)).toEqual([6]);
    expect(batches.flat()).toContain('21');
  });

  it('row 77: is found when its parent is split while it is read', async () => {
    const { shards, parents, finished, batches } = aMapping({ shards: { old: records([1, 2]) } });
    await finished();

    shards.old?.push(...records([3]));
    Object.assign(shards, { left: records([4]), right: records([5]) });
    Object.assign(parents, { left: ['old'], right: ['old'] });
    await finished();

    expect(batches.flat().slice(0, 3)).toEqual(['1', '2', '3']);
    expect(batches.flat().slice(3).sort()).toEqual(['4', '5']);
  });

  it('is read at once if the stream no longer has its parent', async () => {
    const { finished, batches } = aMapping({
      shards: { child: records([4]) },
      parents: { child: ['expired'] },
    });

    await finished();

    expect(batches).toEqual([['4']]);
  });

  it('is found although listing the shards fails at first', async () => {
    let failures = 2;
    const { finished, batches, sleeps } = aMapping({
      shards: { old: records([1]), child: records([2]) },
      parents: { child: ['old'] },
      onList: () => {
        if (batches.length > 0 && failures-- > 0) throw new Error('slow down');
      },
      random: () => 1,
    });

    await finished();

    expect(batches).toEqual([['1'], ['2']]);
    expect(sleeps.filter((milliseconds) => milliseconds !== 500)).toEqual([100, 200]);
  });
});

it('says why it is not done when the shards cannot be listed', async () => {
  const { mapping } = aMapping({
    onList: () => {
      throw new Error('no such stream');
    },
  });

  await expect(mapping.caughtUp({ any: '1' }, 50)).rejects.toThrow(
    /the stream: listing the shards failed: Error: no such stream/,
  );
});

describe('a mapping that starts again on a stream with split shards', () => {
  it.each<[title: string, startAfter: Record<string, string>, left: string[]]>([
    [
      'in a parent: its rest comes first',
      { old: '4', other: '8' },
      ['5', '6', '11', '12', '13', '14', '21', '22'],
    ],
    [
      'at the end of a parent: nothing of it comes again',
      { old: '6', other: '8' },
      ['11', '12', '13', '14', '21', '22'],
    ],
    ['in the children', { old: '6', other: '8', left: '11', right: '14' }, ['12', '21', '22']],
    ['in a merged shard', { old: '6', other: '8', left: '12', right: '14', merged: '21' }, ['22']],
  ])('%s', async (_, startAfter, left) => {
    const { batches, finished } = aMapping({ ...aSplitStream(), startAfter });

    await finished();

    const delivered = batches.flat();
    expect(delivered.toSorted((a, b) => Number(a) - Number(b))).toEqual(left);
    const ofKey = delivered.filter((number) => !['7', '8', '13', '14'].includes(number)).map(Number);
    expect(ofKey).toEqual(ofKey.toSorted((a, b) => a - b));
  });

  it('reads a parent again before its children when it restarts in the middle of an invocation', async () => {
    const held = Promise.withResolvers<undefined>();
    const { mapping, batches, finished } = aMapping({
      shards: { old: records([1]), child: records([2]) },
      parents: { child: ['old'] },
      handle: async (_, call) => {
        if (call === 1) await held.promise;
        return SUCCESS;
      },
    });
    while (batches.length === 0) await nextTurn();

    mapping.restart();
    await finished();
    held.resolve(undefined);
    await settle();

    expect(batches).toEqual([['1'], ['1'], ['2']]);
  });
});

describe('readable shards', () => {
  const shards = [
    { shardId: 'a', parentIds: [] },
    { shardId: 'b', parentIds: [] },
    { shardId: 'merged', parentIds: ['a', 'b'] },
  ];

  it.each([
    [[], ['a', 'b']],
    [['a'], ['b']],
    [['a', 'b'], ['merged']],
    [['a', 'b', 'merged'], []],
  ])('of a merge, when %j are drained, are %j', (drained, readable) => {
    expect(findReadableShards(shards, new Set(drained)).map(({ shardId }) => shardId)).toEqual(readable);
  });
});
