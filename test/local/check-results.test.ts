import {
  type Results,
  type Difference,
  findDifferences,
  findInconsistencies,
} from '../../local/check-results';
import { aContactRecord } from '../factories';
import { aRun, expected, messageOf, failedRecords } from './results-factory';

const [abandonedId = ''] = expected.abandoned;
const [goneBefore = ''] = expected.abandonedBefore;
const served =
  [...expected.newest.keys()].find(
    (id) => !expected.abandoned.has(id) && !expected.abandonedBefore.has(id),
  ) ?? '';

const item = (run: Results, id: string) => {
  const found = run.items.find(({ ContactId }) => ContactId === id);
  if (!found) throw new Error('no such item');
  return found;
};
const kinds = (found: Difference[]) => found.map(({ aspect, kind }) => `${aspect}: ${kind}`);

it('has an example with everything that the tests change', () => {
  expect([abandonedId, goneBefore, served].map((id) => id.length)).toEqual([36, 36, 36]);
  expect(expected.conflicting.length).toBeGreaterThan(0);
});

it('a run without errors has no differences', () => {
  expect(findDifferences(aRun(), expected)).toEqual([]);
});

describe.each<[string, string, (run: Results) => void]>([
  [
    'a contact is missing',
    'table: not in the table',
    (run) => run.items.splice(run.items.indexOf(item(run, served)), 1),
  ],
  [
    'a contact that was never sent',
    'table: in the table, but never sent',
    (run) => run.items.push({ ...item(run, served), ContactId: 'x' }),
  ],
  [
    'an older version',
    'table: not the newest version',
    (run) => (item(run, served).LastUpdateTimestamp = '2020-01-01T00:00:00Z'),
  ],
  ['a field got lost', 'table: not what was sent', (run) => delete item(run, served).Attributes],
  ['a field was added', 'table: not what was sent', (run) => (item(run, served).Extra = null)],
  [
    'a deep value changed its type',
    'table: not what was sent',
    (run) => (item(run, served).AgentConnectionAttempts = '1'),
  ],
  ['no message', 'published: abandoned, but not published', (run) => run.messages.shift()],
  [
    'a message for a served contact',
    'published: published, but not abandoned',
    (run) => run.messages.push(messageOf(served)),
  ],
  [
    'a message without a contact',
    'published: published, but not abandoned',
    (run) => run.messages.push({ body: {}, attributes: {} }),
  ],
  ['two messages', 'published: published more than once', (run) => run.messages.push(messageOf(abandonedId))],
  [
    'two messages for a contact that was abandoned only before',
    'published: published more than once',
    (run) => run.messages.push(messageOf(goneBefore), messageOf(goneBefore)),
  ],
  [
    'a message with another content',
    'published: published with another content',
    (run) => {
      run.messages.forEach(({ body }) => (body.Attributes = { language: 'xx' }));
    },
  ],
  ['poison that is lost', 'failedRecords: not quarantined', (run) => run.failedRecords.shift()],
  [
    'poison of which a byte changed',
    'failedRecords: not quarantined',
    (run) => {
      run.failedRecords.forEach((object) => (object.data = `AAAA${object.data}`));
    },
  ],
  [
    'a good record in quarantine',
    'failedRecords: quarantined, but should not be',
    (run) => run.failedRecords.push(...failedRecords('quarantined', [Buffer.from('{}')])),
  ],
  [
    'poison in quarantine more often than it came',
    'failedRecords: quarantined, but should not be',
    (run) => run.failedRecords.push(...failedRecords('quarantined', expected.poison.slice(0, 1))),
  ],
  ['a conflict that was not noticed', 'failedRecords: not conflicting', (run) => run.failedRecords.pop()],
  [
    'a conflict where there is none',
    'failedRecords: conflicting, but should not be',
    (run) => run.failedRecords.push(...failedRecords('conflicting', [Buffer.from('{}')])),
  ],
  [
    'a message that was refused',
    'failedRecords: refused, but should not be',
    (run) => run.failedRecords.push(...failedRecords('refused', [Buffer.from('{}')])),
  ],
  ['a delivery without an outcome', 'counted: deliveries lost', (run) => run.outcomes.stored--],
  [
    'a delivery that was dropped',
    'counted: dropped, and in no failure object',
    (run) => (run.dropped = ['shard:1']),
  ],
  [
    'a delivery that was done too late',
    'counted: done after a later record of its partition key',
    (run) => (run.outOfOrder = ['shard:1']),
  ],
  ['a delivery with two outcomes', 'counted: outcomes', (run) => run.outcomes.stale++],
  [
    'an event of another kind that was not ignored',
    'counted: ignored deliveries',
    (run) => run.outcomes.ignored--,
  ],
  ['too many quarantined', 'counted: quarantined deliveries', (run) => run.outcomes.quarantined++],
  ['more items than puts', 'counted: items that no put stored', (run) => (run.outcomes.stored = 3)],
])('%s', (_title, difference, change) => {
  it(`is found: ${difference}`, () => {
    expect(kinds(findDifferences(aRun(change), expected))).toContain(difference);
  });
});

