import { once } from 'node:events';
import {
  startEventSourceMapping,
  type GivenUp,
  type Invocation,
  type MappingSettings,
} from '../../local/event-source-mapping';
import type { InvocationOutcome } from '../../local/function-process';
import type { KinesisEvent, StreamRecord } from '../../local/kinesis-event';

const SHARD = 'shardId-000000000000';
const NEVER = 60_000;
const SUCCESS: InvocationOutcome = { kind: 'returned', payload: { batchItemFailures: [] } };
const THROWN: InvocationOutcome = {
  kind: 'failed',
  functionError: { errorType: 'Error', errorMessage: 'no good' },
};
const namingFirst = (...sequenceNumbers: string[]): InvocationOutcome => ({
  kind: 'returned',
  payload: { batchItemFailures: sequenceNumbers.map((itemIdentifier) => ({ itemIdentifier })) },
});

type Handle = (sequenceNumbers: string[], call: number) => InvocationOutcome | Promise<InvocationOutcome>;

const running: { stop: (limit: number) => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((mapping) => mapping.stop(1_000)));
});

/** Records with the given sequence numbers; `bytes` each. */
const records = (sequenceNumbers: number[], bytes = 1): StreamRecord[] =>
  sequenceNumbers.map((number) => ({
    sequenceNumber: String(number),
    partitionKey: `key-${number}`,
    data: new Uint8Array(bytes),
    arrival: new Date(0),
  }));

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/**
 * A mapping on a stream and a function of the test's own, with a clock that only moves when the mapping sleeps: time
 * costs nothing.
 */
function aMapping(
  options: {
    shards?: Record<string, StreamRecord[]>;
    settings?: Partial<MappingSettings>;
    handle?: Handle;
    /** How many records one read gives, at most. */
    readLimit?: number;
    /** Called before each read; may throw. */
    onRead?: () => void;
    random?: () => number;
  } = {},
) {
  const shards = options.shards ?? { [SHARD]: records(upTo(10)) };
  const events: KinesisEvent[] = [];
  const batches: string[][] = [];
  const sentAt: number[] = [];
  const sleeps: number[] = [];
  const invocations: Invocation[] = [];
  const givenUp: GivenUp[] = [];
  let clock = 0;

  const mapping = startEventSourceMapping({
    shardIds: Object.keys(shards),
    origin: { streamArn: 'arn:stream', roleArn: 'arn:role' },
    settings: {
      batchSize: 100,
      batchingWindowSeconds: 0,
      reportBatchItemFailures: true,
      maximumRetryAttempts: -1,
      ...options.settings,
    },
    ports: {
      readRecords: async (shardId, after, limit) => {
        await Promise.resolve();
        options.onRead?.();
        const rest = (shards[shardId] ?? []).filter(
          ({ sequenceNumber }) => after === undefined || BigInt(sequenceNumber) > BigInt(after),
        );
        const read = rest.slice(0, Math.min(limit, options.readLimit ?? Infinity));
        return { records: read, behind: rest.length > read.length };
      },
      invoke: async (event) => {
        events.push(event);
        sentAt.push(clock);
        const sequenceNumbers = event.Records.map(({ kinesis }) => kinesis.sequenceNumber);
        batches.push(sequenceNumbers);
        return (await options.handle?.(sequenceNumbers, batches.length)) ?? SUCCESS;
      },
      sleep: async (milliseconds, signal) => {
        // Nobody waits for a limit: it is over when what it limits is over.
        if (milliseconds === NEVER) return once(signal, 'abort').then(() => undefined);
        sleeps.push(milliseconds);
        clock += milliseconds;
        await new Promise((resolve) => setImmediate(resolve));
      },
      now: () => clock,
      random: options.random ?? (() => 0),
    },
    onInvocation: (invocation) => invocations.push(invocation),
    onGivenUp: (given) => givenUp.push(given),
  });
  running.push(mapping);
  /** Waits until the last record of each shard is done. */
  const finished = () =>
    mapping.caughtUp(
      Object.fromEntries(Object.entries(shards).map(([id, all]) => [id, all.at(-1)?.sequenceNumber ?? '0'])),
      2_000,
    );
  return {
    mapping,
    shards,
    events,
    batches,
    sentAt,
    sleeps,
    invocations,
    givenUp,
    finished,
    time: () => clock,
  };
}

const lengths = (batches: string[][]) => batches.map(({ length }) => length);

