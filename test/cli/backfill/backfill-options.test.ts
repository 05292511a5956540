import { backfillCommand } from '../../../cli/backfill/backfill-options';

const settings = (...argv: string[]) => {
  const parsed = backfillCommand.parse(argv);
  return parsed.kind === 'run' ? parsed.settings : parsed;
};

it('needs only a file and a stack, and limits the rate to half of a shard', () => {
  expect(settings('exports', '--stack', 'Records')).toEqual({
    input: { kind: 'local', path: 'exports' },
    target: { kind: 'stack', name: 'Records' },
    isDryRun: false,
    notifyOldContacts: false,
    rate: { recordsPerSecond: 500, bytesPerSecond: 500_000 },
    checkpoint: 'backfill-checkpoint.json',
    isConfirmed: false,
  });
});

it.each([
  ['s3://my-exports', { kind: 's3', bucket: 'my-exports', prefix: '' }],
  ['s3://my-exports/', { kind: 's3', bucket: 'my-exports', prefix: '' }],
  ['s3://my-exports/2026/03 é/', { kind: 's3', bucket: 'my-exports', prefix: '2026/03 é/' }],
  ['./s3', { kind: 'local', path: './s3' }],
  ['-', { kind: 'stdin' }],
  ['./-', { kind: 'local', path: './-' }],
])('%s', (text, input) => {
  expect(settings(text, '--dry-run')).toMatchObject({ input, target: undefined, isDryRun: true });
});

it('takes the notify limit from an option when only a stream is given', () => {
  const stream = 'arn:aws:kinesis:eu-west-1:111122223333:stream/s';
  expect(settings('x', '--stream', stream)).toMatchObject({
    target: { kind: 'stream', name: stream, assumeNotifyLimit: false },
  });
  expect(settings('x', '--stream', 's', '--assume-notify-limit')).toMatchObject({
    target: { kind: 'stream', name: 's', assumeNotifyLimit: true },
  });
  expect(settings('x', '--stream', 's', '--notify-old-contacts')).toMatchObject({
    notifyOldContacts: true,
  });
});

const INPUT = 'The input is missing: give one file, folder or s3://bucket/prefix.';
it.each([
  [[], INPUT],
  [[''], INPUT],
  [['a', 'b'], INPUT],
  [['s3://'], 'The input is not valid: write s3://bucket/prefix.'],
  [['s3://No_Bucket/x'], 'The input is not valid: write s3://bucket/prefix.'],
  [['a'], 'The stream is missing: give --stack NAME or --stream NAME, or --dry-run.'],
  [['a', '--stack', 'S', '--stream', 's'], 'Give either --stack or --stream.'],
  [
    ['a', '--stack', 'S', '--assume-notify-limit'],
    '--assume-notify-limit works with --stream only: --stack reads the setting.',
  ],
  [['a', '--stack', 'no such'], '--stack: the name is not valid.'],
  [['a', '--stream', 'no such'], '--stream: the name is not valid.'],
  [['a', '--stack', 'S', '--checkpoint', ''], '--checkpoint: a file needs a name.'],
  [
    ['a', '--stack', 'S', '--records-per-second', '0'],
    '--records-per-second takes a whole number from 1 to 100000.',
  ],
  [['-', '--stack', 'S'], 'The command cannot ask when it reads records from standard input: add --yes.'],
  [['-', '--dry-run', '--checkpoint', 'x'], '--checkpoint does not work with standard input: omit it.'],
  [['a', '--frobnicate'], 'There is no option --frobnicate: --help lists all.'],
])('%j is wrong usage', (argv, message) => {
  expect(settings(...argv)).toEqual({ kind: 'wrong', message });
});
