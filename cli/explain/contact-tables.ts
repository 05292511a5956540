/** Reads the records table and the ledger: only the fields that decide, and nothing is written. */
import {
  type AttributeValue,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import type { ReadableContactRecord } from '../../lambda/contact-records/contact-record/model';
import { TOMBSTONE_ATTRIBUTE } from '../../lambda/contact-records/contract';
import { PROJECTED, PROJECTION } from '../../lambda/contact-records/steps/read-contact';
import { toContactRecord } from '../../lambda/contact-records/steps/store';
import { SMALL_REQUEST_LIMITS } from '../shared/aws-clients';
import { callService, createServiceError } from '../shared/service-error';
import { limitTime } from '../shared/time-limit';
import type { Found } from '../shared/explain-decision';
import type { Tables } from './explain-options';

/** All throw `ServiceError`. */
export interface ContactTables {
  /** Sees every put that was accepted before. */
  find: (contactId: string) => Promise<Found>;
  /** Undefined if the ledger has no entry. */
  readLedger: (contactId: string) => Promise<LedgerEntry | undefined>;
  /** As DynamoDB has counted it, some hours ago. */
  measure: () => Promise<{ items: number; bytes: number }>;
  /** Reads a page of one of `segments` parts; resolves to the stored contacts with a next contact. */
  scan: (part: Part, stopping: AbortSignal) => Promise<Page>;
}

export type LedgerEntry =
  | { kind: 'published'; publishedAt: string; messageId: string }
  /** Claimed, and not completed: being published, or the function has ended, or failed to publish. */
  | { kind: 'claimed'; claimedAt: string; /** Absent if it was given up. */ leaseEndsAt?: string };

export interface Part {
  segment: number;
  segments: number;
  from?: Record<string, AttributeValue> | undefined;
}

export interface Page {
  contacts: ReadableContactRecord[];
  scanned: number;
  /** Where the next page begins; undefined behind the last one. */
  next: Part['from'];
}

/** Connect's ids are strings; the decision ignores a next contact of any other type. */
const WITH_NEXT_CONTACT = {
  FilterExpression: `attribute_type(#${PROJECTED.indexOf('NextContactId')}, :string)`,
  ExpressionAttributeValues: { ':string': { S: 'S' } },
};

/** A page is 1 MB, and a scan of hours must survive minutes of throttling. */
const PAGE_LIMIT_MS = 300_000;
const SCAN_ATTEMPTS = 15;

export function createContactTables({ table, ledger }: Tables): ContactTables {
  const dynamodb = new DynamoDBClient({ requestHandler: SMALL_REQUEST_LIMITS });
  const scanning = new DynamoDBClient({ requestHandler: SMALL_REQUEST_LIMITS, maxAttempts: SCAN_ATTEMPTS });
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

    measure: async () => {
      const command = new DescribeTableCommand({ TableName: table });
      const { Table } = await callService('dynamodb:DescribeTable', (limit) => dynamodb.send(command, limit));
      return { items: Table?.ItemCount ?? 0, bytes: Table?.TableSizeBytes ?? 0 };
    },

    scan: async ({ segment, segments, from }, stopping) => {
      const command = new ScanCommand({
        ...{ TableName: table, Segment: segment, TotalSegments: segments, ExclusiveStartKey: from },
        ...PROJECTION,
        ...WITH_NEXT_CONTACT,
      });
      try {
        const page = await scanning.send(command, limitTime(PAGE_LIMIT_MS, stopping));
        const { Items = [], ScannedCount = 0, LastEvaluatedKey } = page;
        const contacts = Items.map((item) => toContactRecord(item) as ReadableContactRecord);
        return { contacts, scanned: ScannedCount, next: LastEvaluatedKey };
      } catch (error) {
        stopping.throwIfAborted();
        throw createServiceError('dynamodb:Scan', error);
      }
    },
  };
}
