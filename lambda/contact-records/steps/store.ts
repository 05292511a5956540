/** Third step: the conditional put. It succeeds if the table has no version of the contact, or an older one. */
import type { AttributeValue, PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { getExpirySeconds } from '../contact-record/age';
import { OWN_ATTRIBUTES, RECORDS_TTL_ATTRIBUTE } from '../contact-record/own-attributes';
import type { Deadline } from '../batch/deadline';
import type { Item } from './decode';
import { toExactNumber } from '../json/exact-number';
import { classifyPutError, getExistingItem } from '../aws/errors';
import { marshal } from '../json/marshal';

/** `dynamodb:PutItem`. */
export type PutItem = (input: PutItemCommandInput, signal: AbortSignal) => Promise<unknown>;

export type StoreOutcome =
  /** First or newer version. */
  | { readonly kind: 'stored' }
  /** This `LastUpdateTimestamp` is already stored; `existing` is that record, equal or not. */
  | { readonly kind: 'redelivered'; readonly existing: unknown }
  /** The table has a newer version. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'unstorable'; readonly reason: 'item-too-large' }
  /** DynamoDB finds the put invalid: because of this item, or because of the table. */
  | { readonly kind: 'rejected' };

/**
 * Stores an item if it is newer than the stored version.
 *
 * @throws RetryableError if DynamoDB fails
 */
export type Store = (item: Item, deadline: Deadline) => Promise<StoreOutcome>;

/**
 * Creates the port. The condition keeps the newest version, in any order of deliveries: strings of the form
 * `yyyy-mm-ddThh:mm:ssZ` sort by time. A failed condition returns the stored item, so no read is needed.
 *
 * @param retentionDays - days after the contact's end until DynamoDB deletes the item. Default: never
 */
export const createStore =
  (tableName: string, putItem: PutItem, retentionDays?: number): Store =>
  async (item, deadline) => {
    // Outside the `try`: an internal error here must not look like a failure of the service.
    const input: PutItemCommandInput = {
      TableName: tableName,
      Item: createItem(item, retentionDays),
      ConditionExpression: 'attribute_not_exists(ContactId) OR LastUpdateTimestamp < :incoming',
      ExpressionAttributeValues: { ':incoming': { S: item.LastUpdateTimestamp } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    try {
      await putItem(input, deadline.signal());
      return { kind: 'stored' };
    } catch (error) {
      const answer = classifyPutError(error);
      if (answer === 'condition-failed') return compareWithExisting(getExistingItem(error), item);
      return answer === 'rejected' ? { kind: answer } : { kind: 'unstorable', reason: answer };
    }
  };

/** Creates the attributes of an item, our own included. */
export function createItem(item: Item, retentionDays: number | undefined): Record<string, AttributeValue> {
  const attributes = marshal(item);
  if (retentionDays !== undefined)
    attributes[RECORDS_TTL_ATTRIBUTE] = { N: String(getExpirySeconds(retentionDays, item)) };
  return attributes;
}

function compareWithExisting(existing: Record<string, AttributeValue>, item: Item): StoreOutcome {
  if (existing.LastUpdateTimestamp?.S !== item.LastUpdateTimestamp) return { kind: 'stale' };
  return { kind: 'redelivered', existing: toContactRecord(existing) };
}

/** Converts an item to its contact record, with exact numbers and without our own attributes. */
export function toContactRecord(item: Readonly<Record<string, AttributeValue>>): Record<string, unknown> {
  const fields = Object.entries(item).filter(([name]) => !OWN_ATTRIBUTES.includes(name));
  return unmarshall(Object.fromEntries(fields), { wrapNumbers: toExactNumber });
}
