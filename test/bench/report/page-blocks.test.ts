import { fillBlocks, makeBlocks } from '../../../bench/report/page-blocks';
import { CONTENDERS } from '../../../bench/results';
import { MADE_UP_RESULTS } from '../made-up-results';

const tables = makeBlocks(MADE_UP_RESULTS);

describe('tables', () => {
  test('the sizing has a row for each number of contacts', () => {
    for (const each of ['100', '1,000', '10,000', '100,000', '1,000,000'])
      expect(tables.sizing).toMatch(new RegExp(`^\\| ${each} +\\| 1 +\\| 1 `, 'm'));
  });

  test('the comparison has every contender, and what is wrong in the end', () => {
    for (const contender of CONTENDERS)
      expect(tables.comparison).toMatch(new RegExp(`^\\| ${contender} `, 'm'));
    expect(tables.comparison).toMatch(/^\| sequential .* it stalls on poison \|$/m);
  });

  test('all rows of a table have the same number of columns', () => {
    for (const table of Object.values(tables)) {
      const columns = table.split('\n').map((line) => line.split(/ \| |-\|-/).length);
      expect(new Set(columns).size).toBe(1);
    }
  });

  test('show numbers only', () => {
    expect(Object.values(tables).join('')).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });

  test('can be made when a contender was not measured', () => {
    const runs = MADE_UP_RESULTS.runs.filter(({ contender }) => contender !== 'sequential');

    expect(makeBlocks({ ...MADE_UP_RESULTS, runs }).comparison).not.toMatch(/sequential|NaN|undefined/);
  });
});

describe('filling the blocks of a page', () => {
  const page = 'before\n<!-- generated: a -->\nold\n<!-- /generated -->\nafter\n';

  test('replaces what is between the markers, and keeps the prose', () => {
    const filled = 'before\n<!-- generated: a -->\n\nnew\n\n<!-- /generated -->\nafter\n';

    expect(fillBlocks(page, { a: 'new' })).toBe(filled);
    expect(fillBlocks(filled, { a: 'new' })).toBe(filled);
  });

  test('throws when the page lacks a block', () => {
    expect(() => fillBlocks(page, { b: 'new' })).toThrow('no block "b"');
  });
});
