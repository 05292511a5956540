import { defineCommand } from '../../../cli/shared/define-command';
import { anyText, matching, pathOf, wholeNumber } from '../../../cli/shared/options';
import { UsageError } from '../../../cli/shared/usage-error';

const command = defineCommand({
  call: 'npm run count',
  usage: '[options]',
  about: ['Counts.'],
  options: {
    bucket: { value: 'NAME', description: '', parser: matching(/^[a-z]+$/), required: 'look for it' },
    recordsPerSecond: { value: 'N', description: '', parser: wholeNumber({ min: 1, max: 9 }), default: 5 },
    out: { value: 'FILE', description: '', parser: pathOf('file') },
    reason: { value: 'REASON', description: '', parser: anyText, multiple: true },
    isLoud: { description: '' },
  },
  examples: {},
  status: { 0: '', 1: '' },
  toSettings: (values, { isGiven, now }) => {
    if (values.isLoud && values.out !== undefined) throw new UsageError('Not both.');
    return { ...values, isRateGiven: isGiven('recordsPerSecond'), now };
  },
});
const parse = (...argv: string[]) => command.parse(argv, 7);

it('creates settings from values and defaults', () => {
  expect(parse('--bucket', 'b')).toEqual({
    kind: 'run',
    settings: {
      ...{ bucket: 'b', recordsPerSecond: 5, out: undefined, reason: undefined, isLoud: false },
      ...{ isRateGiven: false, now: 7 },
    },
  });
});

it('knows that an option was given when its value is the default', () => {
  expect(
    parse('--bucket', 'b', '--records-per-second=5', '--reason', 'x', '--reason', 'y', '--is-loud'),
  ).toEqual({
    kind: 'run',
    settings: {
      ...{ bucket: 'b', recordsPerSecond: 5, out: undefined, reason: ['x', 'y'], isLoud: true },
      ...{ isRateGiven: true, now: 7 },
    },
  });
});

it.each([
  [['--buckt'], 'There is no option --buckt: did you mean --bucket?'],
  [['--Bucket'], 'There is no option --Bucket: did you mean --bucket?'],
  [['--records'], 'There is no option --records: did you mean --records-per-second?'],
  [['--recordsPerSecond', '1'], 'There is no option --recordsPerSecond: --help lists all.'],
  [['--execute'], 'There is no option --execute: --help lists all.'],
  [['-x'], 'There is no option -x: --help lists all.'],
  [['--bucket'], '--bucket needs a value: --bucket=VALUE.'],
  [['--json=yes'], '--json takes no value.'],
  [['a-bucket'], 'a-bucket is not the value of an option: --help lists the options.'],
  // A value that looks like an option is not an option.
  [['--bucket', '--json'], '--bucket needs a value: --bucket=VALUE.'],
  [[], '--bucket is missing: look for it.'],
  [['--bucket', 'B'], '--bucket: the name is not valid.'],
  [['--bucket', 'b', '--records-per-second', '10'], '--records-per-second takes a whole number from 1 to 9.'],
  [['--bucket', 'b', '--out', ''], '--out: a file needs a name.'],
  [['--bucket', 'b', '--out', 'x', '--is-loud'], 'Not both.'],
])('%j is wrong usage', (argv, message) => {
  expect(parse(...argv)).toEqual({ kind: 'wrong', message });
});

it('throws other errors unchanged', () => {
  const broken = defineCommand({
    ...{ call: '', usage: '', about: [], options: {}, examples: {}, status: { 0: '', 1: '' } },
    toSettings: () => {
      throw new TypeError('x');
    },
  });

  expect(() => broken.parse([])).toThrow(TypeError);
});
