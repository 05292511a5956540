import { estimateBatchSeconds, estimateSize } from '../../../bench/cost/estimate-size';
import { findMainRun, type Run } from '../../../bench/results';
import { MADE_UP_RESULTS, measured } from '../made-up-results';

const requests = findMainRun(MADE_UP_RESULTS, 'pipeline', 'mixed')?.requests ?? fail();
const batchSeconds = (records: number) => records / 2_000;

function fail(): never {
  throw new Error('no mixed run');
}

describe('what a number of contacts an hour needs', () => {
  test('a small contact centre needs one shard, and no settings', () => {
    expect(estimateSize(100, requests, batchSeconds)).toMatchObject({ shards: 1, parallelization: 1 });
  });

  test('a shard is used to at most 70 % of its limit: 602 deliveries of 1.7 KB a second', () => {
    // Copies and newer versions count: 1.25 deliveries a contact.
    const perHour = (records: number) => (records / 1.25) * 3_600;

    expect(estimateSize(perHour(421), requests, batchSeconds).shards).toBe(1);
    expect(estimateSize(perHour(423), requests, batchSeconds).shards).toBe(2);
  });

  test('a slower function works on several batches of a shard at the same time', () => {
    // 250 records a second and lane, at most 175 on average; 347 arrive.
    expect(estimateSize(1_000_000, requests, () => 2)).toMatchObject({ shards: 1, parallelization: 2 });
  });

  test('a function that is slower still needs more shards, as a shard has at most ten lanes', () => {
    // Ten lanes do 100 records a second, at most 70 on average; 347 arrive.
    expect(estimateSize(1_000_000, requests, () => 50)).toMatchObject({ shards: 5, parallelization: 10 });
  });

  test('a record waits at most for the next read of an idle shard and for its batch', () => {
    // 36 deliveries a second.
    expect(estimateSize(103_680, requests, batchSeconds).storedWithinSeconds).toBeCloseTo(1.018, 10);
  });

  test('a month with ten times the contacts costs more, though less than ten times', () => {
    const [some, more] = [100_000, 1_000_000].map(
      (each) => estimateSize(each, requests, batchSeconds).dollarsPerMonth,
    );

    expect((more ?? 0) / (some ?? 1)).toBeGreaterThan(2);
    expect((more ?? 0) / (some ?? 1)).toBeLessThan(10);
  });
});

describe('seconds for a batch of any size', () => {
  const run = (batchSize: number, seconds: number, different: Partial<Run> = {}): Run => ({
    contender: 'pipeline',
    input: 'distinct',
    latencyMs: 5,
    batchSize,
    recordsPerSecond: measured(batchSize / seconds),
    cpuMicrosecondsPerRecord: measured(0),
    requests,
    wrong: [],
    ...different,
  });
  const seconds = estimateBatchSeconds({ runs: [run(500, 3), run(100, 1), run(100, 50, { latencyMs: 20 })] });

  test('a measured size takes what was measured, at the latency of a near DynamoDB', () => {
    expect([seconds(100), seconds(500)]).toEqual([1, 3]);
  });

  test('a size between two measured ones is interpolated', () => {
    expect(seconds(300)).toBe(2);
  });

  test('a smaller batch takes as long as the smallest measured one: it has its fixed costs', () => {
    expect(seconds(1)).toBe(1);
  });

  test('a larger one takes as long for each record as the largest measured one', () => {
    expect(seconds(1_000)).toBe(6);
  });

  test('the function has less than a core in Lambda, so its CPU time takes longer there', () => {
    // 312.5 microseconds for each of 500 records, on 1,024 / 1,769 of a core; waiting alone took 156 ms.
    expect(estimateBatchSeconds(MADE_UP_RESULTS)(500)).toBeCloseTo((0.15625 * 1_769) / 1_024, 10);
  });

  test('throws when nothing was measured at this latency', () => {
    expect(() => estimateBatchSeconds({ runs: [run(100, 1, { latencyMs: 20 })] })).toThrow(
      'The results have no batch',
    );
  });
});
