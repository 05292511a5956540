import { formatSummary, type Run, createSummary } from '../../../local/start/summary';
import { createTally } from '../../../local/start/tally';
import type { Aspect, Difference } from '../../../local/check-results';
import { aContactRecord, anAnsweredContactRecord } from '../../factories';

type Items = Run['results']['items'];

function aRun(differences: Difference[] = []): Run {
  const outcomes = {
    stored: 5432,
    redelivered: 3000,
    stale: 600,
    superseded: 900,
    ignored: 200,
    quarantined: 25,
  };
  return {
    results: {
      items: [aContactRecord(), anAnsweredContactRecord({ ContactId: 'c-2' })] as Items,
      messages: [{ body: aContactRecord(), attributes: {} }],
      failedRecords: Array.from({ length: 15 }, (_, i) => ({
        ...{
          kind: 'conflicting' as const,
          reason: 'same-second-other-content',
          data: '',
          eventId: String(i),
        },
      })),
      delivered: 10_157,
      outcomes,
      conflicting: 15,
      retried: 0,
      dropped: [],
      outOfOrder: [],
    },
    tally: {
      ...createTally(),
      outcomes,
      conflicting: 15,
      batches: 24,
      lags: Array.from({ length: 100 }, (_, i) => 100 - i),
    },
    differences,
    examples: undefined,
    unusable: [],
    endedEarly: undefined,
    total: 10_157,
    reshards: undefined,
    aspects: ['table', 'published', 'failedRecords', 'counted'],
    seconds: 10,
    emulator: 'DynamoDB Local',
  };
}

const linesOf = (run: Run) => formatSummary(createSummary(run), run).trimEnd().split('\n');

it('contains every number that a program needs, by its own name', () => {
  expect(createSummary(aRun())).toMatchObject({
    delivered: 10_157,
    stored: 5432,
    redelivered: 3000,
    conflicting: 15,
    stale: 600,
    superseded: 900,
    ignored: 200,
    quarantined: 25,
    refused: 0,
    abandoned: 1,
    published: 1,
  });
});

it('counts contacts that their next contact decides, and those that await it', () => {
  const survey = { InitiationMethod: 'DISCONNECT', PreviousContactId: 'c-1', Queue: null };
  const items = [
    aContactRecord({ ContactId: 'c-1', NextContactId: 'c-2' }),
    aContactRecord({ ContactId: 'c-2', ...survey }),
    aContactRecord({ ContactId: 'c-3', NextContactId: 'c-4' }),
  ] as Items;
  const run = { ...aRun(), results: { ...aRun().results, items } };

  const summary = createSummary(run);

  expect(summary).toMatchObject({ contacts: 3, abandoned: 1, awaiting: 1 });
  expect(linesOf(run)).toContainEqual(expect.stringMatching(/^awaiting +1 {3}of them: the next contact /));
});

it('computes throughput and lag', () => {
  expect(createSummary(aRun())).toMatchObject({
    deliveriesPerSecond: 1016,
    lagMilliseconds: { p50: 51, p99: 99 },
  });
});

it('has no lag when nothing was stored', () => {
  const run = { ...aRun(), tally: createTally() };
  expect(createSummary(run).lagMilliseconds).toEqual({ p50: undefined, p99: undefined });
  expect(linesOf(run).find((line) => line.startsWith('lag'))).toBeUndefined();
});

it('fits a terminal of 24 lines and 80 columns, with the report, the next command and the prompt', () => {
  expect(linesOf(aRun()).length).toBeLessThanOrEqual(21);
  expect(Math.max(...linesOf(aRun()).map((line) => line.length))).toBeLessThanOrEqual(80);
});

it('aligns numbers', () => {
  const ends = linesOf(aRun())
    .map((line) => /^[a-z ]+ [\d,]+(?= {3})/.exec(line)?.[0].length)
    .filter((end) => end !== undefined);
  expect(ends.length).toBeGreaterThan(11);
  expect(new Set(ends).size).toBe(1);
});

