/** Runs the generator as a program: Jest cannot load the plotting library, which has only ES modules. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONTENDERS } from '../../bench/results';
import { MADE_UP_RESULTS } from './made-up-results';
import { isWellFormed } from './well-formed';

const PROJECT = join(__dirname, '../..');
const DOCS = join(PROJECT, 'docs');
const PAGE = 'performance-and-cost.md';
const PAGE_TEXT = readFileSync(join(DOCS, PAGE), 'utf8');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-page-'));
  copyFileSync(join(DOCS, PAGE), join(folder, PAGE));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Writes the page and its plots into the folder. */
function write(resultsFile: string) {
  execFileSync(process.execPath, ['scripts/launch.mjs', 'bench/page.ts', resultsFile, folder], {
    cwd: PROJECT,
  });
  const names = readdirSync(join(folder, 'performance')).sort();
  const read = (name: string) => readFileSync(join(folder, 'performance', name), 'utf8');
  return {
    page: readFileSync(join(folder, PAGE), 'utf8'),
    plots: new Map(names.map((name) => [name, read(name)])),
  };
}

test('the committed blocks and plots are those of the committed results', () => {
  const { page, plots } = write('bench/results.json');

  expect(page).toBe(PAGE_TEXT);
  expect(readdirSync(join(DOCS, 'performance')).sort()).toEqual([...plots.keys()]);
  for (const [name, plot] of plots) expect(readFileSync(join(DOCS, 'performance', name), 'utf8')).toBe(plot);
});

test('plots of other results are well-formed, name every contender and show each median', () => {
  const resultsFile = join(folder, 'results.json');
  writeFileSync(resultsFile, JSON.stringify(MADE_UP_RESULTS));

  const { plots } = write(resultsFile);

  expect(plots.size).toBe(3);
  for (const plot of plots.values()) {
    expect(isWellFormed(plot)).toBe(true);
    for (const contender of CONTENDERS) expect(plot).toContain(`>${contender}</text>`);
    expect(plot).not.toMatch(/NaN|undefined/);
  }
  for (const median of ['3,200', '160', '800', '2,000', '3,000'])
    expect(plots.get('throughput-by-latency.svg')).toContain(`>${median}</text>`);
});

describe('the page', () => {
  test('shows every plot with a text that replaces it', () => {
    const shown = [...PAGE_TEXT.matchAll(/!\[[^\]]{20,}\]\(performance\/([a-z-]+\.svg)\)/g)].map(
      ([, name]) => name,
    );

    expect(shown.sort()).toEqual(readdirSync(join(DOCS, 'performance')).sort());
  });

  test('has prose of at most 120 columns', () => {
    const prose = PAGE_TEXT.replace(/<!-- generated[^]*?<!-- \/generated -->/g, '');

    expect(prose.split('\n').filter((line) => line.length > 120)).toEqual([]);
  });
});

test.each(['<a><b></a>', '<a>&</a>', '<a x=1></a>', '<a/><b/>', '<a'])('%s is not well-formed', (text) => {
  expect(isWellFormed(text)).toBe(false);
});
