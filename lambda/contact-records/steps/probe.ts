/**
 * Checks whether the records table accepts an item, with a put that is never stored. DynamoDB compares an item with the keys
 * of the table and of its indexes before it evaluates the condition (docs/adr/0020).
 */
import { classifyPutError } from '../aws/errors';
import type { Deadline } from '../batch/deadline';
import type { Item } from './decode';
import { createItem, type PutItem } from './store';

/**
 * Returns whether the table accepts an item.
 *
 * @throws RetryableError if DynamoDB fails
 */
export type Probe = (item: Item, deadline: Deadline) => Promise<'accepted' | 'rejected'>;

/** Creates the port. It needs no other permission than the put of a contact record. */
export const createProbe =
  (tableName: string, putItem: PutItem, retentionDays?: number): Probe =>
  async (item, deadline) => {
    const input = {
      TableName: tableName,
      Item: createItem(item, retentionDays),
      ConditionExpression: NEVER_TRUE,
    };
    const answer = await putItem(input, deadline.signal()).then(() => 'stored', classifyPutError);
    return answer === 'condition-failed' ? 'accepted' : 'rejected';
  };

/** It is false also if the table has an item with that id. */
const NEVER_TRUE = 'attribute_exists(ContactId) AND attribute_not_exists(ContactId)';
