import { forgetCommand, type Settings } from '../../../cli/forget/forget-options';
import { ContactRecordFunction } from '../../../lib/contact-record-function';

const NOW = Date.parse('2026-11-29T12:34:56.789Z');
const parse = (...argv: string[]) => forgetCommand.parse(argv, NOW);
const settings = (...argv: string[]): Settings => {
  const parsed = parse('--stack', 'S', ...argv);
  if (parsed.kind !== 'run') throw new Error(JSON.stringify(parsed));
  return parsed.settings;
};

it('changes nothing by default', () => {
  expect(settings('--contact', 'a', '--contact', 'b')).toMatchObject({
    ...{ target: { stack: 'S' }, contactIds: ['a', 'b'], action: 'show', isConfirmed: false },
    ...{ followsLinks: true, includesNaming: false },
  });
});

it('waits longer than the function may run', () => {
  expect(settings().waitSeconds).toBeGreaterThan(ContactRecordFunction.TIMEOUT.toSeconds());
});

it('names the receipt after the time', () => {
  expect(settings('--execute').receipt).toBe('forget-2026-11-29T123456Z.json');
});

it.each([
  ['+12065550101', '12065550101'],
  ['+1 (206) 555-0101', '12065550101'],
  ['0044 20 7946 0000', '442079460000'],
])('takes the number %s', (written, number) => {
  expect(settings('--number', written).customer.numbers).toEqual([number]);
});

it.each(['2065550101', '020 7946 0000', '+1', '+1206555010112345678', 'anonymous', '+1206555x'])(
  'refuses %s, which is no number with a country code',
  (text) => {
    expect(parse('--stack', 'S', '--number', text)).toEqual({
      kind: 'wrong',
      message: '--number takes a number with its country code, such as +12065550101.',
    });
  },
);

it.each<[args: string[], message: string]>([
  [[], 'Give either --stack, or --table and --bucket.'],
  [['--table', 'table'], 'Give either --stack, or --table and --bucket.'],
  [['--stack', 'S', '--table', 'table'], 'Give either --stack, or --table and --bucket.'],
  [['--stack', 'S', '--execute', '--check'], 'Give either --execute or --check.'],
  [['--stack', 'S', '--naming', '--contact', 'a'], '--naming needs --number, --email or --customer-id.'],
  [['--stack', 'S', '--receipt', 'a'], '--receipt works only with --execute.'],
  [['--stack', 'S', '--contact', ''], '--contact takes a contact id: 1 to 256 characters.'],
  [['--stack', 'S', '--email', 'ann'], '--email takes an address such as name@example.com.'],
  [['--stack', 'S', '--customer-id', ' '], '--customer-id takes the CustomerId of the contact records.'],
])('refuses %j', (args, message) => {
  expect(parse(...args)).toEqual({ kind: 'wrong', message });
});
