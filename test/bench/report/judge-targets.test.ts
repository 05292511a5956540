import { judgeTargets } from '../../../bench/report/judge-targets';
import type { Contender, Results, Run } from '../../../bench/results';
import { MADE_UP_RESULTS, measured } from '../made-up-results';

describe('targets', () => {
  const verdictOf = (results: Results, what: string) =>
    judgeTargets(results).find((target) => target.what === what)?.verdict;
  const withPipeline = (different: (run: Run) => Partial<Run>): Results => ({
    ...MADE_UP_RESULTS,
    runs: MADE_UP_RESULTS.runs.map((run) =>
      run.contender === 'pipeline' ? { ...run, ...different(run) } : run,
    ),
  });
  const withRatio = (other: Contender, ratio: number) =>
    withPipeline(({ against }) => ({
      against: { ...against, [other]: { throughput: measured(ratio), cpu: measured(ratio) } },
    }));

  test.each([
    ['Throughput on distinct, to sequential', 'sequential', 16, 15.9],
    ['Throughput on distinct, to powertools-idempotency', 'powertools-idempotency', 3, 2.9],
    ['Throughput on distinct, to powertools', 'powertools', 1.3, 1.29],
    ['Throughput on distinct, to bare-sdk', 'bare-sdk', 1.3, 1.29],
    ['Throughput on mixed, to bare-sdk', 'bare-sdk', 1.3, 1.29],
    ['CPU per record on distinct, to bare-sdk', 'bare-sdk', 0.7, 0.71],
  ] as const)('%s: met at the target, not met just beyond', (what, other, met, missed) => {
    expect(verdictOf(withRatio(other, met), what)).toMatch(/^met/);
    expect(verdictOf(withRatio(other, missed), what)).toMatch(/^\*\*not met\*\*/);
  });

  test('say by how much', () => {
    expect(verdictOf(withRatio('sequential', 8), 'Throughput on distinct, to sequential')).toBe(
      '**not met** (-50 %)',
    );
  });

  test('a message too many means that the ledger failed', () => {
    const twice = withPipeline(({ requests }) => ({
      requests: { ...requests, publishes: requests.publishes + 1 },
    }));

    expect(verdictOf(twice, 'Ledger writes per message on mixed')).toBe('**not met**');
  });

  test('memory is flat or is not', () => {
    const rising = {
      ...MADE_UP_RESULTS,
      memory: [100, 500, 1_000, 10_000].map((batchSize) => ({ batchSize, peakMib: measured(batchSize) })),
    };

    expect(verdictOf(rising, 'Memory, largest to least, 100 to 1,000 records a batch')).toMatch(/not met/);
    expect(verdictOf(rising, 'Memory at 10,000 records a batch')).toMatch(/not met/);
  });

  test('what was not measured is not met either', () => {
    const nothing = judgeTargets({ ...MADE_UP_RESULTS, runs: [], memory: [] });

    expect(nothing.filter(({ measured: value }) => value === 'not measured').length).toBeGreaterThan(8);
    expect(nothing.some(({ what, verdict }) => what.includes('Throughput') && verdict !== '-')).toBe(false);
  });
});
