/** Replaces contacts by tombstones. Ended anywhere, the next run finds the rest by the same links. */
import type { ContactsTable } from './contacts-table';
import { followLinks, type FoundContact } from './follow-links';

export interface WrittenTombstone {
  contactId: string;
  /** Whether the table had the contact. */
  wasStored: boolean;
  /** Milliseconds since 1970. */
  at: number;
}

export interface TombstonePorts {
  table: Pick<ContactsTable, 'read' | 'bury'>;
  now: () => number;
  stopping: AbortSignal;
}

/** A contact changes a few times in its life. */
const MAX_TRIES = 10;

/**
 * Writes the tombstones one by one, the last found contact first: until the end, the links to all others remain. A
 * contact that has changed meanwhile is read again, and its new links are followed.
 *
 * @param found - gets contacts that are found on the way
 * @param written - gets each tombstone, even if this throws later
 * @throws ServiceError, and Error if a contact changes all the time
 */
export async function writeTombstones(
  found: Map<string, FoundContact>,
  follows: boolean,
  ports: TombstonePorts,
  written: WrittenTombstone[],
): Promise<void> {
  for (const contact of [...found.values()].reverse()) {
    await buryContact(contact, found, follows, ports, written);
  }
}

async function buryContact(
  contact: FoundContact,
  found: Map<string, FoundContact>,
  follows: boolean,
  ports: TombstonePorts,
  written: WrittenTombstone[],
): Promise<void> {
  const { table, now, stopping } = ports;
  const { contactId, foundBy } = contact;
  let seen = contact;
  for (let tries = 0; seen.state !== 'forgotten'; tries++) {
    stopping.throwIfAborted();
    if (tries === MAX_TRIES) throw new Error(`The contact ${contactId} changes all the time: run it again.`);
    const at = now();
    if ((await table.bury(contactId, seen.lastUpdateTimestamp, at)) === 'buried') {
      written.push({ contactId, wasStored: seen.state === 'stored', at });
      return;
    }
    const known = new Set(found.keys());
    found.delete(contactId);
    await followLinks([{ contactId, foundBy }], found, table.read, follows, stopping);
    seen = found.get(contactId) ?? contact;
    for (const linked of [...found.values()].filter((other) => !known.has(other.contactId)).reverse()) {
      await buryContact(linked, found, follows, ports, written);
    }
  }
}
