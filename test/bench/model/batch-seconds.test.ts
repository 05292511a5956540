import { interpolated, measuredBatchSeconds } from '../../../bench/model/batch-seconds';
import { MADE_UP_RESULTS, measured } from '../made-up-results';

const at = (batchSize: number, seconds: number, latencyMs = 5) => ({
  latencyMs,
  batchSize,
  seconds: measured(seconds),
});

describe('seconds for a batch of any size', () => {
  const seconds = measuredBatchSeconds({ batchSeconds: [at(500, 3), at(100, 1), at(100, 50, 20)], runs: [] });

  test('a measured size takes what was measured, at the latency of a near DynamoDB', () => {
    expect([seconds(100), seconds(500)]).toEqual([1, 3]);
  });

  test('between two measured sizes it lies on a straight line', () => {
    expect(seconds(300)).toBe(2);
  });

  test('a smaller batch takes no less than the smallest measured: it has its fixed costs', () => {
    expect(seconds(1)).toBe(1);
  });

  test('a larger one grows by the time of a record, so that nothing gets faster for being unmeasured', () => {
    expect(seconds(1_000)).toBe(6);
  });

  test('nothing measured at this latency is an error, not a guess', () => {
    expect(() => measuredBatchSeconds({ batchSeconds: [at(100, 1, 20)], runs: [] })).toThrow(
      'No batch was measured',
    );
  });
});

test('beyond its ends, a line keeps the value of the end', () => {
  const line = [
    { x: 1, y: 10 },
    { x: 2, y: 20 },
  ];
  expect([0, 1, 1.5, 2, 3].map((x) => interpolated(line, x))).toEqual([10, 10, 15, 20, 20]);
});

test('the function has less than a core in Lambda: its CPU time takes so much longer there', () => {
  // 312.5 microseconds for each of 500 records, on 1,024 / 1,769 of a core; waiting alone took 250 ms.
  expect(measuredBatchSeconds(MADE_UP_RESULTS)(500)).toBeCloseTo((0.15625 * 1_769) / 1_024, 10);
});
