/** Follows the links of contacts: previous, next, initial and related contacts. */
import { isContactId } from '../../lambda/contact-records/contact-record/version';
import { isObject } from '../../lambda/contact-records/json/is-object';
import type { ContactsTable, StoredContact } from './contacts-table';

export interface Seed {
  contactId: string;
  /** Describes how the contact was found, without a value of the customer. */
  foundBy: string;
  /** Links of a record in the bucket, because the table may not have the contact. */
  links?: readonly Link[];
}

export interface FoundContact {
  contactId: string;
  foundBy: string;
  state: StoredContact['kind'];
  /** The version that was read. */
  lastUpdateTimestamp?: string;
  /** Whether its customer endpoint differs from those of all seeds. */
  hasOtherEndpoint: boolean;
}

export interface Link {
  contactId: string;
  /** As in "next contact". */
  relation: string;
}

/** One customer has far fewer: above this, links lead to other customers. */
const MAX_CONTACTS = 10_000;

/**
 * Adds the seeds and all contacts that they link to. Each contact comes before those that it links to.
 *
 * @param found - contacts by id; known contacts are not read again
 * @param follows - whether links are followed
 * @throws ServiceError, and Error if too many contacts are linked
 */
export async function followLinks(
  seeds: Iterable<Seed>,
  found: Map<string, FoundContact>,
  read: ContactsTable['read'],
  follows: boolean,
  stopping: AbortSignal,
): Promise<void> {
  const waiting = [...seeds];
  const endpoints = new Set<string>();
  const seedCount = waiting.length;
  for (const [index, { contactId, foundBy, links = [] }] of waiting.entries()) {
    stopping.throwIfAborted();
    if (found.has(contactId)) continue;
    if (found.size === MAX_CONTACTS) {
      throw new Error(
        `More than ${MAX_CONTACTS} contacts are linked to each other: give fewer --contact, or give --exact.`,
      );
    }
    const stored = await read(contactId);
    const endpoint = stored.kind === 'stored' ? findEndpoint(stored.record) : undefined;
    if (endpoint !== undefined && index < seedCount) endpoints.add(endpoint);
    found.set(contactId, {
      ...{ contactId, foundBy, state: stored.kind },
      ...(stored.kind === 'stored' && { lastUpdateTimestamp: stored.lastUpdateTimestamp }),
      hasOtherEndpoint: endpoint !== undefined && endpoints.size > 0 && !endpoints.has(endpoint),
    });
    if (!follows) continue;
    const all = [...links, ...(stored.kind === 'stored' ? findLinks(stored.record) : [])];
    waiting.push(
      ...all.map((link) => ({ contactId: link.contactId, foundBy: `${link.relation} of ${contactId}` })),
    );
  }
}

const RELATIONS = {
  PreviousContactId: 'previous contact',
  NextContactId: 'next contact',
  InitialContactId: 'initial contact',
  RelatedContactId: 'related contact',
} as const;

/** Returns the other contacts that a record names. */
export function findLinks(record: Readonly<Record<string, unknown>>): Link[] {
  const named = Object.entries(RELATIONS).map(([field, relation]) => ({
    contactId: record[field],
    relation,
  }));
  const next = findContactIds(record.NextContacts).map((contactId) => ({
    contactId,
    relation: 'next contact',
  }));
  return [...named, ...next].flatMap(({ contactId, relation }) =>
    isContactId(contactId) && contactId !== record.ContactId ? [{ contactId, relation }] : [],
  );
}

/** Finds ids in `NextContacts` by the names `ContactId` and `NextContactId`. The model does not describe this field. */
function findContactIds(value: unknown): unknown[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    /(^|Next)ContactId$/.test(name) ? [inner] : findContactIds(inner),
  );
}

function findEndpoint({ CustomerEndpoint }: Readonly<Record<string, unknown>>): string | undefined {
  const { Address } = (CustomerEndpoint ?? {}) as { Address?: unknown };
  return typeof Address === 'string' ? Address : undefined;
}
