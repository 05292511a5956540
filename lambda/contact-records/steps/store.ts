/**
 * Third step: the conditional put. It succeeds for a contact that the table doesn't have, or has in an older version.
 */
import type { AttributeValue, PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { keptUntil } from '../contact-record/age';
import type { Deadline } from '../batch/deadline';
import type { Item } from './decode';
import { toExactNumber } from '../json/exact-number';
import { dynamoDbAnswer, heldItemIn } from '../aws/errors';
import { marshal } from '../json/marshal';
import { RECORDS_TTL_ATTRIBUTE } from '../contract';

/** `dynamodb:PutItem`. */
export type PutItem = (input: PutItemCommandInput, signal: AbortSignal) => Promise<unknown>;

export type StoreOutcome =
  /** First or newer version. */
  | { readonly kind: 'stored' }
  /** The table already holds this very `LastUpdateTimestamp`; `held` is that record, equal or not. */
  | { readonly kind: 'redelivered'; readonly held: unknown }
  /** The table holds a newer version. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'unstorable'; readonly reason: 'item-too-large' };

/**
 * Stores an item if it is newer than what the table holds.
 *
 * @throws NotNow if DynamoDB can't answer now
 */
export type Store = (item: Item, deadline: Deadline) => Promise<StoreOutcome>;

/**
 * The table's condition is what keeps versions in order: nothing else has to. It compares the strings, which for
 * `yyyy-mm-ddThh:mm:ssZ` is comparing the times. The old item comes with the refusal and tells a redelivered record
 * from a stale one without a read.
 *
 * @param retentionDays - how long after the contact's end DynamoDB deletes the item. Default: never
 */
export const storeIn =
  (tableName: string, putItem: PutItem, retentionDays?: number): Store =>
  async (item, deadline) => {
    // Outside the `try`: a mistake in here is ours, and must not look like a fault of the service.
    const input: PutItemCommandInput = {
      TableName: tableName,
      Item: itemFor(item, retentionDays),
      ConditionExpression: 'attribute_not_exists(ContactId) OR LastUpdateTimestamp < :incoming',
      ExpressionAttributeValues: { ':incoming': { S: item.LastUpdateTimestamp } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    try {
      await putItem(input, deadline.signal());
      return { kind: 'stored' };
    } catch (error) {
      const answer = dynamoDbAnswer(error);
      return answer === 'condition-failed'
        ? comparedWith(heldItemIn(error), item)
        : { kind: 'unstorable', reason: answer };
    }
  };

function itemFor(item: Item, retentionDays: number | undefined): Record<string, AttributeValue> {
  const attributes = marshal(item);
  if (retentionDays !== undefined)
    attributes[RECORDS_TTL_ATTRIBUTE] = { N: String(keptUntil(retentionDays, item)) };
  return attributes;
}

function comparedWith(held: Record<string, AttributeValue>, item: Item): StoreOutcome {
  if (held.LastUpdateTimestamp?.S !== item.LastUpdateTimestamp) return { kind: 'stale' };
  return { kind: 'redelivered', held: recordIn(held) };
}

/** The contact record that an item of the table is: numbers exactly, and without the attribute of ours. */
export function recordIn(item: Readonly<Record<string, AttributeValue>>): Record<string, unknown> {
  const fields = Object.entries(item).filter(([name]) => name !== RECORDS_TTL_ATTRIBUTE);
  return unmarshall(Object.fromEntries(fields), { wrapNumbers: toExactNumber });
}
