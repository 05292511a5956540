/** Reads the deciding fields of the records table, and the ledger. It changes nothing. */
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { ReadableContactRecord } from '../../lambda/contact-records/contact-record/model';
import { TOMBSTONE_ATTRIBUTE } from '../../lambda/contact-records/contract';
import { PROJECTED, PROJECTION } from '../../lambda/contact-records/steps/read-contact';
import { toContactRecord } from '../../lambda/contact-records/steps/store';
import { SMALL_REQUEST_LIMITS } from '../shared/aws-clients';
import { createScanPage, measureTable, type Part, type TableSize } from '../shared/scan-table';
import { callService } from '../shared/service-error';
import type { Found } from '../shared/explain-decision';
import type { Tables } from './explain-options';

/** Reads the tables of a stack; all functions throw `ServiceError`. */
export interface ContactTables {
  /** Finds a contact by a strongly consistent read. */
  find: (contactId: string) => Promise<Found>;
  /** Reads an entry; resolves to undefined if there is none. */
  readLedger: (contactId: string) => Promise<LedgerEntry | undefined>;
  /** Returns the size that DynamoDB counted some hours ago. */
  measure: () => Promise<TableSize>;
  /** Reads a page of a segment. Resolves to the stored contacts that have a next contact. */
  scan: (part: Part, stopping: AbortSignal) => Promise<Page>;
}

export type LedgerEntry =
  | { kind: 'published'; publishedAt: string; messageId: string }
  /** The message is being published, or the last attempt to publish it failed. */
  | {
      kind: 'claimed';
      claimedAt: string;
      /** Absent if the function released the claim. */ leaseEndsAt?: string;
    };

export interface Page {
  contacts: ReadableContactRecord[];
  scanned: number;
  /** Where the next page begins; undefined after the last page. */
  next: Part['from'];
}

/** Selects contacts with a next contact. The decision ignores ids that are not strings. */
const WITH_NEXT_CONTACT = {
  FilterExpression: `attribute_type(#${PROJECTED.indexOf('NextContactId')}, :string)`,
  ExpressionAttributeValues: { ':string': { S: 'S' } },
};

export function createContactTables({ table, ledger }: Tables): ContactTables {
  const dynamodb = new DynamoDBClient({ requestHandler: SMALL_REQUEST_LIMITS });
  const scanPage = createScanPage(table, { ...PROJECTION, ...WITH_NEXT_CONTACT });
  const getItem = async (TableName: string, contactId: string, more = {}) => {
    const Key = { ContactId: { S: contactId } };
    const command = new GetItemCommand({ TableName, Key, ConsistentRead: true, ...more });
    return (await callService('dynamodb:GetItem', (limit) => dynamodb.send(command, limit))).Item;
  };
  return {
    find: async (contactId) => {
      const item = await getItem(table, contactId, PROJECTION);
      if (!item) return { kind: 'not-stored' };
      if (Object.hasOwn(item, TOMBSTONE_ATTRIBUTE)) return { kind: 'forgotten' };
      return { kind: 'stored', record: toContactRecord(item) as ReadableContactRecord };
    },

    readLedger: async (contactId) => {
      const item = await getItem(ledger, contactId);
      if (!item) return undefined;
      const { PublishedAt, MessageId, ClaimedAt, LeaseEndsAt } = item;
      if (PublishedAt?.S !== undefined) {
        return { kind: 'published', publishedAt: PublishedAt.S, messageId: MessageId?.S ?? '' };
      }
      const leaseEndsAtMs = Number(LeaseEndsAt?.N ?? 0);
      const lease = leaseEndsAtMs > 0 && { leaseEndsAt: new Date(leaseEndsAtMs).toISOString() };
      return { kind: 'claimed', claimedAt: ClaimedAt?.S ?? '', ...lease };
    },

    measure: () => measureTable(dynamodb, table),

    scan: async (part, stopping) => {
      const { items, scanned, next } = await scanPage(part, stopping);
      return { contacts: items.map((item) => toContactRecord(item) as ReadableContactRecord), scanned, next };
    },
  };
}