it('finds a difference of one contact only', () => {
  const run = aRun(({ messages }) => messages.shift());
  expect(findDifferences(run, expected)).toEqual([
    { aspect: 'published', kind: 'abandoned, but not published', id: abandonedId },
  ]);
});

it('describes a payload without an id by length and hash', () => {
  const text = JSON.stringify(
    findDifferences(
      aRun((run) => (run.failedRecords = [])),
      expected,
    ),
  );
  expect(text).toMatch(/4 bytes, SHA-256 [0-9a-f]{12}/);
  expect(text).not.toContain('PING');
  expect(text).not.toMatch(/\+1\d{10}/);
});

it('accepts both when only an older version of a contact was abandoned', () => {
  const run = aRun(({ messages }) => messages.push(messageOf(goneBefore)));
  expect(findDifferences(run, expected)).toEqual([]);
});

it('accepts an unpublished contact only when it ended too long ago', () => {
  const withTooOld = (id: string) =>
    aRun((run) => {
      run.messages.shift();
      run.tooOld = new Set([id]);
    });
  expect(findDifferences(withTooOld(abandonedId), expected)).toEqual([]);
  expect(findInconsistencies(withTooOld(abandonedId))).toEqual([]);
  expect(kinds(findDifferences(withTooOld(served), expected))).toEqual([
    'published: abandoned, but not published',
  ]);
});

it('accepts a message that was reduced to fit', () => {
  const reduced = {
    body: { ...messageOf(abandonedId).body, Attributes: null },
    attributes: { Reduced: 'true' },
  };
  expect(
    findDifferences(
      aRun(({ messages }) => (messages[0] = reduced)),
      expected,
    ),
  ).toEqual([]);
});

it('accepts more outcomes than deliveries after a retry, but not fewer', () => {
  const retried = (outcomes: number) =>
    aRun((run) => {
      run.retried = 1;
      run.outcomes.redelivered += outcomes;
    });
  expect(findDifferences(retried(5), expected)).toEqual([]);
  expect(kinds(findDifferences(retried(-1), expected))).toEqual(['counted: deliveries lost']);
});

