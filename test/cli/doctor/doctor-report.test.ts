import { formatFinding, formatSettings, formatVerdict } from '../../../cli/doctor/doctor-report';

it('aligns the lines of a finding below its text', () => {
  const finding = {
    check: 'export',
    level: 'todo',
    text: 'It is wrong. Run:',
    lines: ['a command'],
  } as const;

  expect(formatFinding({ ...finding, lines: [...finding.lines] })).toBe(
    'TO DO    export       It is wrong. Run:\n                      a command\n',
  );
});

it('wraps a long text between words, and no command', () => {
  const lines = ['x '.repeat(100).trim()];
  const text = formatFinding({ check: 'export', level: 'ok', text: 'word '.repeat(30).trim(), lines });

  expect(text.split('\n').map((line) => line.length)).toEqual([106, 86, 221, 0]);
});

it('prints settings as members of the context', () => {
  const [, , ...lines] = formatSettings({ streamArn: 'arn', maxRecordAgeHours: 20 }).split('\n');

  expect(JSON.parse(`{${lines.join('')}"last": 0}`)).toEqual({
    streamArn: 'arn',
    maxRecordAgeHours: 20,
    last: 0,
  });
});

it('says so when no setting is needed', () => {
  expect(formatSettings({})).toContain('Settings: none are needed');
});

it.each([
  [{ ok: 3, note: 1, todo: 0, unknown: 0 }, '\nAll checks passed.\n'],
  [{ ok: 3, note: 1, todo: 2, unknown: 0 }, '\n2 things to do.\n'],
  [{ ok: 3, note: 1, todo: 1, unknown: 1 }, '\n1 thing to do, and 1 check could not be made.\n'],
])('sums up %j', (counts, text) => {
  expect(formatVerdict(counts)).toBe(text);
});
