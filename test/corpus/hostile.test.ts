/**
 * To decide on a payload of a megabyte takes less than 50 ms, however it is made; where `JSON.parse` alone takes half of
 * that or more, less than 50 ms more. What goes out takes less than 50 ms, too.
 * `npx tsx test/corpus/figures.ts 30` prints what each takes.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type Figure, LIMIT_MS, normalize } from './figures';
import { HOSTILE, SLOW_TO_PARSE } from './hostile';

/** Enough for a slow machine where every payload exceeds its limit. */
const LIMIT_OF_ALL_MS = 480_000;

let figures: Figure[];
beforeAll(() => {
  const measure = ['--import', 'tsx', join(__dirname, 'figures.ts')];
  const lines = execFileSync(process.execPath, measure, { encoding: 'utf8', timeout: LIMIT_OF_ALL_MS });
  figures = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Figure);
}, LIMIT_OF_ALL_MS);

const keepsLimits = (hostile: string) => {
  const figure = figures.find(({ what }) => what === hostile);
  if (!figure) throw new Error('not measured');
  const { ms, outMs } = normalize(figure);
  expect(ms).toBeLessThan(LIMIT_MS);
  expect(outMs).toBeLessThan(LIMIT_MS);
};

it.each(Object.keys(HOSTILE))('%s', keepsLimits);
it.each(Object.keys(SLOW_TO_PARSE))('%s, without the time of JSON.parse', keepsLimits);
