/** Replaces contacts by tombstones. After an interruption, the next run finds the rest by the same links. */
import type { ContactsTable } from './contacts-table';
import { followLinks, type FoundContact } from './follow-links';

export interface WrittenTombstone {
  contactId: string;
  /** Whether the contact was stored in the table. */
  wasStored: boolean;
  /** Milliseconds since 1970. */
  at: number;
}

export interface TombstonePorts {
  table: Pick<ContactsTable, 'read' | 'bury'>;
  now: () => number;
  stopping: AbortSignal;
}

/** A contact changes only a few times. */
const MAX_TRIES = 10;

/**
 * Writes the tombstones one by one, in reverse order of discovery. So the links to the remaining contacts are kept until
 * the end. A contact that has changed is read again, and its new links are followed.
 *
 * @param found - gets contacts that are found during the run
 * @param written - gets each tombstone, even if this throws later
 * @throws ServiceError, and Error if a contact keeps changing
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
    if (tries === MAX_TRIES)
      throw new Error(`The contact ${contactId} keeps changing: run the command again.`);
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
