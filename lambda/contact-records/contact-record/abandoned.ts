/**
 * Decides whether a contact is abandoned: the customer left while waiting in a queue. It depends only on one version of
 * the contact ("Contact records data model": its last section, on abandoned contacts; Agent; QueueInfo;
 * ContactTraceRecord). `docs/abandoned.md` has a row for each case, with a record.
 */
import { isObject } from '../json/is-object';
import { hasLeaf, isSet } from './is-set';
import type { ReadableContactRecord } from './model';
import { isContactId } from './version';

/** Why a contact is not abandoned: a closed set, each a metric of its own. */
export const NOT_ABANDONED_REASONS = [
  /** Never in a queue: the customer hung up in the IVR, or a flow ended it. */
  'never-queued',
  /** An agent took the contact. */
  'agent-connected',
  /** Still in the queue when Connect wrote this version. */
  'not-ended',
  /** Not ended by the customer. */
  'ended-otherwise',
  /** Continued as another contact: transferred, or a callback was queued. */
  'continued',
  /** Transferred out of Connect. */
  'transferred-out',
  /** Connect dialled, and no person answered. */
  'never-answered',
  /** No customer is on this contact at all. */
  'no-customer',
  /** A task or an email: no customer waits on the line. */
  'nobody-waiting',
] as const;

export type NotAbandonedReason = (typeof NOT_ABANDONED_REASONS)[number];

export type AbandonedDecision =
  | { readonly kind: 'abandoned' }
  | { readonly kind: 'not-abandoned'; readonly reason: NotAbandonedReason }
  /** Abandoned if the next contact says so: see `next-contact.ts`. */
  | { readonly kind: 'depends-on-next-contact'; readonly nextContactId: string };

/**
 * Decides on one version of a contact. It first applies the rule: the contact was queued, no agent connected, and it
 * has ended. Then it checks whether the record excludes that the customer left. Never throws, for fields of any type.
 */
export function decideAbandoned(record: ReadableContactRecord): AbandonedDecision {
  const queue = isObject(record.Queue) ? record.Queue : {};

  if (!isSet(queue.EnqueueTimestamp)) return notAbandoned('never-queued');
  if (hasLeaf(record.Agent)) return notAbandoned('agent-connected');
  if (!hasEnded(record, queue)) return notAbandoned('not-ended');
  if (hasEndedOtherwise(record)) return notAbandoned('ended-otherwise');
  if (isSet(record.TransferCompletedTimestamp) || isSet(record.TransferredToEndpoint))
    return notAbandoned('transferred-out');
  if (isUnanswered(record)) return notAbandoned('never-answered');
  if (WITHOUT_CUSTOMER.has(record.InitiationMethod)) return notAbandoned('no-customer');
  if (record.Channel === 'TASK' || record.Channel === 'EMAIL') return notAbandoned('nobody-waiting');
  if (!isSet(record.NextContactId)) return { kind: 'abandoned' };
  return isContactId(record.NextContactId) && record.NextContactId !== record.ContactId
    ? { kind: 'depends-on-next-contact', nextContactId: record.NextContactId }
    : notAbandoned('continued');
}

/**
 * Returns whether a contact has ended. `DequeueTimestamp` alone does not show it: an agent may have taken the contact.
 */
const hasEnded = (record: ReadableContactRecord, queue: Record<string, unknown>): boolean =>
  isSet(record.DisconnectTimestamp) ||
  (isSet(queue.DequeueTimestamp) && record.DisconnectReason === CUSTOMER_DISCONNECT);

/** Connect writes null for a chat that ended for another reason. On other channels, null decides nothing. */
const hasEndedOtherwise = ({ DisconnectReason, Channel }: ReadableContactRecord): boolean =>
  (DisconnectReason ?? (Channel === 'CHAT' ? null : CUSTOMER_DISCONNECT)) !== CUSTOMER_DISCONNECT;

const CUSTOMER_DISCONNECT = 'CUSTOMER_DISCONNECT';

/** Connect dialled, and no person answered. `ConnectedToSystemTimestamp` is also set when a machine answered. */
function isUnanswered(record: ReadableContactRecord): boolean {
  const { InitiationMethod: method, AnsweringMachineDetectionStatus: status } = record;
  const isDialled = DIALLED_BY_CONNECT.has(method) || (method === 'API' && record.Channel === 'VOICE');
  return NO_PERSON_ANSWERED.has(status) || (isDialled && !isSet(record.ConnectedToSystemTimestamp));
}

const DIALLED_BY_CONNECT: ReadonlySet<unknown> = new Set([
  'CALLBACK',
  'OUTBOUND',
  'CALLBACK_CUSTOMER_FIRST_DIALED',
]);

/** An unknown value decides nothing, and is drift. */
const NO_PERSON_ANSWERED: ReadonlySet<unknown> = new Set([
  'VOICEMAIL_BEEP',
  'VOICEMAIL_NO_BEEP',
  'SIT_TONE_BUSY',
  'SIT_TONE_INVALID_NUMBER',
  'SIT_TONE_DETECTED',
  'FAX_MACHINE_DETECTED',
  'AMD_UNANSWERED',
  'AMD_NOT_APPLICABLE',
]);

/** Initiation methods with an agent, a supervisor or a third party, and no waiting customer. */
const WITHOUT_CUSTOMER: ReadonlySet<unknown> = new Set([
  'CALLBACK_CUSTOMER_FIRST_QUEUED',
  'EXTERNAL_OUTBOUND',
  'MONITOR',
  'CAMPAIGN_PREVIEW',
  'AGENT_REPLY',
]);

const notAbandoned = (reason: NotAbandonedReason): AbandonedDecision => ({ kind: 'not-abandoned', reason });
