/**
 * Checks whether the records table accepts a well-formed contact record, with a put that is never stored. DynamoDB compares
 * the item with the keys of the table and of its indexes before it evaluates the condition (docs/adr/0020).
 */
import { classifyPutError, RetryableError } from '../aws/errors';
import type { Deadline } from '../batch/deadline';
import { createCompleteRecord } from '../contact-record/complete-record';
import { createItem, type PutItem } from './store';

/**
 * Returns if the table accepts a complete contact record.
 *
 * @throws RetryableError if it rejects one too, or if DynamoDB fails
 */
export type ProbeTable = (deadline: Deadline) => Promise<void>;

/** Creates the port. It needs no other permission than the put of a contact record. */
export const createProbeTable =
  (tableName: string, putItem: PutItem, retentionDays?: number): ProbeTable =>
  async (deadline) => {
    const input = {
      TableName: tableName,
      Item: createItem({ ...createCompleteRecord(), ContactId: PROBE_ID }, retentionDays),
      ConditionExpression: NEVER_TRUE,
    };
    const answer = await putItem(input, deadline.signal()).then(() => 'stored', classifyPutError);
    if (answer !== 'condition-failed')
      throw new RetryableError('DynamoDB', 'the records table rejects a well-formed contact record');
  };

/** Connect's ids contain no colon. */
export const PROBE_ID = 'contact-record-pipeline:Probe';

/** Also for an item that has the id of the probe: it stays as it is. */
const NEVER_TRUE = 'attribute_exists(ContactId) AND attribute_not_exists(ContactId)';
