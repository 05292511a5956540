/**
 * Ensures that each contact is published once. Records are delivered again for 24 months, and a process may end between
 * any two calls. An entry is *claimed* under a lease, then *completed* permanently.
 *
 *     claim ──► publish ──► complete
 *       │          └─ failed ─► release: the next attempt may claim at once
 *       └─ process ended: the lease ends, and another process may claim
 */
import { randomUUID } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { PutCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Deadline } from '../batch/deadline';
import { classifyDynamoDbError, getExistingItem, toRetryableError } from '../aws/errors';
import { LEDGER_TTL_ATTRIBUTE } from '../contract';

/** `dynamodb:PutItem` through the document client. */
export type Put = (input: PutCommandInput, signal: AbortSignal) => Promise<unknown>;

/**
 * Duration of a lease, in milliseconds: longer than claim, publish and completion can take together. A shard waits this
 * long if the process that claimed has ended.
 */
export const LEASE_MS = 30_000;

/** Calls that must have time before a claim: claim, publish, and complete or release. */
export const CALLS_PER_PUBLISH = 3;

export type ClaimOutcome =
  | { readonly kind: 'claimed'; readonly claim: Claim }
  /** The message for this contact was published before. */
  | { readonly kind: 'published' }
  /** Another process is publishing it, or ended less than a lease ago. */
  | { readonly kind: 'held' };

export interface Claim {
  readonly contactId: string;
  /** Unique to this attempt: no other attempt can complete or release the claim. */
  readonly token: string;
  readonly claimedAt: number;
}

/** All three functions throw `RetryableError` if DynamoDB fails. */
export interface Ledger {
  claim(contactId: string, deadline: Deadline): Promise<ClaimOutcome>;
  /** Records that SNS accepted the message. If another process has taken the claim over, its entry stays. */
  complete(claim: Claim, messageId: string, deadline: Deadline): Promise<void>;
  /** Releases the claim, so that the next attempt does not wait for the lease. */
  release(claim: Claim, deadline: Deadline): Promise<void>;
}

/**
 * Creates the ledger in a DynamoDB table.
 *
 * @param tableName - table with the key `ContactId`
 * @param now - the clock, in milliseconds since 1970
 */
export function createLedger(tableName: string, put: Put, now: () => number): Ledger {
  /** Puts an entry, or returns the existing one that made the condition fail. */
  const putEntry = async (
    claim: Claim,
    state: EntryState,
    condition: string,
    values: Readonly<Record<string, string | number>>,
    deadline: Deadline,
  ): Promise<Record<string, AttributeValue> | undefined> => {
    const input: PutCommandInput = {
      TableName: tableName,
      Item: createEntry(claim, state),
      ConditionExpression: condition,
      ExpressionAttributeValues: values,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    try {
      await put(input, deadline.signal());
      return undefined;
    } catch (error) {
      if (classifyDynamoDbError(error) === 'condition-failed') return getExistingItem(error);
      throw toRetryableError(error, 'ledger');
    }
  };
  const replaceOwn = async (claim: Claim, state: EntryState, deadline: Deadline): Promise<void> => {
    await putEntry(claim, state, OWN_CLAIM, { ':token': claim.token }, deadline);
  };

  return {
    claim: async (contactId, deadline) => {
      const claim: Claim = { contactId, token: randomUUID(), claimedAt: now() };
      const state = { LeaseEndsAt: claim.claimedAt + LEASE_MS };
      const existing = await putEntry(claim, state, MAY_CLAIM, { ':now': claim.claimedAt }, deadline);
      // A put that the SDK sent twice because an answer was lost may find its own entry.
      if (existing === undefined || existing.ClaimToken?.S === claim.token) return { kind: 'claimed', claim };
      return { kind: existing.PublishedAt ? 'published' : 'held' };
    },

    complete: (claim, messageId, deadline) =>
      replaceOwn(claim, { MessageId: messageId, PublishedAt: timestamp(now()) }, deadline),

    release: (claim, deadline) => replaceOwn(claim, { LeaseEndsAt: 0 }, deadline),
  };
}

const LEASE_ENDED = 'LeaseEndsAt < :now';
const MAY_CLAIM = `attribute_not_exists(ContactId) OR (attribute_not_exists(PublishedAt) AND ${LEASE_ENDED})`;
const OWN_CLAIM = 'ClaimToken = :token';

/** Entries live for 24 months, as long as Connect may deliver a contact again. */
const LIFETIME_SECONDS = 2 * 366 * 24 * 60 * 60;

type EntryState =
  { readonly LeaseEndsAt: number } | { readonly MessageId: string; readonly PublishedAt: string };

function createEntry(claim: Claim, state: EntryState): Record<string, string | number> {
  return {
    ContactId: claim.contactId,
    ClaimToken: claim.token,
    ClaimedAt: timestamp(claim.claimedAt),
    ...state,
    [LEDGER_TTL_ATTRIBUTE]: Math.floor(claim.claimedAt / 1000) + LIFETIME_SECONDS,
  };
}

const timestamp = (milliseconds: number): string => new Date(milliseconds).toISOString();
