import { parseArgs } from 'node:util';
import { COMMON_OPTIONS, toUsageError } from '../../../cli/shared/usage';

const OPTIONS = {
  bucket: { type: 'string', short: 'b' },
  'records-per-second': { type: 'string' },
  ...COMMON_OPTIONS,
} as const;

function said(...args: string[]): string | undefined {
  try {
    parseArgs({ args, options: OPTIONS });
    return undefined;
  } catch (error) {
    return toUsageError(error, OPTIONS).message;
  }
}

it.each([
  ['--buckt', 'There is no option --buckt: did you mean --bucket?'],
  ['--Bucket', 'There is no option --Bucket: did you mean --bucket?'],
  ['--records', 'There is no option --records: did you mean --records-per-second?'],
  ['--execute', 'There is no option --execute: --help lists all.'],
  ['-x', 'There is no option -x: --help lists all.'],
  ['--bucket', '--bucket needs a value: --bucket=VALUE.'],
  ['--json=yes', '--json takes no value.'],
  ['a-bucket', 'a-bucket belongs to no option: --help shows what can be given.'],
])('%s', (argument, sentence) => {
  expect(said(argument)).toBe(sentence);
});

it('a value that looks like an option is not taken for one', () => {
  expect(said('--bucket', '--json')).toBe('--bucket needs a value: --bucket=VALUE.');
});

it('whatever else was thrown is not ours to explain', () => {
  expect(() => toUsageError(new TypeError('x'), OPTIONS)).toThrow(TypeError);
});
