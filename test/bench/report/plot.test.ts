import { barPlot, linePlot } from '../../../bench/report/plot';
import { isWellFormed } from './well-formed';

const series = [
  { name: 'pipeline', points: [{ x: 10, y: 100, least: 90, most: 110 }, { x: 1_000, y: 200 }] }, // prettier-ignore
  { name: 'a < b & c', points: [{ x: 10, y: 3 }] },
];
const lines = (isLogarithmic?: { x?: boolean; y?: boolean }) =>
  linePlot({
    title: 'A & B',
    xLabel: 'records',
    yLabel: 'seconds',
    series,
    ...(isLogarithmic && { isLogarithmic }),
  });

const bars = barPlot({
  title: 'dollars',
  yLabel: 'dollars',
  groups: ['1 KB', '9 KB'],
  series: [
    { name: 'DynamoDB', bars: [{ y: 1 }, { y: 9, least: 8, most: 10 }] },
    { name: 'Lambda', bars: [undefined, { y: 0 }] },
  ],
});

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

describe('a plot', () => {
  test.each([
    ['lines', lines()],
    ['lines over logarithms', lines({ x: true, y: true })],
    ['bars', bars],
  ])('is well-formed XML, whatever its names are: %s', (_, svg) => {
    expect(isWellFormed(svg)).toBe(true);
  });

  test('shows every series, and names it in the legend', () => {
    expect(count(lines(), /<polyline/g)).toBe(2);
    expect(count(lines(), />a &lt; b &amp; c</g)).toBe(2);
    expect(count(bars, /class="s\d key"/g)).toBe(2);
  });

  test('shows every point, and a spread where there is one', () => {
    expect(count(lines(), /<circle/g)).toBe(3);
    expect(count(lines(), /class="spread"/g)).toBe(1);
  });

  test('leaves a gap where a bar was not measured', () => {
    expect(count(bars, /<rect x/g)).toBe(3);
  });

  test('stays within its paper', () => {
    const numbers = [...lines({ x: true, y: true }).matchAll(/ c([xy])="([^"]+)"/g)];

    expect(numbers).toHaveLength(6);
    for (const [, axis, value] of numbers) {
      expect(Number(value)).toBeGreaterThanOrEqual(0);
      expect(Number(value)).toBeLessThanOrEqual(axis === 'x' ? 760 : 400);
    }
  });

  test('a larger value is higher up; on a logarithmic axis ten times as much is as far anywhere', () => {
    const plot = linePlot({
      title: '',
      xLabel: '',
      yLabel: '',
      isLogarithmic: { y: true },
      series: [{ name: 'a', points: [1, 10, 100].map((y) => ({ x: y, y })) }],
    });
    const [one = 0, ten = 0, hundred = 0] = [...plot.matchAll(/cy="([^"]+)"/g)].map(([, y]) => Number(y));

    expect(one).toBeGreaterThan(ten);
    expect(ten - hundred).toBeCloseTo(one - ten, 5);
  });

  test('is readable on a dark page, too', () => {
    expect(bars).toContain('prefers-color-scheme:dark');
  });
});

test('a check that finds nothing proves nothing: what is not well-formed is found', () => {
  expect(['<a><b></a>', '<a>&</a>', '<a x=1></a>', '<a/><b/>', '<a'].map(isWellFormed)).toEqual(
    Array(5).fill(false),
  );
});