it('counts splits and merges of shards with --reshard', () => {
  const reshards = [
    { parents: ['a'], children: ['b', 'c'] },
    { parents: ['b', 'c'], children: ['d'] },
    { parents: ['d'], children: ['e', 'f'] },
  ];

  expect(createSummary({ ...aRun(), reshards })).toMatchObject({ splits: 2, merges: 1 });
  expect(linesOf({ ...aRun(), reshards })).toContainEqual(
    expect.stringMatching(/^splits +2 {3}of shards, and 1 merges$/),
  );
  expect(createSummary(aRun())).not.toHaveProperty('splits');
});

it('names the DynamoDB emulator', () => {
  expect(linesOf(aRun()).join('\n')).toContain('DynamoDB Local');
});

it('shows OK, or FAILED with the number of differences, for each aspect', () => {
  const missing: Difference = { aspect: 'published', kind: 'abandoned, but not published', id: 'c-1' };
  const lines = linesOf(aRun([missing, { ...missing, id: 'c-2' }]));
  expect(lines.filter((line) => line.endsWith(': OK'))).toHaveLength(3);
  expect(lines.find((line) => line.startsWith('Every abandoned contact'))).toMatch(
    /: FAILED \(2 differences\)$/,
  );
});

it('shows only the aspects that were checked', () => {
  const aspects: Aspect[] = ['published', 'counted'];
  expect(linesOf({ ...aRun(), aspects }).filter((line) => line.endsWith(': OK'))).toHaveLength(2);
});

it('lists the first differences, and how many more there are', () => {
  const many = Array.from({ length: 15 }, (_, i): Difference => ({
    aspect: 'table',
    kind: 'not in the table',
    id: `c-${i}`,
  }));
  const lines = linesOf(aRun(many));
  expect(lines).toContain('  not in the table: c-0');
  expect(lines).toContain('  not in the table: c-9');
  expect(lines).not.toContain('  not in the table: c-10');
  expect(lines.at(-1)).toBe('  and 5 more');
});

