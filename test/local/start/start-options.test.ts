import { startCommand } from '../../../local/start/start-options';

const settings = (...argv: string[]) => {
  const parsed = startCommand.parse(argv);
  return parsed.kind === 'run' ? parsed.settings : parsed;
};

it('generates 1,000 contacts by default', () => {
  expect(settings()).toEqual({
    input: { kind: 'generated', contacts: 1000, seed: 1 },
    reshard: false,
    keep: false,
  });
});

it('takes the size and the seed of the contact centre', () => {
  expect(settings('--contacts', '10', '--seed=0')).toEqual({
    input: { kind: 'generated', contacts: 10, seed: 0 },
    reshard: false,
    keep: false,
  });
});

it('takes a file with options before or after it', () => {
  const wanted = {
    input: { kind: 'paths', paths: ['a b.ndjson'] },
    batchSize: 7,
    reshard: true,
    out: 'out',
    keep: true,
  };
  expect(settings('a b.ndjson', '--batch-size', '7', '--reshard', '--out', 'out', '--keep')).toEqual(wanted);
  expect(settings('--batch-size', '7', '--reshard', '--out', 'out', '--keep', 'a b.ndjson')).toEqual(wanted);
});

it('takes several files and folders, and a limit', () => {
  expect(settings('a.ndjson', 'exports/', '--limit', '7')).toMatchObject({
    input: { kind: 'paths', paths: ['a.ndjson', 'exports/'], limit: 7 },
  });
});

it('takes a dash as standard input', () => {
  expect(settings('-')).toEqual({ input: { kind: 'stdin' }, reshard: false, keep: false });
});

it.each([['--help'], ['-h'], ['--help', '--contacts', 'nonsense']])('%s asks for help', (...argv) => {
  expect(startCommand.parse(argv)).toEqual({ kind: 'help' });
});

it.each([
  [['--frobnicate'], 'There is no option --frobnicate: --help lists all.'],
  [['-x'], 'There is no option -x: --help lists all.'],
  [['--contacts'], '--contacts needs a value: --contacts=VALUE.'],
  [['--keep=yes'], '--keep takes no value.'],
  [['--contacts', '0'], '--contacts takes a whole number from 1 to 100000.'],
  [['--contacts', '100001'], '--contacts takes a whole number from 1 to 100000.'],
  [['--contacts', '1.5'], '--contacts takes a whole number from 1 to 100000.'],
  [['--contacts', '1e3'], '--contacts takes a whole number from 1 to 100000.'],
  [['--contacts', ''], '--contacts takes a whole number from 1 to 100000.'],
  [['--seed', 'abc'], '--seed takes a whole number from 0 to 4294967295.'],
  [['--seed', '4294967296'], '--seed takes a whole number from 0 to 4294967295.'],
  [['--batch-size', '0'], '--batch-size takes a whole number from 1 to 10000.'],
  [['--batch-size', '10001'], '--batch-size takes a whole number from 1 to 10000.'],
  [['a.ndjson', '-'], 'Give files or standard input (-), not both.'],
  [['--limit', '7'], '--limit needs a FILE; for generated records, use --contacts.'],
  [['a.ndjson', '--limit', '0'], '--limit takes a whole number from 1 to 1000000000.'],
  [['a.ndjson', '--seed', '1'], '--contacts and --seed are for generated records, not for a file.'],
  [['-', '--contacts', '1'], '--contacts and --seed are for generated records, not for a file.'],
  [['--out', ''], '--out: a folder needs a name.'],
  [[''], 'The name of a file or folder is empty.'],
])('%j is refused in one sentence', (argv, message) => {
  expect(startCommand.parse(argv)).toEqual({ kind: 'wrong', message });
});

it('refuses a negative number', () => {
  expect(startCommand.parse(['--seed', '-1'])).toMatchObject({ kind: 'wrong' });
  expect(startCommand.parse(['--seed=-1'])).toMatchObject({
    message: '--seed takes a whole number from 0 to 4294967295.',
  });
});
