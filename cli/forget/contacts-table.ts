/** Reads items of the records table, and replaces them by tombstones. */
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { RECORDS_TTL_ATTRIBUTE, TOMBSTONE_ATTRIBUTE } from '../../lambda/contact-records/contract';
import { toContactRecord } from '../../lambda/contact-records/steps/store';
import { SMALL_REQUEST_LIMITS } from '../shared/aws-clients';
import { createScanPage, measureTable, type ScanPage, type TableSize } from '../shared/scan-table';
import { callService, createServiceError, getSafeErrorName } from '../shared/service-error';
import { limitTime, SMALL_REQUEST_LIMIT_MS } from '../shared/time-limit';

export type StoredContact =
  | { kind: 'not-stored' }
  /** A tombstone; `at` is the time of the deletion in milliseconds since 1970. */
  | { kind: 'forgotten'; at: number }
  | { kind: 'stored'; record: Readonly<Record<string, unknown>>; lastUpdateTimestamp: string };

/** Reads and changes the records table; all functions throw `ServiceError`. */
export interface ContactsTable {
  measure: () => Promise<TableSize>;
  scan: ScanPage;
  read: (contactId: string) => Promise<StoredContact>;
  /**
   * Writes a tombstone if the contact has not changed since it was read.
   *
   * @returns `changed` if the contact has changed
   */
  bury: (contactId: string, seen: string | undefined, at: number) => Promise<'buried' | 'changed'>;
}

/** Newer than any version, so that the condition of the function rejects every delivery. */
const LAST_UPDATE_TIMESTAMP = '9999-12-31T23:59:59Z';

/** Connect keeps a contact for 24 months, and may deliver it again until then. */
const TOMBSTONE_DAYS = 800;

export function createContactsTable(TableName: string): ContactsTable {
  const dynamodb = new DynamoDBClient({ requestHandler: SMALL_REQUEST_LIMITS });
  return {
    measure: () => measureTable(dynamodb, TableName),

    scan: createScanPage(TableName, { ConsistentRead: true }),

    read: async (contactId) => {
      const command = new GetItemCommand({
        ...{ TableName, Key: { ContactId: { S: contactId } }, ConsistentRead: true },
      });
      const { Item } = await callService('dynamodb:GetItem', (limit) => dynamodb.send(command, limit));
      return Item === undefined ? { kind: 'not-stored' } : readItem(Item);
    },

    bury: async (contactId, seen, at) => {
      const command = new PutItemCommand({
        TableName,
        Item: createTombstone(contactId, at),
        ...(seen === undefined
          ? { ConditionExpression: 'attribute_not_exists(ContactId)' }
          : {
              ConditionExpression: 'LastUpdateTimestamp = :seen AND attribute_not_exists(#forgotten)',
              ExpressionAttributeNames: { '#forgotten': TOMBSTONE_ATTRIBUTE },
              ExpressionAttributeValues: { ':seen': { S: seen } },
            }),
      });
      try {
        await dynamodb.send(command, limitTime(SMALL_REQUEST_LIMIT_MS));
        return 'buried';
      } catch (error) {
        if (getSafeErrorName(error) === 'ConditionalCheckFailedException') return 'changed';
        throw createServiceError('dynamodb:PutItem', error);
      }
    },
  };
}

/** Reads an item of the table. */
export function readItem(item: Awaited<ReturnType<ScanPage>>['items'][number]): StoredContact {
  const forgotten = item[TOMBSTONE_ATTRIBUTE];
  // A tombstone that this command did not write may lack the time.
  if (forgotten) return { kind: 'forgotten', at: Date.parse(forgotten.S ?? '') || 0 };
  return {
    kind: 'stored',
    record: toContactRecord(item),
    lastUpdateTimestamp: item.LastUpdateTimestamp?.S ?? '',
  };
}

const createTombstone = (contactId: string, at: number) => ({
  ContactId: { S: contactId },
  LastUpdateTimestamp: { S: LAST_UPDATE_TIMESTAMP },
  [TOMBSTONE_ATTRIBUTE]: { S: new Date(at).toISOString() },
  [RECORDS_TTL_ATTRIBUTE]: { N: String(Math.ceil(at / 1000) + TOMBSTONE_DAYS * 86_400) },
});
