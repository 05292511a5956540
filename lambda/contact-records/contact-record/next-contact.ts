/**
 * Decides whether a contact with a next contact was abandoned. `NextContactId` is set by transfers and callbacks, but also
 * by a disconnect flow, such as a survey after the customer left; only the next contact tells them apart ("Contact
 * records data model": InitiationMethod, NextContactId, PreviousContactId).
 */
import { isObject } from '../json/is-object';
import { decideAbandoned, type NotAbandonedReason } from './abandoned';
import { hasLeaf, isSet } from './is-set';
import type { ReadableContactRecord } from './model';
import { isContactId } from './version';

/** `continued`: the customer went on in the next contact. `awaiting`: the next contact cannot decide yet. */
export type NextContactDecision = 'abandoned' | 'continued' | 'awaiting';

/** The fields of a stored contact that this module and `decideAbandoned` read. */
export const DECIDING_FIELDS = [
  'ContactId',
  'InstanceARN',
  'Channel',
  'InitiationMethod',
  'PreviousContactId',
  'NextContactId',
  'Queue',
  'Agent',
  'ConnectedToSystemTimestamp',
  'AnsweringMachineDetectionStatus',
  'DisconnectTimestamp',
  'DisconnectReason',
  'TransferCompletedTimestamp',
  'TransferredToEndpoint',
] as const;

/**
 * Decides on a contact that depends on its next contact.
 *
 * @param next - the stored version of the contact that `NextContactId` names; undefined if it is not stored
 */
export function decideByNextContact(
  contact: ReadableContactRecord,
  next: ReadableContactRecord | undefined,
): NextContactDecision {
  if (!next || !isSet(next.InitiationMethod) || !isSet(next.DisconnectTimestamp)) return 'awaiting';
  const isOfContact =
    contact.NextContactId === next.ContactId &&
    next.PreviousContactId === contact.ContactId &&
    next.InstanceARN === contact.InstanceARN;
  return isOfContact && findAbandonedPreviousId(next) !== undefined ? 'abandoned' : 'continued';
}

/**
 * Returns the id of the previous contact that this contact can show as abandoned. This contact is then a disconnect flow
 * that has ended, was not queued, had no agent, and did not continue.
 */
export function findAbandonedPreviousId(record: ReadableContactRecord): string | undefined {
  const { ContactId, InitiationMethod, PreviousContactId, Queue } = record;
  const isEndedDisconnectFlow =
    InitiationMethod === 'DISCONNECT' &&
    isSet(record.DisconnectTimestamp) &&
    !isSet(isObject(Queue) ? Queue.EnqueueTimestamp : undefined) &&
    !hasLeaf(record.Agent) &&
    !isSet(record.NextContactId);
  return isEndedDisconnectFlow && isContactId(PreviousContactId) && PreviousContactId !== ContactId
    ? PreviousContactId
    : undefined;
}

export type FinalDecision =
  | { readonly kind: 'abandoned' }
  | { readonly kind: 'not-abandoned'; readonly reason: NotAbandonedReason }
  | { readonly kind: 'awaiting'; readonly nextContactId: string };

/**
 * Decides on a contact among all stored contacts.
 *
 * @param findContact - returns the stored version of a contact by its id
 */
export function decideAmongContacts(
  record: ReadableContactRecord,
  findContact: (contactId: string) => ReadableContactRecord | undefined,
): FinalDecision {
  const decision = decideAbandoned(record);
  if (decision.kind !== 'depends-on-next-contact') return decision;
  const { nextContactId } = decision;
  switch (decideByNextContact(record, findContact(nextContactId))) {
    case 'abandoned':
      return { kind: 'abandoned' };
    case 'continued':
      return { kind: 'not-abandoned', reason: 'continued' };
    case 'awaiting':
      return { kind: 'awaiting', nextContactId };
  }
}
