import type { LedgerEntry } from '../../../cli/explain/contact-tables';
import { explainContact } from '../../../cli/explain/explain-contact';
import type { Found } from '../../../cli/shared/explain-decision';
import type { ReadableContactRecord } from '../../../lambda/contact-records/contact-record/model';
import { aContactRecord, anAnsweredContactRecord } from '../../factories';

type Fields = Record<string, unknown>;

const stored = (record: Fields): Found => ({ kind: 'stored', record: record as ReadableContactRecord });
const aDisconnectFlow = (fields: Fields = {}) =>
  aContactRecord({
    ...{ ContactId: 'c-2', PreviousContactId: 'c-1', InitiationMethod: 'DISCONNECT', Queue: null },
    ...fields,
  });
const aContact = (fields: Fields = {}) => aContactRecord({ ContactId: 'c-1', ...fields });

/** Explains `c-1` unless another id is given. */
function explain(
  found: Record<string, Found>,
  ledger?: Record<string, LedgerEntry>,
  contactId = 'c-1',
): ReturnType<typeof explainContact> {
  return explainContact(contactId, {
    find: (id) => Promise.resolve(found[id] ?? { kind: 'not-stored' }),
    ...(ledger && { readLedger: (id) => Promise.resolve(ledger[id]) }),
  });
}

const PUBLISHED: LedgerEntry = {
  kind: 'published',
  publishedAt: '2024-03-05T09:33:00.000Z',
  messageId: 'm-1',
};
const CLAIMED: LedgerEntry = {
  ...{ kind: 'claimed', claimedAt: '2024-03-05T09:33:00.000Z', leaseEndsAt: '2024-03-05T09:33:30.000Z' },
};

it('resolves to undefined when neither table has the contact', async () => {
  expect(await explain({}, {})).toBeUndefined();
});

it('explains an abandoned contact by its next contact', async () => {
  const found = { 'c-1': stored(aContact({ NextContactId: 'c-2' })), 'c-2': stored(aDisconnectFlow()) };

  expect(await explain(found, { 'c-1': PUBLISHED })).toMatchObject({
    state: 'stored',
    lastUpdateTimestamp: '2024-03-05T09:32:11Z',
    decision: { kind: 'abandoned' },
    next: {
      contactId: 'c-2',
      state: 'stored',
      decision: 'abandoned',
      says: [
        'It is a disconnect flow: the customer had left the queue when it began.',
        'It is not abandoned itself (never-queued): It was never put into a queue.',
      ],
    },
    ledger: PUBLISHED,
    message: 'Its message was published.',
  });
});

it('says that a next contact does not decide when the own record does', async () => {
  const next = stored(aContactRecord({ ContactId: 'c-2' }));
  const found = {
    'c-1': stored(anAnsweredContactRecord({ ContactId: 'c-1', NextContactId: 'c-2' })),
    'c-2': next,
  };

  expect(await explain(found)).toMatchObject({
    decision: { reason: 'agent-connected' },
    next: {
      says: ['It does not decide on this contact.', 'It is abandoned itself, by its own record.'],
      fields: [],
    },
  });
});

it.each([
  ['c-1', 'The field has the id of the contact itself.'],
  ['c'.repeat(257), 'The field has no contact id.'],
  [7, 'The field has no contact id.'],
])('reads no contact when NextContactId and PreviousContactId are %j', async (id, says) => {
  const read: string[] = [];
  const record = stored(aContact({ NextContactId: id, PreviousContactId: id }));
  const find = (contactId: string) => Promise.resolve((read.push(contactId), record));

  const explanation = await explainContact('c-1', { find });

  expect(explanation).toMatchObject({
    decision: { kind: 'not-abandoned', reason: 'continued' },
    next: { state: 'invalid-id', says: [says] },
    previous: { state: 'invalid-id', says: [says] },
  });
  expect(read).toEqual(['c-1']);
});

describe('the previous contact', () => {
  it.each<[what: string, previous: Found | undefined, flow: Fields, expected: Fields]>([
    [
      'is decided by this one',
      stored(aContact({ NextContactId: 'c-2' })),
      aDisconnectFlow(),
      {
        decision: 'abandoned',
        says: [
          'This contact is its next contact, and decides on it.',
          'It is a disconnect flow: the customer had left the queue when it began.',
        ],
      },
    ],
    [
      'depends on another next contact',
      stored(aContact({ NextContactId: 'c-9' })),
      aDisconnectFlow(),
      { says: ['This contact does not decide on it.', 'It depends on its own next contact, "c-9".'] },
    ],
    [
      'is abandoned by its own record',
      stored(aContact()),
      aDisconnectFlow(),
      { says: ['This contact does not decide on it.', 'It is abandoned itself, by its own record.'] },
    ],
    [
      'is not stored',
      undefined,
      aDisconnectFlow(),
      { says: ['This contact decides on it once it is stored.'] },
    ],
    [
      'is not stored, and this one is no disconnect flow',
      undefined,
      aDisconnectFlow({ InitiationMethod: 'TRANSFER' }),
      { says: ['This contact would not make it abandoned.'] },
    ],
    ['was forgotten', { kind: 'forgotten' }, aDisconnectFlow(), { state: 'forgotten' }],
  ])('%s', async (_what, previous, flow, expected) => {
    const found = { 'c-2': stored(flow), ...(previous && { 'c-1': previous }) };

    expect(await explain(found, {}, 'c-2')).toMatchObject({ previous: { contactId: 'c-1', ...expected } });
  });
});

describe('the message', () => {
  const abandoned = { 'c-1': stored(aContact()) };
  const answered = { 'c-1': stored(anAnsweredContactRecord({ ContactId: 'c-1' })) };
  const awaiting = { 'c-1': stored(aContact({ NextContactId: 'c-2' })) };

  it.each<[what: string, found: Record<string, Found>, ledger: LedgerEntry | undefined, message: string]>([
    ['abandoned and published', abandoned, PUBLISHED, 'Its message was published.'],
    [
      'abandoned and claimed',
      abandoned,
      CLAIMED,
      'Its message is being published, or the last attempt failed',
    ],
    [
      'abandoned without an entry',
      abandoned,
      undefined,
      'No message was published. The contact ended longer ago than notifyWithinHours',
    ],
    [
      'answered and published',
      answered,
      PUBLISHED,
      'A message was published for an earlier version that was abandoned.',
    ],
    ['answered without an entry', answered, undefined, 'No message was published, as decided.'],
    [
      'awaiting without an entry',
      awaiting,
      undefined,
      'No message is published until the next contact decides.',
    ],
    ['forgotten without an entry', { 'c-1': { kind: 'forgotten' } }, undefined, 'No message was published.'],
    [
      'forgotten and published',
      { 'c-1': { kind: 'forgotten' } },
      PUBLISHED,
      'A message was published for an earlier version',
    ],
    [
      'expired and published',
      {},
      PUBLISHED,
      'A message was published for an earlier version that was abandoned.',
    ],
  ])('of a contact that is %s', async (_what, found, entry, message) => {
    const explanation = await explain(found, entry ? { 'c-1': entry } : {});

    expect(explanation?.message).toContain(message);
    expect(explanation?.ledger).toEqual(entry ?? { kind: 'none' });
  });

  it('says only what the pipeline would do when the contact is in a file', async () => {
    expect(await explain(abandoned)).toMatchObject({
      message: expect.stringContaining('The pipeline publishes it.') as unknown,
    });
    expect(await explain(awaiting)).toMatchObject({
      message: 'The pipeline publishes nothing until the next contact decides.',
    });
    expect(await explain(answered)).not.toHaveProperty('ledger');
  });
});
