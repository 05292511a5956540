/** Finds the contacts that wait for their next contact. The parallel scan has one page per segment in memory. */
import { decideAbandoned } from '../../lambda/contact-records/contact-record/abandoned';
import type { ReadableContactRecord } from '../../lambda/contact-records/contact-record/model';
import { scanSegments } from '../shared/scan-table';
import type { ContactTables } from './contact-tables';
import { explainNextContact, type Found } from '../shared/explain-decision';

export interface AwaitingContact {
  contactId: string;
  nextContactId: string;
  /** State of the next contact: `stored` if it cannot decide yet. */
  next: Found['kind'];
  because: string;
}

export interface AwaitingCounts {
  scanned: number;
  /** Contacts that a next contact decides on. */
  dependent: number;
  awaiting: number;
}

export const createAwaitingCounts = (): AwaitingCounts => ({ scanned: 0, dependent: 0, awaiting: 0 });

/** Next contacts that each segment reads in parallel. */
const READS_AT_ONCE = 10;

/**
 * Scans the table, and reads the next contact of each contact that depends on one. Keeps `counts` up to date.
 *
 * @throws ServiceError, and the reason of `stopping`
 */
export async function scanForAwaiting(
  { find, scan }: Pick<ContactTables, 'find' | 'scan'>,
  segments: number,
  stopping: AbortSignal,
  counts: AwaitingCounts,
  onFound: (contact: AwaitingContact) => void,
): Promise<void> {
  await scanSegments(scan, segments, stopping, (page, ending) => {
    counts.scanned += page.scanned;
    return findAwaiting(page.contacts, find, ending, counts, onFound);
  });
}

/** Finds the contacts of a list that wait for their next contact. */
export async function findAwaiting(
  contacts: readonly ReadableContactRecord[],
  find: (contactId: string) => Promise<Found>,
  ending: AbortSignal,
  counts: AwaitingCounts,
  onFound: (contact: AwaitingContact) => void,
): Promise<void> {
  const dependent = contacts.flatMap((contact) => {
    const decision = decideAbandoned(contact);
    return decision.kind === 'depends-on-next-contact' ? { contact, id: decision.nextContactId } : [];
  });
  counts.dependent += dependent.length;
  for (let from = 0; from < dependent.length; from += READS_AT_ONCE) {
    ending.throwIfAborted();
    const some = dependent.slice(from, from + READS_AT_ONCE);
    const nextContacts = await Promise.all(some.map(({ id }) => find(id)));
    for (const [index, { contact, id }] of some.entries()) {
      const next = nextContacts[index] ?? { kind: 'not-stored' };
      const { decision, because } = explainNextContact(contact, next);
      if (decision !== 'awaiting') continue;
      counts.awaiting++;
      onFound({
        contactId: contact.ContactId,
        nextContactId: id,
        next: next.kind,
        because: because.join(' '),
      });
    }
  }
}
