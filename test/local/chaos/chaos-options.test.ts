import { chaosCommand } from '../../../local/chaos/chaos-options';

it('has at least 3,000 contacts and ends within two minutes by default', () => {
  expect(chaosCommand.parse([])).toEqual({
    kind: 'run',
    settings: { seed: 1, contacts: 3000, seconds: 40, runs: 1 },
  });
});

it('takes seed, size and duration', () => {
  expect(chaosCommand.parse(['--seed', '0', '--contacts=10', '--seconds', '5'])).toEqual({
    kind: 'run',
    settings: { seed: 0, contacts: 10, seconds: 5, runs: 1 },
  });
});

it.each([
  [['--frobnicate'], 'There is no option --frobnicate: --help lists all.'],
  [['--seed', 'x'], '--seed takes a whole number from 0 to 4294967295.'],
  [['--contacts', '0'], '--contacts takes a whole number from 1 to 20000.'],
  [['--seconds', '601'], '--seconds takes a whole number from 1 to 600.'],
  [['a.ndjson'], 'npm run chaos takes no file: it generates its records.'],
])('%j is refused in one sentence', (argv, message) => {
  expect(chaosCommand.parse(argv)).toEqual({ kind: 'wrong', message });
});
