/**
 * Decides whether a contact is abandoned: the customer left while waiting in a queue. Pure, and a property of one
 * version of a contact ("Contact records data model": its last section, on abandoned contacts; Agent; QueueInfo;
 * ContactTraceRecord). The table of all rows, with a record for each, is `test/decision-table.ts`.
 */
import { isObject } from '../json/is-object';
import type { ReadableContactRecord } from './model';

/** Why a contact is not abandoned: a closed set, each a metric of its own. */
export const NOT_ABANDONED_REASONS = [
  /** No queue, or never put into it: hung up in the IVR, ended by a flow. */
  'never-queued',
  /** An agent took the contact. */
  'agent-connected',
  /** Still in the queue when Connect wrote this version. */
  'not-ended',
  /** Not ended by the customer. */
  'ended-otherwise',
  /** Goes on as another contact: transferred, or a callback was queued. */
  'continued',
  /** Transferred out of Connect. */
  'transferred-out',
  /** Connect called, and the customer never answered. */
  'never-answered',
  /** No customer is on this contact at all. */
  'no-customer',
  /** A task or an email: nobody waits for it on the line. */
  'nobody-waiting',
] as const;

export type NotAbandonedReason = (typeof NOT_ABANDONED_REASONS)[number];

export type AbandonedDecision =
  { readonly kind: 'abandoned' } | { readonly kind: 'not-abandoned'; readonly reason: NotAbandonedReason };

/**
 * Decides on one version of a contact. First the rule: the contact was queued, no agent connected, and it has ended.
 * Then what the record itself may say against it. A missing or null `DisconnectReason` says nothing: records before
 * 2021 have none. Never throws, whatever the types of the fields are.
 */
export function decideAbandoned(record: ReadableContactRecord): AbandonedDecision {
  const queue = isObject(record.Queue) ? record.Queue : {};

  if (!isSet(queue.EnqueueTimestamp)) return notAbandoned('never-queued');
  if (hasLeaf(record.Agent)) return notAbandoned('agent-connected');
  if (!isSet(record.DisconnectTimestamp) && !isSet(queue.DequeueTimestamp)) return notAbandoned('not-ended');

  const reason = record.DisconnectReason ?? 'CUSTOMER_DISCONNECT';
  if (reason !== 'CUSTOMER_DISCONNECT') return notAbandoned('ended-otherwise');
  if (isSet(record.NextContactId)) return notAbandoned('continued');
  if (isSet(record.TransferCompletedTimestamp) || isSet(record.TransferredToEndpoint))
    return notAbandoned('transferred-out');
  if (isDialledByConnect(record) && !isSet(record.ConnectedToSystemTimestamp))
    return notAbandoned('never-answered');
  if (WITHOUT_CUSTOMER.has(record.InitiationMethod)) return notAbandoned('no-customer');
  if (record.Channel === 'TASK' || record.Channel === 'EMAIL') return notAbandoned('nobody-waiting');
  return { kind: 'abandoned' };
}

/** Contacts for which Connect dials the customer; the customer is there once `ConnectedToSystemTimestamp` is set. */
function isDialledByConnect(record: ReadableContactRecord): boolean {
  const method = record.InitiationMethod;
  return method === 'CALLBACK' || method === 'OUTBOUND' || (method === 'API' && record.Channel === 'VOICE');
}

/** Initiation methods with an agent, a supervisor or a third party on the line, and no customer who waits. */
const WITHOUT_CUSTOMER: ReadonlySet<unknown> = new Set([
  'CALLBACK_CUSTOMER_FIRST_QUEUED',
  'EXTERNAL_OUTBOUND',
  'MONITOR',
  'CAMPAIGN_PREVIEW',
  'AGENT_REPLY',
]);

const notAbandoned = (reason: NotAbandonedReason): AbandonedDecision => ({ kind: 'not-abandoned', reason });

/** A field says something: it has a leaf, and is not the empty string. */
const isSet = (value: unknown): boolean => value !== '' && hasLeaf(value);

/** Connect writes "nothing" as an absent field, as null, or as a container with nothing but null inside. */
function hasLeaf(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'object') return true;
  if (Array.isArray(value)) return value.some(hasLeaf);
  // The names alone: listing the values as well takes three times as long where there are 50,000.
  return Object.keys(value).some((name) => hasLeaf((value as Record<string, unknown>)[name]));
}
