/**
 * Explains the decisions of `decideAbandoned` and `decideByNextContact`, with the deciding fields. It makes no decision of
 * its own. It shows only timestamps, words that Connect defines (methods, reasons) and contact ids.
 */
import {
  decideAbandoned,
  type NotAbandonedReason,
} from '../../lambda/contact-records/contact-record/abandoned';
import { hasLeaf, isSet } from '../../lambda/contact-records/contact-record/is-set';
import type { ReadableContactRecord } from '../../lambda/contact-records/contact-record/model';
import {
  decideByNextContact,
  type NextContactDecision,
} from '../../lambda/contact-records/contact-record/next-contact';
import { isContactId } from '../../lambda/contact-records/contact-record/version';
import { isObject } from '../../lambda/contact-records/json/is-object';

/** A contact as found in a file or in the records table. */
export type Found =
  | { readonly kind: 'stored'; readonly record: ReadableContactRecord }
  | { readonly kind: 'not-stored' }
  /** A tombstone replaced the contact. */
  | { readonly kind: 'forgotten' }
  /** The file has the contact, but the pipeline cannot store it. */
  | { readonly kind: 'quarantined'; readonly reason: string };

export interface Decision {
  readonly kind: 'abandoned' | 'not-abandoned' | 'awaiting';
  /** The reason in `docs/abandoned.md`. */
  readonly reason?: NotAbandonedReason;
  /** The decision in one sentence. */
  readonly says: string;
  /** The deciding fields. */
  readonly fields: readonly Field[];
}

export interface Field {
  readonly name: FieldName;
  readonly state: 'absent' | 'null' | 'empty' | 'set';
  /** Absent if the value is not set, or may not be shown. */
  readonly value?: string;
}

/** The decision of the next contact on a contact. */
export interface NextContactWord {
  readonly decision: NextContactDecision;
  readonly because: readonly string[];
  readonly fields: readonly Field[];
}

/** Describes each decision in one sentence. */
export const DECISIONS: Readonly<Record<'abandoned' | 'awaiting' | NotAbandonedReason, string>> = {
  abandoned: 'The customer left while waiting in a queue.',
  awaiting: 'Abandoned by its own record, but a next contact follows that cannot decide yet.',
  'never-queued': 'It was never put into a queue.',
  'agent-connected': 'An agent took it.',
  'not-ended': 'It had not ended when Connect wrote this version.',
  'ended-otherwise': 'Something other than the customer ended it.',
  continued: 'The customer went on in another contact.',
  'transferred-out': 'It was transferred out of Connect.',
  'never-answered': 'Connect dialled, and no person answered.',
  'no-customer': 'No customer is on this kind of contact.',
  'nobody-waiting': 'It is a task or an email: no customer waits on the line.',
};

/** Explains the decision on a stored contact. Uses `next` only if the contact depends on it. */
export function explainDecision(
  record: ReadableContactRecord,
  next: Found,
): Decision & { word?: NextContactWord } {
  const decision = decideAbandoned(record);
  switch (decision.kind) {
    case 'abandoned':
      return { kind: 'abandoned', says: DECISIONS.abandoned, fields: showFields(record, RULE) };
    case 'not-abandoned': {
      const [says, names] = explainReason(decision.reason, record);
      return { ...decision, says, fields: showFields(record, names) };
    }
    case 'depends-on-next-contact': {
      const word = explainNextContact(record, next);
      const fields = showFields(record, [...RULE, 'NextContactId']);
      switch (word.decision) {
        case 'abandoned':
          return {
            kind: 'abandoned',
            says: `${DECISIONS.abandoned} Its next contact says so.`,
            fields,
            word,
          };
        case 'continued':
          return { kind: 'not-abandoned', reason: 'continued', says: DECISIONS.continued, fields, word };
        case 'awaiting':
          return { kind: 'awaiting', says: DECISIONS.awaiting, fields, word };
      }
    }
  }
}

/** Returns the sentence for a reason, and the fields on which it depends. */
function explainReason(
  reason: NotAbandonedReason,
  record: ReadableContactRecord,
): [says: string, fields: readonly FieldName[]] {
  const says = DECISIONS[reason];
  switch (reason) {
    case 'never-queued':
      return [says, ['Queue.EnqueueTimestamp']];
    case 'agent-connected':
      return [says, ['Agent']];
    case 'not-ended':
      return [says, ['DisconnectTimestamp', 'Queue.DequeueTimestamp', 'DisconnectReason']];
    case 'ended-otherwise':
      return isSet(record.DisconnectReason)
        ? [says, ['DisconnectReason']]
        : [
            'It is a chat without a DisconnectReason: Connect names one if the customer left.',
            ['Channel', 'DisconnectReason'],
          ];
    case 'continued':
      return record.NextContactId === record.ContactId
        ? ['NextContactId names the contact itself, which cannot decide on itself.', ['NextContactId']]
        : ['NextContactId is not a valid contact id, so no next contact can be read.', ['NextContactId']];
    case 'transferred-out':
      return [says, ['TransferCompletedTimestamp', 'TransferredToEndpoint']];
    case 'never-answered': {
      // Decides again without the status, to find which of the two conditions applies.
      const without = decideAbandoned({ ...record, AnsweringMachineDetectionStatus: null });
      const byMachine = without.kind !== 'not-abandoned' || without.reason !== 'never-answered';
      return byMachine
        ? ['Answering-machine detection says that no person answered.', ['AnsweringMachineDetectionStatus']]
        : [
            says,
            ['InitiationMethod', 'Channel', 'ConnectedToSystemTimestamp', 'AnsweringMachineDetectionStatus'],
          ];
    }
    case 'no-customer':
      return [says, ['InitiationMethod']];
    case 'nobody-waiting':
      return [says, ['Channel']];
  }
}

