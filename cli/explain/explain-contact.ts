/** Explains one contact: decision, previous and next contact, and state of the message. */
import { decideAbandoned } from '../../lambda/contact-records/contact-record/abandoned';
import { isSet } from '../../lambda/contact-records/contact-record/is-set';
import type { ReadableContactRecord } from '../../lambda/contact-records/contact-record/model';
import {
  findAbandonedPreviousId,
  type NextContactDecision,
} from '../../lambda/contact-records/contact-record/next-contact';
import { isContactId } from '../../lambda/contact-records/contact-record/version';
import type { LedgerEntry } from './contact-tables';
import {
  type Decision,
  DECISIONS,
  explainDecision,
  explainNextContact,
  type Field,
  type Found,
} from '../shared/explain-decision';

export interface ContactExplanation {
  contactId: string;
  state: Found['kind'];
  /** The reason if it is quarantined. */
  reason?: string;
  /** `LastUpdateTimestamp` of the stored version. */
  lastUpdateTimestamp?: string;
  decision?: Decision;
  next?: RelatedContact;
  previous?: RelatedContact;
  /** Absent for a file, which has no ledger. */
  ledger?: LedgerEntry | { kind: 'none' };
  /** Describes the state of the message, as far as it is known. */
  message: string;
}

/** The previous or the next contact. */
export interface RelatedContact {
  contactId?: string;
  state: Found['kind'] | 'invalid-id';
  /** The decision, if one of the two contacts decides on the other. */
  decision?: NextContactDecision;
  says: string[];
  fields: Field[];
}

export interface ExplainPorts {
  find: (contactId: string) => Promise<Found>;
  readLedger?: (contactId: string) => Promise<LedgerEntry | undefined>;
}

/** Explains a contact; resolves to undefined if it is unknown. */
export async function explainContact(
  contactId: string,
  { find, readLedger }: ExplainPorts,
): Promise<ContactExplanation | undefined> {
  const found = await find(contactId);
  const entry = await readLedger?.(contactId);
  if (found.kind === 'not-stored' && !entry) return undefined;
  const ledger = readLedger && { ledger: entry ?? ({ kind: 'none' } as const) };
  if (found.kind !== 'stored') {
    const { kind, ...reason } = found;
    const state = { state: kind, ...reason };
    const message = describeMessage(undefined, ledger?.ledger);
    return { contactId, ...state, ...ledger, message };
  }
  const { record } = found;
  const { NextContactId, PreviousContactId, LastUpdateTimestamp } = record;
  const next = await findRelated(record, NextContactId, find);
  const previous = await findRelated(record, PreviousContactId, find);
  const { word, ...decision } = explainDecision(record, next?.found ?? { kind: 'not-stored' });
  return {
    contactId,
    state: 'stored',
    lastUpdateTimestamp: LastUpdateTimestamp,
    decision,
    ...(next && { next: explainNext(next, word) }),
    ...(previous && { previous: explainPrevious(record, previous) }),
    ...ledger,
    message: describeMessage(decision, ledger?.ledger),
  };
}

interface Related {
  contactId?: string;
  /** Undefined if the id is not valid. */
  found?: Found;
}

async function findRelated(
  { ContactId }: ReadableContactRecord,
  id: unknown,
  find: ExplainPorts['find'],
): Promise<Related | undefined> {
  if (!isSet(id)) return undefined;
  if (!isContactId(id)) return {};
  return id === ContactId ? { contactId: id } : { contactId: id, found: await find(id) };
}

const describeInvalidId = ({ contactId }: Related): RelatedContact => ({
  ...(contactId !== undefined && { contactId }),
  state: 'invalid-id',
  says: [
    contactId === undefined ? 'The field has no contact id.' : 'The field has the id of the contact itself.',
  ],
  fields: [],
});

function explainNext(next: Related, word: ReturnType<typeof explainDecision>['word']): RelatedContact {
  const { contactId, found } = next;
  if (!found || contactId === undefined) return describeInvalidId(next);
  const own = found.kind === 'stored' ? [describeOwnDecision(found.record)] : [];
  if (!word)
    return {
      contactId,
      state: found.kind,
      says: ['It does not decide on this contact.', ...own],
      fields: [],
    };
  const { decision, because, fields } = word;
  return { contactId, state: found.kind, decision, says: [...because, ...own], fields: [...fields] };
}

function explainPrevious(record: ReadableContactRecord, previous: Related): RelatedContact {
  const { contactId, found } = previous;
  if (!found || contactId === undefined) return describeInvalidId(previous);
  if (found.kind !== 'stored') {
    const says =
      findAbandonedPreviousId(record) === undefined
        ? 'This contact would not make it abandoned.'
        : 'This contact decides on it once it is stored.';
    return { contactId, state: found.kind, says: [says], fields: [] };
  }
  const own = decideAbandoned(found.record);
  const isDecidedByThis = own.kind === 'depends-on-next-contact' && own.nextContactId === record.ContactId;
  if (!isDecidedByThis) {
    return {
      contactId,
      state: 'stored',
      says: ['This contact does not decide on it.', describeOwnDecision(found.record)],
      fields: [],
    };
  }
  const { decision, because } = explainNextContact(found.record, { kind: 'stored', record });
  const says = ['This contact is its next contact, and decides on it.', ...because];
  return { contactId, state: 'stored', decision, says, fields: [] };
}

function describeOwnDecision(record: ReadableContactRecord): string {
  const decision = decideAbandoned(record);
  switch (decision.kind) {
    case 'abandoned':
      return 'It is abandoned itself, by its own record.';
    case 'not-abandoned':
      return `It is not abandoned itself (${decision.reason}): ${DECISIONS[decision.reason]}`;
    case 'depends-on-next-contact':
      return `It depends on its own next contact, ${JSON.stringify(decision.nextContactId)}.`;
  }
}

function describeMessage(decision: Decision | undefined, ledger: ContactExplanation['ledger']): string {
  const isAbandoned = decision?.kind === 'abandoned';
  switch (ledger?.kind) {
    case 'published':
      return isAbandoned
        ? 'Its message was published.'
        : 'A message was published for an earlier version that was abandoned. It is not revoked.';
    case 'claimed':
      return (
        'Its message is being published, or the last attempt failed. After a failure, it is published when Lambda delivers the ' +
        'record again.'
      );
    case 'none':
    case undefined:
      return decision ? WITHOUT_ENTRY[decision.kind][ledger ? 'stack' : 'file'] : 'No message was published.';
  }
}

const WITHOUT_ENTRY: Record<Decision['kind'], Record<'stack' | 'file', string>> = {
  abandoned: {
    file: 'The pipeline publishes it. Only the ledger of a stack shows whether it did.',
    stack:
      'No message was published. The contact ended longer ago than notifyWithinHours allows, SNS refused the message ' +
      '(npm run redrive lists it), Lambda still retries its batch, or another rule was deployed when it was stored.',
  },
  awaiting: {
    file: 'The pipeline publishes nothing until the next contact decides.',
    stack: 'No message is published until the next contact decides.',
  },
  'not-abandoned': {
    file: 'The pipeline publishes nothing for this version.',
    stack: 'No message was published, as decided.',
  },
};