describe('batches', () => {
  it('hand over in one piece, in sequence order, what fits into one', async () => {
    const { batches, finished } = aMapping();

    await finished();

    expect(batches).toEqual([upTo(10).map(String)]);
  });

  it('are all full while there is a backlog, even if a read gives less than a batch', async () => {
    const { batches, finished } = aMapping({
      shards: { [SHARD]: records(upTo(30)) },
      settings: { batchSize: 10 },
      readLimit: 4,
    });

    await finished();

    expect(lengths(batches)).toEqual([10, 10, 10]);
    expect(batches.flat()).toEqual(upTo(30).map(String));
  });

  it('contain records that were put before the mapping existed, then new ones', async () => {
    const { batches, shards, finished } = aMapping();
    await finished();

    shards[SHARD]?.push(...records([11, 12]));
    await finished();

    expect(batches.at(-1)).toEqual(['11', '12']);
  });

  it('are sent at once without a window, however short', async () => {
    const { finished, batches, sentAt } = aMapping({ shards: { [SHARD]: records([1]) } });

    await finished();

    expect(batches).toEqual([['1']]);
    expect(sentAt).toEqual([0]);
  });

  it('wait for the end of the window to fill up', async () => {
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

  it('are sent at the very end of the window, not at the next look after it', async () => {
    const { finished, sentAt } = aMapping({ settings: { batchingWindowSeconds: 1.7 } });

    await finished();

    expect(sentAt).toEqual([1_700]);
  });

  it('do not wait for the end of the window once they have six megabytes', async () => {
    const { finished, sentAt, batches } = aMapping({
      shards: { [SHARD]: records([1, 2, 3, 4, 5], 1024 * 1024) },
      settings: { batchingWindowSeconds: 300 },
    });

    await finished();

    expect(lengths(batches)).toEqual([4, 1]);
    expect(sentAt[0]).toBe(0);
  });

  it('do not wait for the end of the window once they are full', async () => {
    const { finished, sentAt } = aMapping({ settings: { batchingWindowSeconds: 300, batchSize: 10 } });

    await finished();

    expect(sentAt).toEqual([0]);
  });

  it('end before the event gets larger than six megabytes, with base64 and all', async () => {
    const { finished, events } = aMapping({ shards: { [SHARD]: records(upTo(10), 1024 * 1024) } });

    await finished();

    const sizes = events.map((event) => Buffer.byteLength(JSON.stringify(event)));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(6 * 1024 * 1024);
    expect(events.map(({ Records }) => Records.length)).toEqual([4, 4, 2]);
  });

  it('contain at least one record, even one that is too large by itself: it must not block its shard', async () => {
    const { finished, batches } = aMapping({ shards: { [SHARD]: records([1, 2], 5 * 1024 * 1024) } });

    await finished();

    expect(batches).toEqual([['1'], ['2']]);
  });

  it('never mix shards', async () => {
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
        await new Promise((resolve) => setImmediate(resolve));
        atWork.set(shard, 0);
        return SUCCESS;
      },
    });

    await finished();

    expect(mostTogether).toBe(2);
  });

  it('are polled for now and then while there is nothing, and never while there is more', async () => {
    const { finished, sleeps, shards } = aMapping({ readLimit: 1, settings: { batchSize: 5 } });
    await finished();
    expect(sleeps).toEqual([]);

    while (sleeps.length < 3) await new Promise((resolve) => setImmediate(resolve));
    shards[SHARD]?.push(...records([11]));
    await finished();

    expect(new Set(sleeps)).toEqual(new Set([500]));
  });
});

describe('retries', () => {
  it('begin at the record that the function names, and leave alone what came before it', async () => {
    const { batches, finished, mapping, invocations } = aMapping({
      handle: (_, call) => (call === 1 ? namingFirst('7', '5') : SUCCESS),
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
        return call === 1 ? namingFirst('5') : SUCCESS;
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
    ['names a record that is not in the batch', namingFirst('99')],
  ])('contain the whole batch when the function %s', async (_, outcome) => {
    const { batches, finished } = aMapping({ handle: (__, call) => (call === 1 ? outcome : SUCCESS) });

    await finished();

    expect(lengths(batches)).toEqual([10, 10]);
  });

  it('do not happen for named records without partial responses', async () => {
    const { batches, finished } = aMapping({
      settings: { reportBatchItemFailures: false },
      handle: () => namingFirst('5'),
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
      handle: (_, call) => (call <= 3 || call === 5 ? THROWN : call === 4 ? namingFirst('5') : SUCCESS),
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
      handle: () => namingFirst('1'),
    });

    await finished();

    expect(batches).toHaveLength(3);
    expect(givenUp).toHaveLength(1);
  });

  it('are counted anew once the batch has got anywhere: the last of three gets its own full number', async () => {
    const { finished, batches, givenUp } = aMapping({
      shards: { [SHARD]: records(upTo(6)) },
      settings: { maximumRetryAttempts: 3, batchSize: 3 },
      handle: (batch) => (batch.includes('6') ? namingFirst('6') : SUCCESS),
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

describe('reading', () => {
  it('goes on after a fault at the record where it was, after longer and longer pauses', async () => {
    let faults = 3;
    const { finished, batches, sleeps } = aMapping({
      readLimit: 4,
      settings: { batchSize: 4 },
      onRead: () => {
        if (batches.length === 1 && faults-- > 0) throw new Error('iterator expired');
      },
      random: () => 1,
    });

    await finished();

    expect(batches.flat()).toEqual(upTo(10).map(String));
    expect(sleeps).toEqual([100, 200, 400]);
  });
});

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

  it('ends when the mapping is stopped, for it would never come to pass', async () => {
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
    while (batches.length === 0) await new Promise((resolve) => setImmediate(resolve));

    let isStopped = false;
    const stopped = mapping.stop(NEVER).then(() => (isStopped = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isStopped).toBe(false);
    end(namingFirst('3'));
    await stopped;

    expect(mapping.checkpoint(SHARD)).toBe('2');
    expect(batches).toHaveLength(1);
  });

  it('does not wait for an invocation that does not end', async () => {
    const { mapping, batches } = aMapping({ handle: () => new Promise(() => undefined) });
    while (batches.length === 0) await new Promise((resolve) => setImmediate(resolve));

    await mapping.stop(10);

    expect(mapping.checkpoint(SHARD)).toBeUndefined();
  });
});