/** Explains how the next contact decides on a contact. */
export function explainNextContact(contact: ReadableContactRecord, next: Found): NextContactWord {
  if (next.kind !== 'stored') return { decision: 'awaiting', because: [describeMissing(next)], fields: [] };
  const decision = decideByNextContact(contact, next.record);
  const fields = showFields(next.record, NEXT_CONTACT);
  const select = (reasons: typeof CONTINUED) =>
    reasons.filter(([isSo]) => isSo(next.record, contact)).map(([, says]) => says);
  switch (decision) {
    case 'abandoned':
      return {
        decision,
        because: ['It is a disconnect flow: the customer had left the queue when it began.'],
        fields,
      };
    case 'continued':
      return { decision, because: select(CONTINUED), fields };
    case 'awaiting':
      return { decision, because: select(AWAITING), fields };
  }
}

function describeMissing(found: Exclude<Found, { kind: 'stored' }>): string {
  switch (found.kind) {
    case 'not-stored':
      return 'It is not stored: not delivered yet, quarantined, expired or deleted.';
    case 'forgotten':
      return 'It was forgotten (a tombstone), and can no longer decide.';
    case 'quarantined':
      return `It is in the file, but it cannot be stored (${found.reason}).`;
  }
}

type Condition = [
  isSo: (next: ReadableContactRecord, contact: ReadableContactRecord) => boolean,
  says: string,
];

const AWAITING: readonly Condition[] = [
  [(next) => !isSet(next.InitiationMethod), 'Its InitiationMethod is not known.'],
  [(next) => !isSet(next.DisconnectTimestamp), 'It has not ended.'],
];

const CONTINUED: readonly Condition[] = [
  [
    (next) => next.InitiationMethod !== 'DISCONNECT',
    'It is not a disconnect flow: the customer went on there.',
  ],
  [
    (next, contact) => next.PreviousContactId !== contact.ContactId,
    'It does not name this contact as its previous contact.',
  ],
  [(next, contact) => next.InstanceARN !== contact.InstanceARN, 'It belongs to another Connect instance.'],
  [
    (next) => isObject(next.Queue) && isSet(next.Queue.EnqueueTimestamp),
    'It was put into a queue: if the customer left that queue, it is abandoned by its own record.',
  ],
  [(next) => hasLeaf(next.Agent), 'An agent took it.'],
  [
    (next, contact) => isSet(next.NextContactId) && next.NextContactId !== contact.ContactId,
    'It has a next contact itself: the customer went on.',
  ],
  [
    (next, contact) => next.NextContactId === contact.ContactId,
    'It names this contact as its next contact: a cycle.',
  ],
];

/** The form in which a field's value may be shown. A value of another form may be personal, and is not shown. */
const FIELDS = {
  Channel: 'word',
  InitiationMethod: 'word',
  DisconnectReason: 'word',
  AnsweringMachineDetectionStatus: 'word',
  'Queue.EnqueueTimestamp': 'timestamp',
  'Queue.DequeueTimestamp': 'timestamp',
  DisconnectTimestamp: 'timestamp',
  ConnectedToSystemTimestamp: 'timestamp',
  TransferCompletedTimestamp: 'timestamp',
  NextContactId: 'id',
  PreviousContactId: 'id',
  Agent: 'names',
  TransferredToEndpoint: 'names',
} as const;
export type FieldName = keyof typeof FIELDS;

const RULE: readonly FieldName[] = [
  ...(['Queue.EnqueueTimestamp', 'Agent', 'DisconnectTimestamp', 'Queue.DequeueTimestamp'] as const),
  'DisconnectReason',
];
const NEXT_CONTACT: readonly FieldName[] = [
  ...(['InitiationMethod', 'PreviousContactId', 'DisconnectTimestamp', 'Queue.EnqueueTimestamp'] as const),
  ...(['Agent', 'NextContactId'] as const),
];

const showFields = (record: ReadableContactRecord, names: readonly FieldName[]): Field[] =>
  names.map((name) => showField(record, name));

function showField(record: ReadableContactRecord, name: FieldName): Field {
  const [first = '', second] = name.split('.');
  const whole = (record as Record<string, unknown>)[first];
  const value = second === undefined ? whole : isObject(whole) ? whole[second] : undefined;
  if (value === undefined) return { name, state: 'absent' };
  if (value === null) return { name, state: 'null' };
  if (!isSet(value) && !(name === 'Agent' && hasLeaf(value))) return { name, state: 'empty' };
  const shown = SHOWN[FIELDS[name]](value);
  return { name, state: 'set', ...(shown !== undefined && { value: shown }) };
}

const SHOWN: Record<(typeof FIELDS)[FieldName], (value: unknown) => string | undefined> = {
  word: (value) => (typeof value === 'string' && /^[A-Z][A-Z_]{0,63}$/.test(value) ? value : undefined),
  timestamp: (value) =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(value)
      ? value
      : undefined,
  id: (value) => (isContactId(value) ? value : undefined),
  // Connect defines these names.
  names: (value) =>
    isObject(value) && !Array.isArray(value) ? listNames(value).join(', ') || undefined : undefined,
};

const listNames = (members: Record<string, unknown>): string[] =>
  Object.keys(members).filter((name) => /^[A-Za-z]{1,64}$/.test(name) && hasLeaf(members[name]));
