import { PassThrough } from 'node:stream';
import { createProgress, type ProgressOptions } from '../../../cli/shared/progress-line';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

interface Shown extends ProgressOptions {
  isTTY?: boolean;
  columns?: number;
  total?: number;
  perSecond?: number;
  from?: number;
}

/** Returns what is written in this time, and at the end. */
function shownFor(milliseconds: number, { isTTY = false, columns = 80, ...rest }: Shown = {}): string {
  const { total, perSecond = 10, from = 0, ...options } = rest;
  const output = Object.assign(new PassThrough(), { isTTY, columns });
  const startedAt = performance.now();
  const done = () => Math.min(total ?? Infinity, from + (perSecond * (performance.now() - startedAt)) / 1000);
  const count = () => ({ done: Math.floor(done()), total });
  const progress = createProgress(output, count, 'records done', options);
  progress.step('starting');
  progress.begin();
  jest.advanceTimersByTime(milliseconds);
  progress.end();
  jest.advanceTimersByTime(10_000);
  return String(output.read());
}

/** Returns the successive texts of the terminal's line. */
const drawn = (milliseconds: number, shown: Shown) =>
  shownFor(milliseconds, { ...shown, isTTY: true })
    .split('\n')[1]
    ?.split('\r\u001b[K')
    .slice(1) ?? [];

it('writes plain lines at growing intervals, and one at the end, when the output is a log', () => {
  const shown = shownFor(3_600_000, { total: 36_000 });
  expect(shown.split('\n').slice(0, 3)).toEqual([
    'starting',
    '30 of 36,000 records done',
    '66 of 36,000 records done',
  ]);
  expect(shown).toMatch(/\n36,000 of 36,000 records done\n$/);
  expect(shown.split('\n').length).toBeLessThan(100);
  expect(shown).not.toMatch(/[\r\u001b]/);
});

it('updates one line, and keeps it at the end, when the output is a terminal', () => {
  const shown = shownFor(1000, { isTTY: true, total: 100 });
  expect(shown.split('\r')).toHaveLength(12);
  expect(shown.split('\n')).toHaveLength(3);
});

it('fills the bar in proportion to the work', () => {
  expect(drawn(10_000, { total: 100 }).filter((_, index) => index % 50 === 49)).toEqual([
    '[###############...............] 50 of 100 records done',
    '[##############################] 100 of 100 records done',
  ]);
});

it('shows a number and no bar when the total is unknown', () => {
  expect(drawn(100, {})).toEqual(['1 records done', '1 records done']);
});

it.each([
  [120, '[###...........................] 1,000 of 10,000 records done, 100 a second, 90 s left'],
  [80, '[##.....................] 1,000 of 10,000 records done, 100 a second, 90 s left'],
  [60, '1,000 of 10,000 records done, 100 a second, 90 s left'],
  [20, '1,000 of 10,000 rec'],
])('fits into a terminal of %i columns, so that it can be erased', (columns, line) => {
  const lines = drawn(10_000, { total: 10_000, perSecond: 100, rate: true, columns });
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(columns);
  expect(lines.at(-1)).toBe(line);
});

it.each([
  [10_000, 100, '1,000 of 10,000 records done, 100 a second, 90 s left'],
  [10_000, 10, '100 of 10,000 records done, 10 a second, 17 min left'],
  [10_000, 1, '10 of 10,000 records done, 1 a second, 2 h 47 min left'],
  [100_000, 100, '10,000 of 10,000 records done, 100 a second'],
  [10_000, 0, '0 of 10,000 records done, 0 a second'],
])('shows rate and remaining time (after %i ms, %i a second)', (milliseconds, perSecond, line) => {
  const lines = shownFor(milliseconds, { total: 10_000, perSecond, rate: true }).trimEnd().split('\n');
  expect(lines.at(-1)).toBe(line);
});

it('counts the work of an earlier run, but not for the rate', () => {
  const shown = shownFor(10_000, { total: 10_000, perSecond: 100, from: 5_000, rate: true });
  expect(shown).toMatch(/\n6,000 of 10,000 records done, 100 a second, 40 s left\n$/);
});

