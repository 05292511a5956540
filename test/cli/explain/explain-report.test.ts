import { explainContact } from '../../../cli/explain/explain-contact';
import {
  formatAwaiting,
  formatAwaitingCount,
  formatExplanation,
  formatGroups,
  formatSkipped,
  groupByDecision,
} from '../../../cli/explain/explain-report';
import { type FileContacts, findInFiles } from '../../../cli/explain/read-contacts';
import type { ReadableContactRecord } from '../../../lambda/contact-records/contact-record/model';
import { decoded } from '../../factories';
import { aContactRecord, anAnsweredContactRecord } from '../../factories';

const EARLIER = '2024-03-05T09:30:40Z';

function contactsOf(...records: Record<string, unknown>[]): FileContacts {
  const newest = new Map(
    records.map((record) => [String(record.ContactId), record as ReadableContactRecord]),
  );
  return { newest, versions: [], skipped: new Map(), quarantined: new Map(), unreadable: [] };
}

it('formats a contact with its versions, decision, previous and next contact', async () => {
  const record = aContactRecord({ ContactId: 'c-1', NextContactId: 'c-2' });
  const waiting = { ...record, LastUpdateTimestamp: EARLIER, DisconnectTimestamp: null, Queue: null };
  const contacts = contactsOf(record);
  const versions = [waiting, record].map((version, index) => ({
    ...{ record: decoded(version).record, item: decoded(version).item },
    ...{ place: { name: 'a.ndjson', line: index + 1 }, copies: index, conflicting: index },
  }));
  const find = (id: string) => Promise.resolve(findInFiles(contacts, id));

  const explanation = await explainContact('c-1', { find });

  expect(explanation && formatExplanation(explanation, versions)).toBe(
    `contact   c-1
versions  2024-03-05T09:30:40Z  a.ndjson:1  by itself not abandoned (never-queued)
          2024-03-05T09:32:11Z  a.ndjson:2  newest; delivered 2 times; 1 with other content in the same second: the first is kept
decision  awaiting: Abandoned by its own record, but a next contact follows that cannot decide yet.
            Queue.EnqueueTimestamp          2024-03-05T09:30:25Z
            Agent                           null
            DisconnectTimestamp             2024-03-05T09:31:04Z
            Queue.DequeueTimestamp          2024-03-05T09:31:04Z
            DisconnectReason                CUSTOMER_DISCONNECT
            NextContactId                   c-2
          The whole rule: docs/abandoned.md
previous  none
next      c-2, not stored: awaiting
          It is not stored: not delivered yet, quarantined, expired or deleted.
message   The pipeline publishes nothing until the next contact decides.
`,
  );
});

it.each([
  [{ kind: 'none' } as const, 'ledger    no entry'],
  [
    { kind: 'published', publishedAt: '2024-03-05T09:33:00.000Z', messageId: 'm-1' } as const,
    'ledger    published 2024-03-05T09:33:00.000Z, message id m-1',
  ],
  [
    { kind: 'claimed', claimedAt: '2024-03-05T09:33:00.000Z' } as const,
    'ledger    claimed 2024-03-05T09:33:00.000Z, not completed; given up',
  ],
  [
    {
      kind: 'claimed',
      claimedAt: '2024-03-05T09:33:00.000Z',
      leaseEndsAt: '2024-03-05T09:33:30.000Z',
    } as const,
    'ledger    claimed 2024-03-05T09:33:00.000Z, not completed; the lease ends 2024-03-05T09:33:30.000Z',
  ],
])('formats a forgotten contact with the ledger entry %j', (ledger, line) => {
  const text = formatExplanation({ contactId: 'c-1', state: 'forgotten', ledger, message: 'M' }, []);

  expect(text).toContain('stored    no: it was forgotten.');
  expect(text).toContain(`\n${line}\n`);
  expect(text).not.toContain('decision');
});

it('counts contacts by decision, the most frequent first', () => {
  const groups = groupByDecision(
    contactsOf(
      aContactRecord({ ContactId: 'c-1' }),
      aContactRecord({ ContactId: 'c-2', NextContactId: 'c-9' }),
      anAnsweredContactRecord({ ContactId: 'c-3' }),
      anAnsweredContactRecord({ ContactId: 'c-4' }),
    ),
    true,
  );

  expect(groups).toMatchObject([
    { kind: 'not-abandoned', reason: 'agent-connected', contacts: 2, contactIds: ['c-3', 'c-4'] },
    { kind: 'abandoned', contacts: 1, contactIds: ['c-1'] },
    { kind: 'awaiting', contacts: 1, contactIds: ['c-2'] },
  ]);
  expect(formatGroups(groups)).toContain(
    'not abandoned (agent-connected)            2  An agent took it.\n  c-3\n  c-4\n',
  );
});

it('leaves ids out when they are not requested', () => {
  const [group] = groupByDecision(contactsOf(aContactRecord()), false);

  expect(group).toEqual({
    ...{ kind: 'abandoned', contacts: 1, says: 'The customer left while waiting in a queue.' },
  });
});

it('escapes a contact id when it could control a terminal', () => {
  const awaiting = {
    contactId: 'c\u001b[2J',
    nextContactId: 'c-2',
    next: 'not-stored',
    because: 'B',
  } as const;

  expect(formatAwaiting(awaiting)).toBe('"c\\u001b[2J"  next c-2  B\n');
});

it.each([
  [true, '1 contact awaiting, of 2 that depend on a next contact, of 3,000.\n'],
  [
    false,
    '1 contact awaiting, of 2 that depend on a next contact, of 3,000 that were read before it ended early.\n',
  ],
])('says whether all was read when that is %j', (isComplete, text) => {
  expect(formatAwaitingCount({ awaiting: 1, dependent: 2, scanned: 3000 }, isComplete)).toBe(text);
});

it('names what was skipped and what could not be read', () => {
  const contacts: FileContacts = {
    ...contactsOf(),
    skipped: new Map([
      ['not-json', { count: 2, first: { name: 'a.ndjson', line: 3 } }],
      ['lower-case-names', { count: 1, first: { name: 'c.ndjson', line: 1 } }],
    ]),
    unreadable: [{ name: 'b.ndjson', why: 'permission denied' }],
  };

  const [notJson, lowerCase, unreadable] = formatSkipped(contacts).split('\n');

  expect(notJson).toBe('2 documents skipped (not-json), the first at a.ndjson:3');
  expect(lowerCase).toMatch(
    /^1 document skipped \(these look like contact records with lower-case names,.*at c.ndjson:1$/,
  );
  expect(unreadable).toBe("b.ndjson can't be read: permission denied");
});
