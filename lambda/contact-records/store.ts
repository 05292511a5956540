/**
 * Third step: the conditional put. It succeeds for a contact that the table doesn't have, or has in an older version.
 */
import type { AttributeValue, PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Deadline } from './deadline';
import type { Item } from './decode';
import { toExactNumber } from './exact-number';
import { dynamoDbAnswer, heldItemIn } from './failure';
import { marshal } from './marshal';

/** `dynamodb:PutItem`. */
export type PutItem = (input: PutItemCommandInput, signal: AbortSignal) => Promise<unknown>;

export type StoreOutcome =
  /** First or newer version. */
  | { readonly kind: 'stored' }
  /** The table already holds this very `LastUpdateTimestamp`; `held` is that item, equal or not. */
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
 */
export const storeIn =
  (tableName: string, putItem: PutItem): Store =>
  async (item, deadline) => {
    // Outside the `try`: a mistake in here is ours, and must not look like a fault of the service.
    const input: PutItemCommandInput = {
      TableName: tableName,
      Item: marshal(item),
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

function comparedWith(held: Record<string, AttributeValue>, item: Item): StoreOutcome {
  if (held.LastUpdateTimestamp?.S !== item.LastUpdateTimestamp) return { kind: 'stale' };
  return { kind: 'redelivered', held: unmarshall(held, { wrapNumbers: toExactNumber }) };
}