it('escapes and shortens ids', () => {
  const nasty: Difference[] = [
    { aspect: 'table', kind: 'x', id: '\u001b[2J' },
    { aspect: 'table', kind: 'x', id: 'c'.repeat(256) },
  ];
  const text = linesOf(aRun(nasty)).join('\n');

  expect(text).not.toMatch(/\u001b/);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

describe('examples of records of one’s own', () => {
  const aFailedRecord = (reason: string, kind: 'quarantined' | 'refused' = 'quarantined') => ({
    ...{ kind, reason, data: '', eventId: 'e' },
  });
  const run = aRun();
  const ownRun: Run = {
    ...run,
    results: {
      ...run.results,
      failedRecords: [
        ...[aFailedRecord('not-json'), aFailedRecord('rejected-by-dynamodb'), aFailedRecord('not-json')],
        aFailedRecord('invalid-message', 'refused'),
      ],
    },
    tally: { ...run.tally, drift: new Set(['Agent.Mood (unknown-field)']) },
    examples: new Map([
      ['not-json', { name: '2026/a b', line: 1234 }],
      ['Agent.Mood (unknown-field)', { name: 'c', line: 5 }],
    ]),
  };

  it('lists each reason of quarantine and each drift with file and line', () => {
    expect(linesOf(ownRun).slice(-7)).toEqual([
      ...[
        '',
        'Quarantined, and a first example:',
        '  not-json: "2026/a b", line 1,234',
        '  rejected-by-dynamodb',
      ],
      ...['', 'Model drift, and a first example:', '  Agent.Mood (unknown-field): c, line 5'],
    ]);
  });

  it('lists at most ten, and says how many more there are', () => {
    const drift = new Set(Array.from({ length: 12 }, (_, i) => `Field${i} (unknown-field)`));

    const lines = linesOf({ ...ownRun, tally: { ...ownRun.tally, drift } });

    expect(lines.slice(-2)).toEqual(['  Field9 (unknown-field)', '  and 2 more: --json has all']);
  });

  it('lists none for a generated contact centre', () => {
    expect(linesOf({ ...ownRun, examples: undefined }).join('\n')).not.toContain('example');
  });

  it('gives the same to a program', () => {
    expect(createSummary(ownRun)).toMatchObject({
      quarantineReasons: [
        { name: 'not-json', first: { name: '2026/a b', line: 1234 } },
        { name: 'rejected-by-dynamodb', first: undefined },
      ],
      drift: 1,
      driftPaths: [{ name: 'Agent.Mood (unknown-field)', first: { name: 'c', line: 5 } }],
    });
  });
});

it('shows how many records could not be read, if any', () => {
  const run = aRun();

  expect(linesOf({ ...run, tally: { ...run.tally, unread: 7 } })[0]).toMatch(
    /^not read +7 {3}files or records/,
  );
  expect(linesOf(run)[0]).toMatch(/^delivered/);
});

describe('three messages of different queues', () => {
  const aMessage = (QueueName: string, address: string, seconds: number | undefined = 39) => ({
    body: { ...aContactRecord(), CustomerEndpoint: { Address: address } },
    attributes: { Channel: 'VOICE', QueueName, ...(seconds > 0 && { QueueDuration: seconds }) },
  });
  const shown = (...messages: ReturnType<typeof aMessage>[]) =>
    linesOf({ ...aRun(), results: { ...aRun().results, messages } }).filter((line) =>
      /^ {2}[^a-z]/.test(line),
    );

  it('shows queue, waiting time and the beginning of the number', () => {
    const sales = aMessage('Sales', '+12065550101', 1_039);

    expect(shown(sales, sales, aMessage('Support', '+4930123456'), aMessage('Billing', '', 0))).toEqual([
      '  Sales, waited 1,039 s, +1206…',
      '  Support, waited 39 s, +4930…',
      '  Billing, voice',
    ]);
  });

  it('takes several of one queue when there is no other', () => {
    const sales = ['+11', '+12', '+13', '+14'].map((address) => aMessage('Sales', address));

    expect(shown(...sales)).toHaveLength(3);
  });

  it('escapes and shortens names, so that they cannot move the cursor', () => {
    const [line = ''] = shown(aMessage(`\u001b[2J${'Q'.repeat(100)}`, '\u001b[31m'));

    expect(line).not.toContain('\u001b');
    expect(line.length).toBeLessThanOrEqual(80);
  });
});

it('explains why there are more or fewer messages than abandoned contacts', () => {
  const run = aRun();
  const items = [
    aContactRecord({ ContactId: 'c-1' }),
    anAnsweredContactRecord({ ContactId: 'c-2' }),
  ] as Items;
  const messages = [{ body: anAnsweredContactRecord({ ContactId: 'c-2' }), attributes: {} }];

  const lines = linesOf({ ...run, results: { ...run.results, items, messages } });

  expect(lines).toContainEqual(expect.stringMatching(/^abandoned +1 /));
  expect(lines).toContainEqual(expect.stringMatching(/^unpublished +1 /));
  expect(lines).toContainEqual(
    expect.stringMatching(/^published +1 {3}messages; 1 for a version that was replaced later$/),
  );
});

it('says that a run ended early, after how many deliveries, and that nothing was checked', () => {
  const lines = linesOf({ ...aRun(), aspects: [], endedEarly: 'Ended by Ctrl-C.', total: 20_000 });

  expect(lines[0]).toMatch(/^delivered +10,157 {3}of 20,000, in 10 s: /);
  expect(lines.at(-1)).toBe('The run ended early: the results were not checked.');
});

it('names files without any record that can be processed', () => {
  const unusable = [{ name: 'notes.md', line: 3, reason: 'not-json' }];

  const lines = linesOf({ ...aRun(), unusable });

  expect(lines.slice(-2)).toEqual([
    'No contact record in these files, and why:',
    '  not-json: notes.md, line 3',
  ]);
  expect(createSummary({ ...aRun(), unusable }).unusableFiles).toEqual(unusable);
});
