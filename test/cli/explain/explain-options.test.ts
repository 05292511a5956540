import { explainCommand } from '../../../cli/explain/explain-options';

const settings = (...argv: string[]) => {
  const parsed = explainCommand.parse(argv);
  return parsed.kind === 'run' ? parsed.settings : parsed;
};
const NAMES = ['--table', 'a.table', '--ledger', 'a-ledger'];
const SCAN = { segments: 4, isConfirmed: false };

it.each([
  [['export.ndjson'], { kind: 'all', showIds: false }],
  [['export.ndjson', '--list'], { kind: 'all', showIds: true }],
  [['export.ndjson', '--contact', 'c-1'], { kind: 'contact', contactId: 'c-1' }],
  [['export.ndjson', '--awaiting'], { kind: 'awaiting' }],
])('asks files when given %j', (argv, question) => {
  expect(settings(...argv)).toEqual({ kind: 'files', path: 'export.ndjson', question });
});

it('asks a stack about one contact when given its name', () => {
  expect(settings('--stack', 'a-stack', '--contact', 'c-1')).toEqual({
    ...{ kind: 'tables', target: { stack: 'a-stack' }, scan: SCAN },
    question: { kind: 'contact', contactId: 'c-1' },
  });
});

it('scans tables by their names when asked for awaiting contacts', () => {
  expect(settings(...NAMES, '--awaiting', '--segments', '2', '--yes')).toEqual({
    ...{ kind: 'tables', target: { table: 'a.table', ledger: 'a-ledger' } },
    question: { kind: 'awaiting' },
    scan: { segments: 2, isConfirmed: true },
  });
});

const ONE_WAY = 'Give either FILE, or --stack, or --table and --ledger.';
const ONE_QUESTION = 'A stack needs --contact ID or --awaiting.';
it.each([
  [[], ONE_WAY],
  [['--awaiting'], ONE_WAY],
  [['--table', 'a-table', '--contact', 'c-1'], ONE_WAY],
  [['--ledger', 'a-ledger', '--contact', 'c-1'], ONE_WAY],
  [['--stack', 'a-stack', ...NAMES, '--contact', 'c-1'], ONE_WAY],
  [['export.ndjson', '--stack', 'a-stack', '--contact', 'c-1'], ONE_WAY],
  [['a.ndjson', 'b.ndjson'], 'Give one file or folder.'],
  [['--stack', 'a-stack'], ONE_QUESTION],
  [['a.ndjson', '--contact', 'c-1', '--awaiting'], 'Give either --contact or --awaiting.'],
  [
    ['a.ndjson', '--contact', 'c-1', '--list'],
    '--list works only with FILE, and without --contact and --awaiting.',
  ],
  [
    ['--stack', 'a-stack', '--awaiting', '--list'],
    '--list works only with FILE, and without --contact and --awaiting.',
  ],
  [['--stack', 'a-stack', '--contact', 'c-1', '--segments', '4'], '--segments works only with --awaiting.'],
  [['a.ndjson', '--contact', ''], '--contact takes a contact id: 1 to 256 characters.'],
  [['a.ndjson', '--contact', 'c'.repeat(257)], '--contact takes a contact id: 1 to 256 characters.'],
  [['--stack', 'a-stack', '--awaiting', '--segments', '65'], '--segments takes a whole number from 1 to 64.'],
])('%j is wrong usage', (argv, message) => {
  expect(settings(...argv)).toEqual({ kind: 'wrong', message });
});
