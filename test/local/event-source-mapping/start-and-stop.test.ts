import type { InvocationOutcome } from '../../../local/stack/function-process';
import { aMapping, naming, NEVER, nextTurn, records, SHARD, SUCCESS, THROWN, upTo } from './a-mapping';

describe('waiting until everything is done', () => {
  it('compares sequence numbers as numbers, not as text', async () => {
    const { mapping, finished } = aMapping({ shards: { [SHARD]: records([9]) } });
    await finished();

    await expect(mapping.caughtUp({ [SHARD]: '10' }, 30)).rejects.toThrow(/not done within/);
  });

  it('says what the last problem of each shard was when it takes too long', async () => {
    const { mapping } = aMapping({ handle: () => THROWN });

    await expect(mapping.caughtUp({ [SHARD]: '10' }, 50)).rejects.toThrow(
      /not done within 0.05 s; shardId-000000000000: 10 records are not done: Error: no good/,
    );
  });

  it('ends when the mapping is stopped', async () => {
    const { mapping } = aMapping();
    const waiting = expect(mapping.caughtUp({ [SHARD]: '99' }, 60_000)).rejects.toThrow(/stopped/);

    await mapping.stop(1_000);

    await waiting;
  });
});

describe('stopping', () => {
  it('lets the running invocation end and keeps what it has done, but starts no other', async () => {
    let end: (outcome: InvocationOutcome) => void = () => undefined;
    const { mapping, batches } = aMapping({
      settings: { batchSize: 5 },
      handle: () => new Promise((resolve) => (end = resolve)),
    });
    while (batches.length === 0) await nextTurn();

    let isStopped = false;
    const stopped = mapping.stop(NEVER).then(() => (isStopped = true));
    await nextTurn();
    expect(isStopped).toBe(false);
    end(naming('3'));
    await stopped;

    expect(mapping.checkpoint(SHARD)).toBe('2');
    expect(batches).toHaveLength(1);
  });

  it('does not wait for an invocation that does not end', async () => {
    const { mapping, batches } = aMapping({ handle: () => new Promise(() => undefined) });
    while (batches.length === 0) await nextTurn();

    await mapping.stop(10);

    expect(mapping.checkpoint(SHARD)).toBeUndefined();
  });
});

describe('starting again', () => {
  it('row 18: delivers again the records after the checkpoint, and none before it', async () => {
    const shards = { [SHARD]: records(upTo(10)) };
    const first = aMapping({
      shards,
      settings: { batchSize: 5 },
      handle: (_, call) => (call === 1 ? SUCCESS : naming('8')),
    });
    while (first.mapping.checkpoint(SHARD) !== '7') await nextTurn();
    await first.mapping.stop(1_000);

    const second = aMapping({ shards, startAfter: { [SHARD]: '7' } });
    expect(second.mapping.checkpoint(SHARD)).toBe('7');
    await second.finished();

    expect(first.batches.at(-1)).toContain('8');
    expect(second.batches).toEqual([['8', '9', '10']]);
  });

  it('reads a shard from its oldest record on if it has no checkpoint', async () => {
    const { batches, finished } = aMapping({
      shards: { 'shard-a': records([1, 2]), 'shard-b': records([3, 4]) },
      startAfter: { 'shard-b': '3' },
    });

    await finished();

    expect(batches.sort()).toEqual([['1', '2'], ['4']]);
  });
});

describe('restarting', () => {
  it('delivers the running batch again, and ignores its first answer', async () => {
    let end: (outcome: InvocationOutcome) => void = () => undefined;
    const { mapping, batches, invocations, finished } = aMapping({
      settings: { batchSize: 5 },
      handle: (_, call) => (call === 1 ? new Promise((resolve) => (end = resolve)) : SUCCESS),
    });
    while (batches.length === 0) await nextTurn();

    mapping.restart();
    await finished();
    end(SUCCESS);
    while (invocations.length < 3) await nextTurn();

    expect(batches.map(([first]) => first)).toEqual(['1', '1', '6']);
    expect(invocations.map(({ done }) => done)).toEqual([5, 5, 0]);
    expect(mapping.checkpoint(SHARD)).toBe('10');
  });
});
