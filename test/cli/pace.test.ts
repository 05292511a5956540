import { duration, paceFrom } from '../../cli/pace';

/** What is said after each of these: seconds, how many, share of the whole. */
function said(...samples: [seconds: number, count: number, share: number][]): string[] {
  let at = 0;
  const pace = paceFrom(() => at);
  return samples.map(([seconds, count, share]) => {
    at = seconds * 1000;
    return pace(count, share);
  });
}

it('says nothing as long as there is little to go by', () => {
  expect(said([0, 0, 0], [1, 500, 0.1])).toEqual(['', '']);
});

it('says how many a second, and how long the rest takes at the same pace', () => {
  expect(said([0, 0, 0], [10, 5000, 0.25])).toEqual(['', '500 a second, 30 s left']);
});

it('goes by the last half minute: the beginning tells little', () => {
  expect(said([0, 0, 0], [10, 100_000, 0.5], [25, 100_000, 0.5], [40, 100_300, 0.53]).at(-1)).toBe(
    '10 a second, 8 min left',
  );
});

it('where nothing moves there is no end to tell, and at the end none is left', () => {
  expect(said([0, 7, 0.5], [10, 7, 0.5])).toEqual(['', '0 a second']);
  expect(said([0, 0, 0], [10, 70, 1])).toEqual(['', '7 a second']);
});

it.each([
  [0.2, '1 s'],
  [89, '89 s'],
  [90, '2 min'],
  [7000, '117 min'],
  [7200, '2 h'],
  [4_000_000, '1,111 h'],
])('%d seconds', (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});
