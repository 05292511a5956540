import { splitIntoPortions } from '../../../cli/shared/portions';

async function split(weights: number[]): Promise<number[][]> {
  const portions: number[][] = [];
  const limits = { maxItems: 3, maxWeights: { bytes: 10 } };
  for await (const portion of splitIntoPortions(weights, limits, (bytes) => ({ bytes })))
    portions.push(portion);
  return portions;
}

it.each([
  ['nothing', [], []],
  ['by number', [1, 1, 1, 1], [[1, 1, 1], [1]]],
  ['before an item that does not fit', [6, 5, 4], [[6], [5, 4]]],
  ['as soon as a limit is reached', [6, 4, 1], [[6, 4], [1]]],
  ['so that a larger item comes alone', [1, 11, 1], [[1], [11], [1]]],
  ['also if an item weighs nothing', [0, 0, 0, 10], [[0, 0, 0], [10]]],
])('splits %s', async (_when, weights, portions) => {
  expect(await split(weights)).toEqual(portions);
});

it('yields a portion before it reads the next item', async () => {
  const items = (async function* () {
    yield await Promise.resolve(10);
    throw new Error('not asked for');
  })();
  const portions = splitIntoPortions(items, { maxItems: 3, maxWeights: { bytes: 10 } }, (bytes) => ({
    bytes,
  }));

  expect((await portions.next()).value).toEqual([10]);
});