describe('with records without expected results', () => {
  it('a run without errors has no differences', () => {
    expect(findInconsistencies(aRun())).toEqual([]);
  });

  it.each<[string, string, (run: Results) => void]>([
    ['an abandoned contact has no message', 'abandoned, but not published', (run) => run.messages.shift()],
    ['a contact has two', 'published more than once', (run) => run.messages.push(messageOf(abandonedId))],
    [
      'a served contact has one',
      'published, but not abandoned',
      (run) => run.messages.push(messageOf(served)),
    ],
    [
      'a contact is not there',
      'published, but not in the table',
      (run) => run.messages.push({ body: { ContactId: 'x' }, attributes: {} }),
    ],
    [
      'the message is newer than the table',
      'published from a version newer than the table’s',
      (run) => {
        run.messages.forEach(({ body }) => (body.LastUpdateTimestamp = '2999-01-01T00:00:00Z'));
      },
    ],
    [
      'the message differs from the table',
      'published with another content',
      (run) => {
        run.messages.forEach(({ body }) => (body.Attributes = {}));
      },
    ],
    ['a delivery is lost', 'deliveries lost', (run) => run.outcomes.stored--],
    ['a delivery was dropped', 'dropped, and in no failure object', (run) => (run.dropped = ['shard:1'])],
    ['an object is missing in the failure bucket', 'quarantined objects', (run) => run.failedRecords.shift()],
    ['a conflict is missing there', 'conflicting objects', (run) => run.failedRecords.pop()],
  ])('%s: found', (_title, kind, change) => {
    expect(findInconsistencies(aRun(change)).map((difference) => difference.kind)).toContain(kind);
  });

  it('accepts a message for an older version', () => {
    const older = { ...messageOf(served).body, LastUpdateTimestamp: '2020-01-01T00:00:00Z' };
    expect(
      findInconsistencies(aRun(({ messages }) => messages.push({ body: older, attributes: {} }))),
    ).toEqual([]);
  });

  describe('of a contact and its next contact', () => {
    const first = aContactRecord({ ContactId: 'c-1', NextContactId: 'c-2' });
    const survey = aContactRecord({
      ...{ ContactId: 'c-2', PreviousContactId: 'c-1', InitiationMethod: 'DISCONNECT', Queue: null },
    });
    const publishFirst = ({ messages }: Results) => messages.push({ body: first, attributes: {} });
    const found = (items: object[], change: (run: Results) => unknown = () => undefined) =>
      findInconsistencies(
        aRun((run) => {
          run.items.push(...(items as Results['items']));
          run.delivered += items.length;
          run.outcomes.stored += items.length;
          change(run);
        }),
      ).map(({ kind, id }) => `${kind}: ${id}`);

    it('reports a missing message when the next contact makes the first one abandoned', () => {
      expect(found([first, survey])).toEqual(['abandoned, but not published: c-1']);
    });

    it('accepts a message with another order of fields', () => {
      const body = Object.fromEntries(Object.entries(first).reverse());

      expect(found([first, survey], ({ messages }) => messages.push({ body, attributes: {} }))).toEqual([]);
    });

    it('reports a message for the next contact', () => {
      const publishBoth = (run: Results) => {
        publishFirst(run);
        run.messages.push({ body: survey, attributes: {} });
      };

      expect(found([first, survey], publishBoth)).toEqual(['published, but not abandoned: c-2']);
    });

    it.each<[string, object[]]>([
      ['the next contact is not stored', [first]],
      ['the next contact is a transfer', [first, { ...survey, InitiationMethod: 'TRANSFER' }]],
      ['the next contact names another one', [first, { ...survey, PreviousContactId: 'c-0' }]],
      ['an agent took it before the survey', [{ ...first, Agent: { ARN: 'a' } }, survey]],
    ])('a message is wrong when %s', (_title, items) => {
      const publish = ({ messages }: Results) =>
        messages.push({ body: items[0] as Record<string, unknown>, attributes: {} });

      expect(found(items)).toEqual([]);
      expect(found(items, publish)).toEqual(['published, but not abandoned: c-1']);
    });

    it.each([
      ['has gone on', { NextContactId: 'c-3' }],
      ['has not ended', { DisconnectTimestamp: null }],
    ])(
      'a message is right when the disconnect flow %s since: an earlier version decided',
      (_title, fields) => {
        expect(found([first, { ...survey, ...fields }], publishFirst)).toEqual([]);
      },
    );
  });

  it('does not report a message that SNS refused as missing', () => {
    const run = aRun(({ messages, failedRecords: objects }) => {
      const [lost] = messages.splice(0, 1);
      objects.push(...failedRecords('refused', [Buffer.from(JSON.stringify(lost?.body))]));
    });
    expect(findInconsistencies(run)).toEqual([]);
  });
});