it('uses another amount for bar and remaining time when one is given', () => {
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  let [sent, read] = [0, 250];
  const count = () => ({ done: sent, total: undefined, by: { done: read, total: 1_000 } });
  const progress = createProgress(output, count, 'records sent', { rate: true });
  progress.begin();
  [sent, read] = [5_000, 500];
  jest.advanceTimersByTime(10_000);
  expect(String(output.read())).toMatch(
    /\r\u001b\[K\[#{15}\.{15}\] 5,000 records sent, 500 a second, 20 s left$/,
  );
  read = 1_000;
  progress.end();
  expect(String(output.read())).toMatch(/\[#{30}\] 5,000 records sent, 500 a second\n$/);
});

it('writes a message on a line of its own while the bar is shown', () => {
  const output = Object.assign(new PassThrough(), { isTTY: true });
  const progress = createProgress(output, () => ({ done: 1, total: 2 }));
  progress.begin();
  progress.step('broken: a');
  progress.end();
  expect(String(output.read())).toMatch(/^\r\u001b\[Kbroken: a\n/);
});

it('removes the line at the end when it is transient', () => {
  expect(shownFor(1000, { isTTY: true, isTransient: true })).toMatch(/\r\u001b\[K$/);
  expect(shownFor(1000, { isTransient: true })).toBe('starting\n');
});

it('shows the rate of the last half minute, so that a halt is visible', () => {
  const output = new PassThrough();
  let done = 0;
  const progress = createProgress(output, () => ({ done, total: 10_000 }), 'records done', { rate: true });
  progress.begin();
  for (; done < 6_000; done += 100) jest.advanceTimersByTime(1_000);
  expect(String(output.read())).toMatch(/, (9\d|10\d) a second, \d+ s left\n$/);
  jest.advanceTimersByTime(300_000);
  progress.end();
  expect(String(output.read())).toMatch(/\n6,000 of 10,000 records done, 0 a second\n$/);
});

it('ends the line when the process exits before the end', () => {
  const output = Object.assign(new PassThrough(), { isTTY: true });
  const before = process.listeners('exit');
  const progress = createProgress(output, () => ({ done: 1, total: 2 }), 'records done');
  progress.begin();
  const [atExit] = process.listeners('exit').filter((listener) => !before.includes(listener));
  atExit?.call(process, 0);
  expect(String(output.read())).toMatch(/1 of 2 records done\n$/);
  expect(process.listeners('exit')).toEqual(before);
});

it.each([
  [true, '\r\u001b[K'],
  [false, null],
])('makes room for a line of standard output when it is a terminal: %j', (isTTY, written) => {
  const output = Object.assign(new PassThrough(), { isTTY });
  const progress = createProgress(output, () => ({ done: 1, total: 2 }), 'records', { isTransient: true });
  progress.begin();

  progress.clear();

  const shown = output.read() as Buffer | null;
  expect(shown && String(shown)).toBe(written);
  progress.end();
});

it('shows the whole line when the terminal says that it has 0 columns', () => {
  expect(drawn(1_000, { total: 100, columns: 0 }).at(-1)).toBe(
    '[###...........................] 10 of 100 records done',
  );
});

describe('waiting', () => {
  const waitFor = (milliseconds: number, isTTY: boolean, columns = 80) => {
    const output = Object.assign(new PassThrough(), { isTTY, columns });
    const progress = createProgress(output, () => ({ done: 0, total: 0 }));
    progress.wait('starting the emulators');
    jest.advanceTimersByTime(milliseconds);
    progress.end();
    return String(output.read());
  };

  it('shows for how long on a terminal, and leaves the line', () => {
    expect(waitFor(4_000, true)).toMatch(/\r\u001b\[Kstarting the emulators: 4 s\n$/);
  });

  it('is never wider than the terminal', () => {
    expect(waitFor(1_200, true, 20)).toMatch(/\u001b\[Kstarting the emulat\n$/);
  });

  it('leaves nothing when it was short', () => {
    expect(waitFor(500, true)).toMatch(/starting the emulators: 0 s\r\u001b\[K$/);
    expect(waitFor(500, false)).toBe('null');
  });

  it('adds a line now and then to a log', () => {
    expect(waitFor(10_000, false)).toBe('starting the emulators: 3 s\nstarting the emulators: 6 s\n');
  });
});

it('says why nothing is done any more after two seconds, and stops saying it when something is', () => {
  const output = new PassThrough();
  let done = 1;
  const explainStandstill = () => 'the function starts';
  const progress = createProgress(output, () => ({ done, total: 3 }), 'records done', { explainStandstill });

  progress.begin();
  jest.advanceTimersByTime(3_000);
  done = 2;
  progress.end();

  expect(String(output.read())).toBe(
    '1 of 3 records done; none for 3 s: the function starts\n2 of 3 records done\n',
  );
});
