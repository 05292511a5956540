import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { page } from '../../../bench/report/page';
import { targets } from '../../../bench/report/targets';
import { CONTENDERS, type Contender, type Results, type Run } from '../../../bench/results';
import { MADE_UP_RESULTS, measured } from '../made-up-results';
import { isWellFormed } from './well-formed';

const { markdown, plots } = page(MADE_UP_RESULTS);

const PROJECT = join(__dirname, '../../..');
const COMMITTED = join(PROJECT, 'bench/results.json');

describe('the page', () => {
  test('opens with what a user needs', () => {
    expect(markdown.indexOf('| contacts an hour |')).toBeLessThan(markdown.indexOf('## How it was measured'));
    for (const each of ['100', '1,000', '10,000', '100,000', '1,000,000']) {
      expect(markdown).toContain(`\n| ${each} | `);
    }
  });

  test('shows every plot that there is, and no other', () => {
    const shown = [...markdown.matchAll(/\]\(performance\/([a-z-]+\.svg)\)/g)].map(([, name]) => name);

    expect(shown.sort()).toEqual(Object.keys(plots).sort());
  });

  test('each plot is well-formed', () => {
    for (const svg of Object.values(plots)) expect(isWellFormed(svg)).toBe(true);
  });

  test('names every contender in plots and tables', () => {
    for (const contender of CONTENDERS) {
      expect(markdown).toContain(`\n| ${contender} | distinct | `);
      expect(plots['throughput-by-latency.svg']).toContain(`<title>${contender}</title>`);
    }
  });

  test('says beside the speed what is wrong in the end', () => {
    expect(markdown).toMatch(/\n\| sequential \| mixed \| 5 ms .* it stalls on poison \|/);
  });

  test('has a row for each way to catch up', () => {
    const [, table = ''] = /## Catching up([^]*?)\n## /.exec(markdown) ?? [];

    expect(table.match(/^\| [1248] \| (1|2|5|10) \|/gm)).toHaveLength(2 * 16);
  });

  test('never prints what is no number', () => {
    expect(markdown + Object.values(plots).join('')).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });

  test('prose stays within 120 columns', () => {
    const tooLong = markdown.split('\n').filter((line) => line.length > 120 && !line.startsWith('|'));

    expect(tooLong).toEqual([]);
  });

  test('can still be made where a contender was not measured at a size', () => {
    const fewer = MADE_UP_RESULTS.runs.filter(
      ({ contender, batchSize }) => contender !== 'sequential' || batchSize < 10_000,
    );

    expect(page({ ...MADE_UP_RESULTS, runs: fewer }).markdown).not.toMatch(/NaN|undefined/);
  });
});

describe('targets', () => {
  const verdictOf = (results: Results, what: string) =>
    targets(results).find((target) => target.what === what)?.verdict;
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
    ['Throughput on distinct, to bare-sdk', 'bare-sdk', 0.97, 0.96],
    ['Throughput on mixed, to the bare SDK', 'bare-sdk', 1.01, 1],
    ['CPU per record on distinct, to the bare SDK', 'bare-sdk', 1.05, 1.06],
  ] as const)('%s: met at the target, not met just beyond', (what, other, met, missed) => {
    expect(verdictOf(withRatio(other, met), what)).toMatch(/^met/);
    expect(verdictOf(withRatio(other, missed), what)).toMatch(/^\*\*not met\*\*/);
  });

  test('say by how much', () => {
    expect(verdictOf(withRatio('sequential', 8), 'Throughput on distinct, to sequential')).toBe(
      '**not met**, below by 50 %',
    );
  });

  test('a message too many is a ledger that does not hold', () => {
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
    expect(verdictOf(rising, 'Memory at 10,000 records a batch, MiB')).toMatch(/not met/);
  });

  test('what was not measured is not met either', () => {
    const nothing = targets({ ...MADE_UP_RESULTS, runs: [], memory: [] });

    expect(nothing.filter(({ measured: value }) => value === 'not measured').length).toBeGreaterThan(8);
    expect(nothing.some(({ what, verdict }) => what.includes('Throughput') && verdict !== '-')).toBe(false);
  });
});

// Until the first full run is committed there is nothing to compare.
(existsSync(COMMITTED) ? describe : describe.skip)('the committed page', () => {
  const made = () => page(JSON.parse(readFileSync(COMMITTED, 'utf8')) as Results);
  const inDocs = (name: string) => readFileSync(join(PROJECT, 'docs', name), 'utf8');

  test('is what the committed results give: npm run bench:page makes it anew', () => {
    expect(inDocs('performance-and-cost.md')).toBe(made().markdown);
  });

  test('and so are its plots', () => {
    const committed = readdirSync(join(PROJECT, 'docs/performance')).sort();

    expect(committed).toEqual(Object.keys(made().plots).sort());
    for (const name of committed) expect(inDocs(`performance/${name}`)).toBe(made().plots[name]);
  });
});
