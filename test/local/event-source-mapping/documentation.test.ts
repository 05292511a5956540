/** The page and the tests name the same rows: each row has a test, and each test has a row. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');

const rowsOfThePage = Array.from(
  readFileSync(join(ROOT, 'docs/event-source-mapping.md'), 'utf8').matchAll(/^\| (\d+) \|/gm),
  ([, row]) => Number(row),
);

const rowsOfTheTests = readdirSync(join(ROOT, 'test/local'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .flatMap((file) => [
    ...readFileSync(join(ROOT, 'test/local', file), 'utf8').matchAll(/['"]rows? ([\d, ]+):/g),
  ])
  .flatMap(([, rows = '']) => rows.split(', ').map(Number));

it("every row of the page begins a test's title, and every row that a title names is on the page", () => {
  const ascending = (rows: number[]) => [...new Set(rows)].sort((a, b) => a - b);

  expect(rowsOfThePage.length).toBeGreaterThan(40);
  expect(ascending(rowsOfTheTests)).toEqual(ascending(rowsOfThePage));
});
