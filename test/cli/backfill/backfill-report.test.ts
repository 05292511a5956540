import { createBackfillCounts } from '../../../cli/backfill/send-records';
import {
  type Ending,
  formatSummary,
  formatPlan,
  toJsonSummary,
  formatEvent as formatEventOf,
} from '../../../cli/backfill/backfill-report';
import type { ReadEvent } from '../../../cli/backfill/read-records';

const RATE = { recordsPerSecond: 500, bytesPerSecond: 500_000 };
const AFTER = { sources: 0, bytes: 0, digest: '' };

const ENDING: Ending = {
  counts: {
    ...{ sent: 12_345, bytes: 23_100_000, abandoned: 412, read: 12 },
    skipped: {
      ignored: { count: 100, first: { name: '2026/a.gz', at: 1234, line: 1 } },
      'not-json': { count: 2, first: { name: 'b c\u001b', at: 0, line: 7 } },
    },
    unreadable: { count: 1, first: [{ name: 'x', why: 'AccessDenied' }] },
  },
  ...{
    isDryRun: false,
    isComplete: true,
    canGoOn: true,
    isResumable: true,
    seconds: 24.7,
    sentNow: 12_345,
    rate: RATE,
  },
};

it('sums up sent and skipped records with the reasons', () => {
  expect(formatSummary(ENDING)).toBe(
    [
      'sent                                 12,345   23.1 MB, in 25 s',
      '  abandoned                             412   of them: versions in which the contact is abandoned',
      'no contact record                       100   skipped',
      '  ignored                               100   first: 2026/a.gz, byte 1,234 (line 1)',
      'broken                                    2   skipped',
      '  not-json                                2   first: "b c\\u001b", byte 0 (line 7)',
      'read                                     12   files or objects',
      'unreadable                                1   files or objects',
      '',
    ].join('\n'),
  );
});

it('includes earlier runs, and says how to continue when the run is not complete', () => {
  const text = formatSummary({ ...ENDING, sentNow: 345, isComplete: false });
  expect(text).toMatch(/^sent +12,345 {3}23\.1 MB, 345 of them by this run, in 25 s$/m);
  expect(text).toMatch(/\n\nNot all input was read: run the same command again to continue\.\n$/);
  expect(formatSummary({ ...ENDING, isComplete: false, canGoOn: false })).not.toContain(
    'run the same command',
  );
});

it('estimates the time by records or bytes when it is a dry run', () => {
  expect(formatSummary({ ...ENDING, isDryRun: true })).toMatch(
    /^would be sent +12,345 {3}23\.1 MB; at this rate, 47 s$/m,
  );
  const fast = { ...RATE, bytesPerSecond: 100_000_000 };
  expect(formatSummary({ ...ENDING, isDryRun: true, rate: fast })).toMatch(/at this rate, 25 s$/m);
});

it('returns the same values for --json', () => {
  expect(toJsonSummary(ENDING)).toEqual({
    ...{ dryRun: false, complete: true, allWell: false, ...ENDING.counts },
    ...{ sentByThisRun: 12_345, seconds: 24.7 },
  });
  expect(toJsonSummary({ ...ENDING, counts: createBackfillCounts() })).toMatchObject({ allWell: true });
});

it.each([
  [
    'none',
    /^EVERY abandoned contact among them is published to all subscribers,\nhowever long ago it was\.$/m,
  ],
  ['unknown', /^EVERY .*,\nhowever .*, unless notifyWithinHours is set\.$/m],
  [
    'set',
    /^Contacts that ended more than notifyWithinHours ago are not published\.\nYou confirmed that it is set\.$/m,
  ],
  [
    '24',
    /^Contacts that ended more than 24 hours ago are stored, and not published\n\(notifyWithinHours\)\.$/m,
  ],
])(
  'says before the question which contacts are published when notifyWithinHours is %s',
  (notifyWithinHours, sentence) => {
    const plan = {
      name: 'exports',
      sourceKind: 'file',
      isResumable: true,
      sources: 1,
      bytes: 999,
      stream: 's',
      rate: RATE,
    } as const;
    const text = formatPlan({ ...plan, notifyWithinHours, isDryRun: false });
    expect(text).toContain(
      'Contact records go from exports (1 file, 999 bytes)\ninto the stream s,\nat most 500 records and',
    );
    expect(text).toMatch(sentence);
    expect(formatPlan({ ...plan, notifyWithinHours, isDryRun: true })).toBe(
      'Reads exports (1 file, 999 bytes), and sends nothing to s.\n',
    );
  },
);

it('reports at once only documents that may be contact records', () => {
  const place = { name: 'a', at: 9, line: 2 };
  const formatEvent = (event: ReadEvent) => formatEventOf(event, { skipped: {} });
  expect(formatEvent({ kind: 'skip', reason: 'not-json', place, after: AFTER })).toBe(
    'broken: a, byte 9 (line 2): not-json',
  );
  expect(formatEvent({ kind: 'unreadable', name: 'a b', why: 'AccessDenied', after: AFTER })).toBe(
    'unreadable: "a b": AccessDenied',
  );
  expect(formatEvent({ kind: 'changed', name: 'a', after: AFTER })).toMatch(
    /^changed since an earlier run began it, .*: a$/,
  );
  expect(formatEvent({ kind: 'skip', reason: 'ignored', place, after: AFTER })).toBe('');
  expect(formatEvent({ kind: 'read', after: AFTER })).toBe('');
});

it('explains documents of another format once, when the first one is read', () => {
  const first = { name: 'a', at: 9, line: 2 };
  const event = { kind: 'skip', reason: 'lower-case-names', place: first, after: AFTER } as const;
  const format = (count: number) =>
    formatEventOf(event, { skipped: { 'lower-case-names': { count, first } } });

  expect(format(1)).toMatch(
    /^broken: a, byte 9 \(line 2\): these look like contact records with lower-case names, /,
  );
  expect(format(2)).toBe('');
});

it('says that all has to be sent again when standard input was not read to its end', () => {
  const plan = { name: 'standard input', sourceKind: 'file', sources: 1, bytes: 0, stream: 's' } as const;

  expect(
    formatPlan({ ...plan, isResumable: false, rate: RATE, notifyWithinHours: '24', isDryRun: false }),
  ).toMatch(
    /^Contact records go from standard input\n.*\nStandard input can be read only once: .* no checkpoint\.\n$/s,
  );
  expect(formatSummary({ ...ENDING, isComplete: false, isResumable: false })).toMatch(
    /\n\nNot all input was read: send all of it again .*\.\n$/,
  );
});
