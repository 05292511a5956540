import { PassThrough } from 'node:stream';
import { bar, progressOn } from '../../cli/progress';

it.each([
  [0, '[..............................] 0 of 8,000 deliveries done'],
  [4000, '[###############...............] 4,000 of 8,000 deliveries done'],
  [8000, '[##############################] 8,000 of 8,000 deliveries done'],
])('the bar is as full as the work is done (%i)', (done, text) => {
  expect(bar({ done, total: 8000 }, 'deliveries done')).toBe(text);
});

it('while nobody knows how many there are, there is a number and no bar', () => {
  expect(bar({ done: 12, total: undefined }, 'deliveries done')).toBe('12 deliveries done');
});

it('the bar may go by something else than what is counted, and there may be more to say', () => {
  const count = { done: 12, total: undefined, share: 0.5, note: '4 a second' };
  expect(bar(count, 'records sent')).toBe('[###############...............] 12 records sent, 4 a second');
  expect(bar({ ...count, note: '' }, 'records sent')).toBe(
    '[###############...............] 12 records sent',
  );
});

it('what is told on the way does not end up in the bar', () => {
  const output = Object.assign(new PassThrough(), { isTTY: true });
  const progress = progressOn(output, () => ({ done: 1, total: undefined }));
  progress.begin();
  progress.step('broken: a');
  progress.end();
  expect(String(output.read())).toMatch(/^\rbroken: a\u001b\[K\n/);
});

describe('shows how far it is', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  function shownFor(milliseconds: number, isTTY: boolean): string {
    const output = Object.assign(new PassThrough(), { isTTY });
    let done = 0;
    const progress = progressOn(output, () => ({ done: done++, total: 100 }));
    progress.step('starting');
    progress.begin();
    jest.advanceTimersByTime(milliseconds);
    progress.end();
    jest.advanceTimersByTime(10_000);
    return String(output.read());
  }

  it('in a log: a line every few seconds and one at the end, nothing that moves the cursor', () => {
    expect(shownFor(7000, false).split('\n')).toEqual([
      'starting',
      '0 of 100 deliveries done',
      '1 of 100 deliveries done',
      '2 of 100 deliveries done',
      '',
    ]);
  });

  it('on a terminal: one line that is written over, and left behind when it is over', () => {
    const shown = shownFor(1000, true);
    expect(shown.split('\r')).toHaveLength(12);
    expect(shown.split('\n')).toHaveLength(3);
  });
});
