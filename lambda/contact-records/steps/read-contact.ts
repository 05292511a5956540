/** Reads the previous or the next contact of a contact that was just stored. */
import type { GetItemCommandInput, GetItemCommandOutput } from '@aws-sdk/client-dynamodb';
import { RetryableError, toRetryableError } from '../aws/errors';
import type { Deadline } from '../batch/deadline';
import type { ReadableContactRecord } from '../contact-record/model';
import { DECIDING_FIELDS } from '../contact-record/next-contact';
import { TOMBSTONE_ATTRIBUTE } from '../contact-record/own-attributes';
import { toContactRecord } from './store';

/** `dynamodb:GetItem`. */
export type GetItem = (
  input: GetItemCommandInput,
  signal: AbortSignal,
) => Promise<Pick<GetItemCommandOutput, 'Item'>>;

/**
 * Returns the stored version of a contact. Returns undefined if none is stored, or if the contact was forgotten.
 *
 * @param fields - `deciding`: only what decides whether a contact is abandoned
 * @throws RetryableError if DynamoDB fails, or if no time is left
 */
export type ReadContact = (
  contactId: string,
  fields: 'deciding' | 'all',
  deadline: Deadline,
) => Promise<ReadableContactRecord | undefined>;

/**
 * Creates the port. A read sees every put that DynamoDB has accepted before. A contact and its next contact each read the
 * other one after their own put, so that the second of them sees both (docs/adr/0017).
 */
export const createReadContact =
  (tableName: string, getItem: GetItem): ReadContact =>
  async (contactId, fields, deadline) => {
    if (!deadline.hasTimeFor(1)) throw new RetryableError('deadline', 'no time left to read a contact');
    const input: GetItemCommandInput = {
      TableName: tableName,
      Key: { ContactId: { S: contactId } },
      ConsistentRead: true,
      ...(fields === 'deciding' && PROJECTION),
    };
    const { Item } = await getItem(input, deadline.signal()).catch((error: unknown) => {
      throw toRetryableError(error, 'DynamoDB');
    });
    return Item === undefined || Object.hasOwn(Item, TOMBSTONE_ATTRIBUTE)
      ? undefined
      : (toContactRecord(Item) as ReadableContactRecord);
  };

/** The fields of an item that are read to decide. */
export const PROJECTED = [...DECIDING_FIELDS, 'LastUpdateTimestamp', TOMBSTONE_ATTRIBUTE];
/** Each name has the placeholder `#` and its index in `PROJECTED`. */
export const PROJECTION = {
  ProjectionExpression: PROJECTED.map((_name, index) => `#${index}`).join(', '),
  ExpressionAttributeNames: Object.fromEntries(PROJECTED.map((name, index) => [`#${index}`, name])),
};
