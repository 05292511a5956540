import { benchCommand } from '../../bench/bench-options';

it('a full run keeps its results, a quick one is for trying', () => {
  expect(benchCommand.parse([])).toMatchObject({ settings: { quick: false, out: 'bench/results.json' } });
  expect(benchCommand.parse(['--quick'])).toMatchObject({ settings: { quick: true, out: undefined } });
});

it('the guard writes nothing, so it takes nothing else', () => {
  expect(benchCommand.parse(['--guard'])).toMatchObject({ kind: 'run', settings: { guard: true } });
  expect(benchCommand.parse(['--guard', '--out', 'x'])).toMatchObject({ kind: 'wrong' });
});
