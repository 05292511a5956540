import { type Basis, sizeFor } from '../../../bench/model/sizing';
import { MADE_UP_RESULTS } from '../made-up-results';

const mixed = MADE_UP_RESULTS.runs.find(({ input }) => input === 'mixed');
const basis: Basis = {
  requests: mixed?.requests ?? fail(),
  lag: MADE_UP_RESULTS.lag,
  batchSeconds: (records) => records / 2_000,
};

function fail(): never {
  throw new Error('no mixed run');
}

describe('what so many contacts an hour need', () => {
  test('a small contact centre needs one shard, and no settings', () => {
    expect(sizeFor(100, basis)).toMatchObject({
      shards: 1,
      batchSize: 500,
      parallelization: 1,
      memoryMib: 1024,
    });
  });

  test('copies and newer versions count, not only contacts', () => {
    expect(sizeFor(3_600, basis).deliveriesPerSecond).toBe(1.25);
  });

  test('no shard is used to more than 70 % of what it takes: 602 records of 1.7 KB a second', () => {
    const perHour = (records: number) => (records / 1.25) * 3_600;

    expect(sizeFor(perHour(421), basis).shards).toBe(1);
    expect(sizeFor(perHour(423), basis).shards).toBe(2);
  });

  test('a slower function works on several batches of a shard at the same time', () => {
    const slow = { ...basis, batchSeconds: () => 2 };

    // 250 records a second and lane, at most 175 on average; 347 arrive.
    expect(sizeFor(1_000_000, slow)).toMatchObject({ shards: 1, parallelization: 2 });
  });

  test('an idle shard is looked at once a second: half of that is the least that one waits', () => {
    const { lagSeconds } = sizeFor(100, basis);

    expect(lagSeconds.p50).toBeCloseTo(0.51, 10);
    expect(lagSeconds.p99).toBeCloseTo(1.04, 10);
  });

  test('a month with ten times the contacts costs more, though less than ten times', () => {
    const [some, more] = [100_000, 1_000_000].map(
      (each) => sizeFor(each, basis).dollarsPerMonth['on demand'],
    );

    expect((more ?? 0) / (some ?? 1)).toBeGreaterThan(2);
    expect((more ?? 0) / (some ?? 1)).toBeLessThan(10);
  });
});
