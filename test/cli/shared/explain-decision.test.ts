import {
  type Field,
  explainDecision,
  explainNextContact,
  type Found,
} from '../../../cli/shared/explain-decision';
import { decideAbandoned } from '../../../lambda/contact-records/contact-record/abandoned';
import type { ReadableContactRecord } from '../../../lambda/contact-records/contact-record/model';
import { decideByNextContact } from '../../../lambda/contact-records/contact-record/next-contact';
import { ABANDONED, DEPENDS_ON_NEXT_CONTACT, NOT_ABANDONED } from '../../decision-table';
import { aContactRecord, aQueue } from '../../factories';

type Fields = Record<string, unknown>;

const aRecord = (fields: Fields = {}) => aContactRecord(fields) as ReadableContactRecord;
const contact = aRecord({ ContactId: 'c-1', NextContactId: 'c-2' });
/** The disconnect flow that makes `contact` abandoned. */
const aDisconnectFlow = (fields: Fields = {}) =>
  aRecord({
    ...{ ContactId: 'c-2', PreviousContactId: 'c-1', InitiationMethod: 'DISCONNECT', Queue: null },
    ...fields,
  });
const stored = (record: ReadableContactRecord): Found => ({ kind: 'stored', record });
const NOT_STORED: Found = { kind: 'not-stored' };

/** A contact with these fields of another one: a name may have two parts. */
function withFieldsOf(other: ReadableContactRecord, record: ReadableContactRecord, fields: readonly Field[]) {
  const changed: Fields = structuredClone(record);
  for (const { name } of fields) {
    const [first = '', second] = name.split('.');
    const value = (other as Fields)[first];
    const member = (of: unknown) => (typeof of === 'object' ? ((of ?? {}) as Fields) : {});
    changed[first] =
      second === undefined ? value : { ...member(changed[first]), [second]: member(value)[second] };
  }
  return changed as ReadableContactRecord;
}

const reasonOf = (record: ReadableContactRecord) => {
  const decision = decideAbandoned(record);
  return decision.kind === 'not-abandoned' ? decision.reason : decision.kind;
};

it.each(ABANDONED)('explains abandoned with the fields of the rule %s', (_when, fields) => {
  const explained = explainDecision(aRecord(fields), NOT_STORED);

  expect(explained).toMatchObject({
    kind: 'abandoned',
    says: 'The customer left while waiting in a queue.',
    fields: [
      { name: 'Queue.EnqueueTimestamp', value: '2024-03-05T09:30:25Z' },
      ...['Agent', 'DisconnectTimestamp', 'Queue.DequeueTimestamp', 'DisconnectReason'].map((name) => ({
        name,
      })),
    ],
  });
  expect(explained.word).toBeUndefined();
});

describe.each(NOT_ABANDONED)('%s %s', (reason, _when, fields) => {
  const record = aRecord(fields);
  const explained = explainDecision(record, NOT_STORED);

  it('is explained with its reason', () => {
    expect(explained).toMatchObject({ kind: 'not-abandoned', reason });
  });

  it('is decided by the fields that are shown, and by no other', () => {
    expect(reasonOf(withFieldsOf(record, aRecord(), explained.fields))).toBe(reason);
    expect(reasonOf(withFieldsOf(aRecord(), record, explained.fields))).not.toBe(reason);
  });
});

it.each([
  [{ DisconnectReason: null, Channel: 'CHAT' }, 'It is a chat without a DisconnectReason'],
  [{ DisconnectReason: 'IDLE_DISCONNECT', Channel: 'CHAT' }, 'Something other than the customer ended it.'],
  [{ AnsweringMachineDetectionStatus: 'AMD_UNANSWERED' }, 'Answering-machine detection says'],
  [
    { AnsweringMachineDetectionStatus: 'AMD_UNANSWERED', InitiationMethod: 'EXTERNAL_OUTBOUND' },
    'Answering-machine detection says',
  ],
  [
    { InitiationMethod: 'OUTBOUND', ConnectedToSystemTimestamp: null },
    'Connect dialled, and no person answered.',
  ],
  [{ NextContactId: aContactRecord().ContactId }, 'NextContactId names the contact itself'],
  [{ NextContactId: 7 }, 'NextContactId is not a valid contact id'],
  [{ NextContactId: 'c'.repeat(257) }, 'NextContactId is not a valid contact id'],
])('names the row when the record has %j', (fields, says) => {
  expect(explainDecision(aRecord(fields), NOT_STORED).says).toContain(says);
});

it.each(DEPENDS_ON_NEXT_CONTACT)('is awaiting %s and it is not stored', (_when, fields) => {
  expect(explainDecision(aRecord(fields), NOT_STORED)).toMatchObject({
    kind: 'awaiting',
    word: { because: ['It is not stored: not delivered yet, quarantined, expired or deleted.'] },
  });
});

