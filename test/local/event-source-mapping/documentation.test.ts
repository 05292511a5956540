/** The page and the tests name the same rows: each row has a test, and each test has a row. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');

/** Returns the rows that a pattern's first group lists: `30, 31`. */
const readRows = (text: string, pattern: RegExp): number[] =>
  Array.from(text.matchAll(pattern), ([, rows = '']) => rows.split(', ').map(Number)).flat();

const rowsOfThePage = readRows(
  readFileSync(join(ROOT, 'docs/event-source-mapping.md'), 'utf8'),
  /^- ([\d, ]+)(?:\\\*)?: /gm,
);

const rowsOfTheTests = readdirSync(join(ROOT, 'test/local'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .flatMap((file) => readRows(readFileSync(join(ROOT, 'test/local', file), 'utf8'), /['"]rows? ([\d, ]+):/g));

it("every row of the page begins a test's title, and every row that a title names is on the page", () => {
  const ascending = (rows: number[]) => [...new Set(rows)].sort((a, b) => a - b);

  expect(rowsOfThePage.length).toBeGreaterThan(40);
  expect(ascending(rowsOfTheTests)).toEqual(ascending(rowsOfThePage));
});
