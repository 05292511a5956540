/** Searches the whole table and the bucket for tombstones and contacts of a customer. */
import { TOMBSTONE_ATTRIBUTE } from '../../lambda/contact-records/contract';
import { parseJsonObject } from '../shared/parse-json';
import { splitIntoPortions } from '../shared/portions';
import { PORTION_LIMITS, UNPACKING_FACTOR } from '../shared/read-failure-object';
import { scanSegments } from '../shared/scan-table';
import type { VersionedBucket } from './bucket-versions';
import { type ContactsTable, readItem } from './contacts-table';
import type { Customer } from './customer';
import { examineObject, readText } from './examine-object';
import { findLinks, type Seed } from './follow-links';

export interface SearchResult {
  /** Numbers of items and object versions that were read. */
  items: number;
  versions: number;
  /** Contacts that were forgotten before, with the time in milliseconds since 1970. */
  tombstones: Map<string, number>;
  /** The customer's contacts, by id. */
  owned: Map<string, Seed>;
  /** Contacts that name the customer in another field, by id. */
  naming: Map<string, Seed>;
}

export const createSearchResult = (): SearchResult => ({
  ...{ items: 0, versions: 0, tombstones: new Map(), owned: new Map(), naming: new Map() },
});

/** Searches every item of the table; throws `ServiceError`, and the reason of `stopping`. */
export async function searchTable(
  table: Pick<ContactsTable, 'scan'>,
  segments: number,
  customer: Customer,
  result: SearchResult,
  stopping: AbortSignal,
): Promise<void> {
  await scanSegments(table.scan, segments, stopping, ({ items, scanned }) => {
    for (const item of items) {
      const contactId = item.ContactId?.S ?? '';
      const stored = readItemIf(customer, item);
      if (stored?.kind === 'forgotten') result.tombstones.set(contactId, stored.at);
      if (stored?.kind === 'stored') addContact(contactId, stored.record, customer, result, 'in the table');
    }
    result.items += scanned;
  });
}

/** Converts only items that are tombstones or name the customer: most are neither. */
function readItemIf(customer: Customer, item: Parameters<typeof readItem>[0]) {
  const isWanted = Object.hasOwn(item, TOMBSTONE_ATTRIBUTE) || customer.isNamedIn(item);
  return isWanted ? readItem(item) : undefined;
}

const weighOpened = ({ bytes }: { bytes: number }) => ({ bytes: bytes * UNPACKING_FACTOR });

/** Searches all versions of all objects. It skips unreadable versions: a later pass counts and reports them. */
export async function searchBucket(
  bucket: Pick<VersionedBucket, 'list' | 'read'>,
  customer: Customer,
  result: SearchResult,
): Promise<void> {
  for await (const portion of splitIntoPortions(bucket.list(), PORTION_LIMITS, weighOpened)) {
    const objects = await Promise.all(portion.map((version) => examineObject(version, bucket)));
    for (const object of objects) {
      for (const record of object.kind === 'readable' ? object.records : []) {
        const { contactId } = record;
        if (contactId === undefined) continue;
        // A record that the function quarantines may still be JSON.
        const fields = record.contact ?? parseJsonObject(readText(record)) ?? { text: readText(record) };
        addContact(contactId, fields, customer, result, 'in the bucket');
      }
    }
    result.versions += portion.length;
  }
}

function addContact(
  contactId: string,
  record: Readonly<Record<string, unknown>>,
  customer: Customer,
  { owned, naming }: SearchResult,
  where: string,
): void {
  if (customer.owns(record)) {
    const links = [...(owned.get(contactId)?.links ?? []), ...findLinks(record)];
    owned.set(contactId, { contactId, foundBy: `the customer's, ${where}`, links });
    naming.delete(contactId);
  } else if (!owned.has(contactId) && customer.isNamedIn(record)) {
    naming.set(contactId, { contactId, foundBy: `named in another field, ${where}` });
  }
}