const NO_MORE_THAN = 'It is not a disconnect flow: the customer went on there.';
it.each<[what: string, next: Found, decision: string, because: string[]]>([
  [
    'is not stored',
    NOT_STORED,
    'awaiting',
    ['It is not stored: not delivered yet, quarantined, expired or deleted.'],
  ],
  [
    'was forgotten',
    { kind: 'forgotten' },
    'awaiting',
    ['It was forgotten (a tombstone), and can no longer decide.'],
  ],
  [
    'is quarantined',
    { kind: 'quarantined', reason: 'not-utf8' },
    'awaiting',
    ['It is in the file, but it cannot be stored (not-utf8).'],
  ],
  [
    'has not ended',
    stored(aDisconnectFlow({ DisconnectTimestamp: null })),
    'awaiting',
    ['It has not ended.'],
  ],
  [
    'has no initiation method',
    stored(aDisconnectFlow({ InitiationMethod: null })),
    'awaiting',
    ['Its InitiationMethod is not known.'],
  ],
  [
    'is a disconnect flow',
    stored(aDisconnectFlow()),
    'abandoned',
    ['It is a disconnect flow: the customer had left the queue when it began.'],
  ],
  ['is a transfer', stored(aDisconnectFlow({ InitiationMethod: 'TRANSFER' })), 'continued', [NO_MORE_THAN]],
  ['is a callback', stored(aDisconnectFlow({ InitiationMethod: 'CALLBACK' })), 'continued', [NO_MORE_THAN]],
  [
    'names another previous contact',
    stored(aDisconnectFlow({ PreviousContactId: 'c-9' })),
    'continued',
    ['It does not name this contact as its previous contact.'],
  ],
  [
    'is of another instance',
    stored(aDisconnectFlow({ InstanceARN: 'arn:aws:connect:us-east-1:111122223333:instance/other' })),
    'continued',
    ['It belongs to another Connect instance.'],
  ],
  [
    'was queued again',
    stored(aDisconnectFlow({ Queue: aQueue() })),
    'continued',
    ['It was put into a queue: if the customer left that queue, it is abandoned by its own record.'],
  ],
  ['had an agent', stored(aDisconnectFlow({ Agent: { ARN: 'a' } })), 'continued', ['An agent took it.']],
  [
    'has a next contact',
    stored(aDisconnectFlow({ NextContactId: 'c-3' })),
    'continued',
    ['It has a next contact itself: the customer went on.'],
  ],
  [
    'closes a cycle',
    stored(aDisconnectFlow({ NextContactId: 'c-1' })),
    'continued',
    ['It names this contact as its next contact: a cycle.'],
  ],
])('explains a next contact that %s', (_what, next, decision, because) => {
  expect(explainNextContact(contact, next)).toMatchObject({ decision, because });
});

/** Each field of the next contact with and without what decides. */
const CHOICES: [name: string, values: unknown[]][] = [
  ['InitiationMethod', ['DISCONNECT', 'TRANSFER', null]],
  ['DisconnectTimestamp', ['2024-03-05T09:31:04Z', '']],
  ['PreviousContactId', ['c-1', 'c-9', undefined, 7]],
  ['InstanceARN', [contact.InstanceARN, 'another']],
  ['Queue', [null, aQueue(), 'BasicQueue', { EnqueueTimestamp: '' }]],
  ['Agent', [null, { ARN: null }, { NumberOfHolds: 0 }]],
  ['NextContactId', [null, '', 'c-1', 'c-3', 7]],
];

it('has a sentence for each next contact that decides, and for each that cannot', () => {
  const all = CHOICES.reduce<Fields[]>(
    (some, [name, values]) => some.flatMap((fields) => values.map((value) => ({ ...fields, [name]: value }))),
    [{}],
  );

  const unexplained = all.filter((fields) => {
    const next = aDisconnectFlow(fields);
    const { decision, because } = explainNextContact(contact, stored(next));
    return because.length === 0 || decision !== decideByNextContact(contact, next);
  });

  expect(all).toHaveLength(2880);
  expect(unexplained).toEqual([]);
});

it.each<[fields: Fields, field: Partial<Field>]>([
  [{ DisconnectReason: '+12065550101' }, { name: 'DisconnectReason', state: 'set' }],
  [{ DisconnectReason: 7 }, { name: 'DisconnectReason', state: 'set' }],
  [
    { TransferredToEndpoint: { Address: '+12065550101', Type: 'TELEPHONE_NUMBER' } },
    { name: 'TransferredToEndpoint', state: 'set', value: 'Address, Type' },
  ],
  [
    { Agent: { Username: '+12065550101', HierarchyGroups: null, '+12065550101': 1 } },
    { name: 'Agent', state: 'set', value: 'Username' },
  ],
  [{ Agent: '+12065550101' }, { name: 'Agent', state: 'set' }],
  [{ Agent: '' }, { name: 'Agent', state: 'set' }],
  [{ NextContactId: ['+12065550101'] }, { name: 'NextContactId', state: 'set' }],
])('shows no value that may be personal when the record has %j', (fields, field) => {
  const explained = explainDecision(aRecord(fields), NOT_STORED);

  expect(explained.fields).toContainEqual(field);
  expect(JSON.stringify(explained)).not.toContain('12065550101');
});
