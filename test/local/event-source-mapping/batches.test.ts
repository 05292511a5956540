import { aMapping, lengths, nextTurn, records, SHARD, SUCCESS, upTo } from './a-mapping';

describe('batches', () => {
  it('row 11: deliver the records that fit into one batch together, in sequence order', async () => {
    const { batches, finished } = aMapping();

    await finished();

    expect(batches).toEqual([upTo(10).map(String)]);
  });

  it('row 12: are all full while there is a backlog, even if a read gives less than a batch', async () => {
    const { batches, finished } = aMapping({
      shards: { [SHARD]: records(upTo(30)) },
      settings: { batchSize: 10 },
      readLimit: 4,
    });

    await finished();

    expect(lengths(batches)).toEqual([10, 10, 10]);
    expect(batches.flat()).toEqual(upTo(30).map(String));
  });

  it('row 20: contain records that were put before the mapping existed, then new ones', async () => {
    const { batches, shards, finished } = aMapping();
    await finished();

    shards[SHARD]?.push(...records([11, 12]));
    await finished();

    expect(batches.at(-1)).toEqual(['11', '12']);
  });

  it('row 16: are sent at once without a window, however short', async () => {
    const { finished, batches, sentAt } = aMapping({ shards: { [SHARD]: records([1]) } });

    await finished();

    expect(batches).toEqual([['1']]);
    expect(sentAt).toEqual([0]);
  });

  it('row 16: wait for the end of the window to fill up', async () => {
    const { finished, batches, sentAt, time, shards } = aMapping({
      shards: { [SHARD]: records([1]) },
      settings: { batchingWindowSeconds: 5 },
      onRead: () => {
        if (time() >= 3_000) shards[SHARD] = records([1, 2, 3]);
      },
    });

    await finished();

    expect(batches).toEqual([['1', '2', '3']]);
    expect(sentAt).toEqual([5_000]);
  });

  it('are sent exactly at the end of the window', async () => {
    const { finished, sentAt } = aMapping({ settings: { batchingWindowSeconds: 1.7 } });

    await finished();

    expect(sentAt).toEqual([1_700]);
  });

  it('row 16: do not wait for the end of the window once they have six megabytes', async () => {
    const { finished, sentAt, batches } = aMapping({
      shards: { [SHARD]: records([1, 2, 3, 4, 5], { bytes: 1024 * 1024 }) },
      settings: { batchingWindowSeconds: 300 },
    });

    await finished();

    expect(lengths(batches)).toEqual([4, 1]);
    expect(sentAt[0]).toBe(0);
  });

  it('row 16: do not wait for the end of the window once they are full', async () => {
    const { finished, sentAt } = aMapping({ settings: { batchingWindowSeconds: 300, batchSize: 10 } });

    await finished();

    expect(sentAt).toEqual([0]);
  });

  it('row 16: end before the event gets larger than six megabytes, with base64 and all', async () => {
    const { finished, events } = aMapping({ shards: { [SHARD]: records(upTo(10), { bytes: 1024 * 1024 }) } });

    await finished();

    const sizes = events.map((event) => Buffer.byteLength(JSON.stringify(event)));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(6 * 1024 * 1024);
    expect(events.map(({ Records }) => Records.length)).toEqual([4, 4, 2]);
  });

  it('contain at least one record, even one that is too large by itself: it must not block its shard', async () => {
    const { finished, batches } = aMapping({
      shards: { [SHARD]: records([1, 2], { bytes: 5 * 1024 * 1024 }) },
    });

    await finished();

    expect(batches).toEqual([['1'], ['2']]);
  });

  it('row 16: have a window of their own, which begins when the batch before is done', async () => {
    const { finished, sentAt, shards, batches, pass } = aMapping({
      settings: { batchingWindowSeconds: 5 },
      shards: { [SHARD]: records([1]) },
      handle: () => {
        if (batches.length > 1) return SUCCESS;
        shards[SHARD] = records([1, 2]);
        pass(7_000);
        return SUCCESS;
      },
    });

    await finished();
    await finished();

    expect(sentAt).toEqual([5_000, 5_000 + 7_000 + 5_000]);
  });

  it('row 13: are handed over one after the other: the next one waits for a function that takes five seconds', async () => {
    const { finished, sentAt, pass } = aMapping({
      settings: { batchSize: 5 },
      handle: async () => {
        await nextTurn();
        pass(5_000);
        return SUCCESS;
      },
    });

    await finished();

    expect(sentAt).toEqual([0, 5_000]);
  });

  it('row 14: are the same for every mapping of a stream, with the same ids', async () => {
    const one = aMapping();
    const other = aMapping({ settings: { batchSize: 5 } });

    await Promise.all([one.finished(), other.finished()]);

    const ids = ({ events }: typeof one) => events.flatMap(({ Records }) => Records.map((r) => r.eventID));
    expect(ids(other)).toEqual(ids(one));
    expect(ids(one)).toEqual(upTo(10).map((number) => `${SHARD}:${number}`));
  });

  it('row 15: never mix shards', async () => {
    const { finished, events } = aMapping({
      shards: { 'shard-a': records([1, 2]), 'shard-b': records([1, 2, 3]) },
    });

    await finished();

    const origins = events.map(({ Records }) => [
      ...new Set(Records.map(({ eventID }) => eventID.split(':')[0])),
    ]);
    expect(origins.sort()).toEqual([['shard-a'], ['shard-b']]);
  });

  it('are given one at a time for each shard, and the shards do not wait for each other', async () => {
    const atWork = new Map<string, number>();
    let mostTogether = 0;
    const { finished } = aMapping({
      shards: { 'shard-1': records([11, 12, 13]), 'shard-2': records([21, 22, 23]) },
      settings: { batchSize: 1 },
      handle: async ([sequenceNumber = '']) => {
        const shard = sequenceNumber.slice(0, 1);
        expect(atWork.get(shard) ?? 0).toBe(0);
        atWork.set(shard, 1);
        mostTogether = Math.max(
          mostTogether,
          [...atWork.values()].reduce((sum, count) => sum + count, 0),
        );
        await nextTurn();
        atWork.set(shard, 0);
        return SUCCESS;
      },
    });

    await finished();

    expect(mostTogether).toBe(2);
  });

  it('row 17: are polled at intervals while there is nothing, and without a pause while there is more', async () => {
    const { finished, sleeps, shards } = aMapping({ readLimit: 1, settings: { batchSize: 5 } });
    await finished();
    expect(sleeps).toEqual([]);

    while (sleeps.length < 3) await nextTurn();
    shards[SHARD]?.push(...records([11]));
    await finished();

    expect(new Set(sleeps)).toEqual(new Set([500]));
  });
});

describe('reading', () => {
  it('continues after an error at the same record, with increasing pauses', async () => {
    let failures = 3;
    const { finished, batches, sleeps } = aMapping({
      readLimit: 4,
      settings: { batchSize: 4 },
      onRead: () => {
        if (batches.length === 1 && failures-- > 0) throw new Error('iterator expired');
      },
      random: () => 1,
    });

    await finished();

    expect(batches.flat()).toEqual(upTo(10).map(String));
    expect(sleeps).toEqual([100, 200, 400]);
  });
});
