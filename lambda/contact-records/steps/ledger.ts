/**
 * The ledger of announcements: what makes a message go out once, although records are delivered again for 24 months
 * and any process may die between any two steps. An entry is *claimed* under a lease, then *completed* for good.
 *
 *     claim ──► publish ──► complete
 *       │          └─ failed ─► release: the next attempt may claim at once
 *       └─ died: the lease ends, and somebody else may claim
 */
import { randomUUID } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { PutCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Deadline } from '../batch/deadline';
import { dynamoDbAnswer, heldItemIn, notNow } from '../aws/errors';
import { LEDGER_TTL_ATTRIBUTE } from '../contract';

/** `dynamodb:PutItem` through the document client. */
export type Put = (input: PutCommandInput, signal: AbortSignal) => Promise<unknown>;

/**
 * How long a claim holds, in milliseconds: longer than claim, publish and completion can take together, and as
 * long as a shard has to wait if the process that claimed has died.
 */
export const LEASE_MS = 30_000;

/** Claim, publish, and complete or release: the calls that have to fit before a claim is taken. */
export const CALLS_PER_ANNOUNCEMENT = 3;

export type ClaimOutcome =
  | { readonly kind: 'claimed'; readonly claim: Claim }
  /** The message for this contact went out before. */
  | { readonly kind: 'published' }
  /** Somebody else is at it, or died at it less than a lease ago. */
  | { readonly kind: 'held' };

export interface Claim {
  readonly contactId: string;
  /** Unique to this attempt: nobody else can complete or release the claim. */
  readonly token: string;
  readonly claimedAt: number;
}

/** All three throw `NotNow` if DynamoDB can't answer now. */
export interface Ledger {
  claim(contactId: string, deadline: Deadline): Promise<ClaimOutcome>;
  /** Records that SNS accepted the message. If another process has taken the claim over, its entry stays. */
  complete(claim: Claim, messageId: string, deadline: Deadline): Promise<void>;
  /** Gives the claim up, so that the next attempt doesn't wait for the lease. */
  release(claim: Claim, deadline: Deadline): Promise<void>;
}

/**
 * @param tableName - table with the key `ContactId`
 * @param now - the clock, in milliseconds since 1970
 */
export function ledgerIn(tableName: string, put: Put, now: () => number): Ledger {
  const replaceOwn = async (claim: Claim, state: EntryState, deadline: Deadline): Promise<void> => {
    const input: PutCommandInput = {
      TableName: tableName,
      Item: entry(claim, state),
      ConditionExpression: OWN_CLAIM,
      ExpressionAttributeValues: { ':token': claim.token },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    await putUnless(put, input, deadline);
  };

  return {
    claim: async (contactId, deadline) => {
      const claim: Claim = { contactId, token: randomUUID(), claimedAt: now() };
      const input: PutCommandInput = {
        TableName: tableName,
        Item: entry(claim, { LeaseEndsAt: claim.claimedAt + LEASE_MS }),
        ConditionExpression: `${NO_ENTRY} OR (${NOT_PUBLISHED} AND ${LEASE_ENDED})`,
        ExpressionAttributeValues: { ':now': claim.claimedAt },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      };
      const holder = await putUnless(put, input, deadline);
      if (holder === undefined || holder.ClaimToken?.S === claim.token) return { kind: 'claimed', claim };
      return { kind: holder.PublishedAt ? 'published' : 'held' };
    },

    complete: (claim, messageId, deadline) =>
      replaceOwn(claim, { MessageId: messageId, PublishedAt: timestamp(now()) }, deadline),

    release: (claim, deadline) => replaceOwn(claim, { LeaseEndsAt: 0 }, deadline),
  };
}

const NO_ENTRY = 'attribute_not_exists(ContactId)';
const NOT_PUBLISHED = 'attribute_not_exists(PublishedAt)';
const LEASE_ENDED = 'LeaseEndsAt < :now';
const OWN_CLAIM = 'ClaimToken = :token';

/** Entries live for 24 months, as long as Connect may deliver a contact again. */
const LIFETIME_SECONDS = 2 * 366 * 24 * 60 * 60;

type EntryState =
  { readonly LeaseEndsAt: number } | { readonly MessageId: string; readonly PublishedAt: string };

function entry(claim: Claim, state: EntryState): Record<string, string | number> {
  return {
    ContactId: claim.contactId,
    ClaimToken: claim.token,
    ClaimedAt: timestamp(claim.claimedAt),
    ...state,
    [LEDGER_TTL_ATTRIBUTE]: Math.floor(claim.claimedAt / 1000) + LIFETIME_SECONDS,
  };
}

/**
 * Puts an entry, or returns the one that stands against it. A put that the SDK sent twice because an answer was lost
 * may find its own entry: the token tells.
 */
async function putUnless(
  put: Put,
  input: PutCommandInput,
  deadline: Deadline,
): Promise<Record<string, AttributeValue> | undefined> {
  try {
    await put(input, deadline.signal());
    return undefined;
  } catch (error) {
    if (dynamoDbAnswer(error) === 'condition-failed') return heldItemIn(error);
    throw notNow(error, 'ledger');
  }
}

const timestamp = (milliseconds: number): string => new Date(milliseconds).toISOString();
