import { parseArguments } from '../../bench/bench-options';

it('a full run keeps its results, a quick one is for trying', () => {
  expect(parseArguments([])).toMatchObject({ settings: { quick: false, out: 'bench/results.json' } });
  expect(parseArguments(['--quick'])).toMatchObject({ settings: { quick: true, out: undefined } });
});

it('the guard writes nothing, so it takes nothing else', () => {
  expect(parseArguments(['--guard'])).toMatchObject({ kind: 'run', settings: { guard: true } });
  expect(parseArguments(['--guard', '--out', 'x'])).toMatchObject({ kind: 'wrong' });
});
