import { capacities, drain, type Pipeline } from '../../../bench/model/catch-up';

const aPipeline = (different: Partial<Pipeline> = {}): Pipeline => ({
  shards: 1,
  parallelization: 1,
  batchSize: 100,
  recordKilobytes: 1,
  arrivals: 0,
  batchSeconds: () => 1,
  ...different,
});

const narrowest = (pipeline: Pipeline) => capacities(pipeline)[0];

describe('draining a backlog', () => {
  test('one lane takes one batch after the other', () => {
    expect(drain(aPipeline(), 1_000)).toEqual({ kind: 'drained', seconds: 10 });
  });

  test('a last batch that is not full takes its own time', () => {
    expect(drain(aPipeline(), 1_001)).toEqual({ kind: 'drained', seconds: 11 });
  });

  test('two lanes of a shard take half the time', () => {
    expect(drain(aPipeline({ parallelization: 2 }), 1_000)).toEqual({ kind: 'drained', seconds: 5 });
  });

  test('so do two shards', () => {
    expect(drain(aPipeline({ shards: 2 }), 1_000)).toEqual({ kind: 'drained', seconds: 5 });
  });

  test('nothing waiting needs no time', () => {
    expect(drain(aPipeline(), 0)).toEqual({ kind: 'drained', seconds: 0 });
  });

  test('what arrives meanwhile takes its share: half the capacity arriving doubles the time', () => {
    const drained = drain(aPipeline({ arrivals: 50 }), 10_000);

    expect(drained.kind === 'drained' && drained.seconds).toBeGreaterThan(190);
    expect(drained.kind === 'drained' && drained.seconds).toBeLessThan(205);
  });

  test('a shard gives 2 MB a second and no more, however fast the function is', () => {
    // 10,000 records of 1 KB in the first read; the next may come when their time is over. Then the table takes its own.
    expect(drain(aPipeline({ batchSize: 10_000, batchSeconds: () => 0 }), 20_000)).toEqual({
      kind: 'drained',
      seconds: 10_000 / 1_024 / 2 + 10_000 / 4_000,
    });
  });

  test('the table takes 4,000 units a second for all shards together', () => {
    const pipeline = aPipeline({ shards: 8, batchSize: 10_000, batchSeconds: () => 0 });

    expect(drain(pipeline, 80_000)).toEqual({ kind: 'drained', seconds: 20 });
  });

  test('a batch is no larger than 6 MB, base64 included', () => {
    // 1,000 KB are 1,333 in base64: four of them fit.
    const pipeline = aPipeline({ batchSize: 10_000, recordKilobytes: 1_000 });

    expect(drain(pipeline, 8)).toEqual({ kind: 'drained', seconds: 2 });
  });

  test('it never ends where as much arrives as is done, and says what is in the way', () => {
    expect(drain(aPipeline({ arrivals: 100 }), 1_000)).toEqual({ kind: 'never', limit: 'the function' });
  });

  test('nor where more arrives than the shards take', () => {
    expect(drain(aPipeline({ arrivals: 1_001, batchSeconds: () => 0.001 }), 1_000)).toEqual({
      kind: 'never',
      limit: 'arrival in the shards',
    });
  });

  test('nor where it would take longer than the stream keeps records', () => {
    expect(drain(aPipeline({ batchSeconds: () => 3_600 }), 100_000)).toMatchObject({ kind: 'never' });
  });
});

describe('what bends first', () => {
  test('the function, where it is slow', () => {
    expect(narrowest(aPipeline())).toEqual({ limit: 'the function', recordsPerSecond: 100 });
  });

  test('the shards, where the function is fast: 1,000 records a second, or 1 MB', () => {
    const fast = aPipeline({ batchSeconds: () => 0.01 });

    expect(narrowest(fast)).toEqual({ limit: 'arrival in the shards', recordsPerSecond: 1_000 });
    expect(narrowest({ ...fast, recordKilobytes: 4 })).toEqual({
      limit: 'arrival in the shards',
      recordsPerSecond: 256,
    });
  });

  test('the table, where there are many shards: 4,000 units a second when new, up to the quota later', () => {
    const wide = aPipeline({
      shards: 100,
      parallelization: 10,
      batchSeconds: () => 0.01,
      recordKilobytes: 1.7,
    });
    const table = (seconds: number) =>
      capacities(wide, seconds).find(({ limit }) => limit === 'writes to the table')?.recordsPerSecond;

    expect(narrowest(wide)?.limit).toBe('writes to the table');
    expect([0, 1_799, 1_800, 3_600, Infinity].map(table)).toEqual([2_000, 2_000, 4_000, 8_000, 20_000]);
  });

  test("concurrency ends at the account's 1,000 invocations", () => {
    const wide = aPipeline({ shards: 200, parallelization: 10 });

    expect(capacities(wide).find(({ limit }) => limit === 'the function')?.recordsPerSecond).toBe(100_000);
  });
});
