import { QUARANTINE_REASONS } from '../../../lambda/contact-records/batch/outcome';
import { redriveCommand } from '../../../cli/redrive/redrive-options';

const NOW = Date.parse('2026-03-05T12:00:00Z');
const parse = (...argv: string[]) => redriveCommand.parse(argv, NOW);
const settings = (...argv: string[]) => {
  const parsed = parse('--bucket', 'failures', ...argv);
  return parsed.kind === 'run' ? parsed.settings : parsed;
};

it('only lists by default, and limits the rate to half of a shard', () => {
  expect(settings()).toEqual({
    bucket: 'failures',
    showKeys: false,
    dest: undefined,
    execute: false,
    isConfirmed: false,
    filter: { prefix: '' },
    rate: { recordsPerSecond: 500, bytesPerSecond: 500_000 },
  });
});

it('combines all filters', () => {
  const filters = ['--reason', 'not-json', '--reason=not-utf8', '--prefix', 'quarantined/', '--limit', '7'];
  expect(settings(...filters, '--since', '36h', '--execute', '--yes')).toMatchObject({
    execute: true,
    isConfirmed: true,
    filter: {
      prefix: 'quarantined/',
      reasons: ['not-json', 'not-utf8'],
      limit: 7,
      since: NOW - 36 * 3_600_000,
    },
  });
});

it.each([
  ['90m', NOW - 90 * 60_000],
  ['7d', NOW - 7 * 86_400_000],
  ['2026-03-05', Date.parse('2026-03-05T00:00:00Z')],
  ['2026-03-05T09:30Z', Date.parse('2026-03-05T09:30:00Z')],
  ['2026-03-05T09:30:00.5+01:00', Date.parse('2026-03-05T08:30:00.5Z')],
])('--since %s', (text, since) => {
  expect(settings('--since', text)).toMatchObject({ filter: { since } });
});

it.each(['my-stream', 'arn:aws:kinesis:eu-west-1:111122223333:stream/my-stream'])('--stream %s', (stream) => {
  expect(settings('--stream', stream)).toMatchObject({ stream });
});

it.each(['not-json', 'message-refused', 'RecordAgeExceeded', 'AConditionThatAwsMayAdd'])(
  '--reason %s',
  (reason) => {
    expect(settings('--reason', reason)).toMatchObject({ filter: { reasons: [reason] } });
  },
);

it.each(['not-jsn', '', 'not json', 'A b'])('lists the known reasons when --reason is %j', (reason) => {
  expect(settings('--reason', reason)).toEqual({
    kind: 'wrong',
    message:
      `--reason takes a reason of the function (${[...QUARANTINE_REASONS].join(', ')}, message-refused, ` +
      'same-second-other-content) or a condition of the event source mapping (such as RecordAgeExceeded, ' +
      'RetryAttemptsExhausted).',
  });
});

const SINCE = '--since takes 90m, 36h, 7d, a date, or a time with its zone.';
it.each([
  [['--dest', 'x', '--execute'], 'Give either --execute or --dest, not both.'],
  [['--dest', ''], '--dest: a folder needs a name.'],
  [['--frobnicate'], 'There is no option --frobnicate: --help lists all.'],
  [['--since', 'yesterday'], SINCE],
  [['--since', '2026-13-05'], SINCE],
  // The time has no zone.
  [['--since', '2026-03-05T09:30:00'], SINCE],
  [['--limit', '0'], '--limit takes a whole number from 1 to 10000000.'],
  [['--records-per-second', '0'], '--records-per-second takes a whole number from 1 to 100000.'],
  [['--bytes-per-second', '10'], '--bytes-per-second takes a whole number from 100000 to 100000000.'],
  [['--stream', 'no such stream'], '--stream: the name is not valid.'],
  [['--bucket', 's3://failures'], '--bucket: the name is not valid.'],
])('%j is wrong usage', (argv, message) => {
  expect(settings(...argv)).toEqual({ kind: 'wrong', message });
});

it('says where to find the name of the bucket', () => {
  expect(parse('--execute')).toEqual({
    kind: 'wrong',
    message: '--bucket is missing: the deployment prints it as FailureBucketName.',
  });
});
