/** Simulates the records table and the failure bucket of `forget` in memory. */
import type { ObjectVersion, VersionedBucket } from '../../../cli/forget/bucket-versions';
import type { ContactsTable, StoredContact } from '../../../cli/forget/contacts-table';
import type { AnObject } from '../shared/failure-objects';

export interface AContactsTable extends Pick<ContactsTable, 'read' | 'bury'> {
  contacts: Map<string, StoredContact>;
  buried: string[];
}

/** A table with the links of contacts. */
export function aContactsTable(links: Record<string, Record<string, unknown>>): AContactsTable {
  const contacts = new Map(Object.entries(links).map(([id, fields]) => [id, aStoredContact(id, fields)]));
  const buried: string[] = [];
  const read = (id: string) => Promise.resolve(contacts.get(id) ?? ({ kind: 'not-stored' } as const));
  return {
    ...{ contacts, buried, read },
    bury: async (id, seen, at) => {
      const stored = await read(id);
      const version = stored.kind === 'stored' ? stored.lastUpdateTimestamp : undefined;
      if (stored.kind === 'forgotten' || version !== seen) return 'changed';
      contacts.set(id, { kind: 'forgotten', at });
      buried.push(id);
      return 'buried';
    },
  };
}

export const aStoredContact = (
  ContactId: string,
  fields: Record<string, unknown> = {},
  lastUpdateTimestamp = '2024-03-05T09:31:04Z',
): StoredContact => ({ kind: 'stored', record: { ContactId, ...fields }, lastUpdateTimestamp });

export interface AVersionedBucket extends VersionedBucket {
  versions: (ObjectVersion & { body: Buffer })[];
  removed: string[];
}

/** Creates a bucket with objects. The first of several objects with the same key is the newest version. */
export function aVersionedBucket(objects: AnObject[]): AVersionedBucket {
  const removed: string[] = [];
  const versions = objects.map(({ key, body }, index) => ({
    ...{ key, versionId: String(index), bytes: body.length, body: Buffer.from(body) },
    isLatest: objects.findIndex((object) => object.key === key) === index,
  }));
  return {
    ...{ versions, removed },
    list: async function* () {
      await Promise.resolve();
      yield* [...versions].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    },
    read: ({ versionId }) => {
      const found = versions.find((version) => version.versionId === versionId);
      return Promise.resolve(found ? { kind: 'read', body: found.body, etag: '' } : { kind: 'gone' });
    },
    remove: ({ key, versionId }) => {
      removed.push(`${key} ${String(versionId)}`);
      versions.splice(
        versions.findIndex((version) => version.versionId === versionId),
        1,
      );
      return Promise.resolve();
    },
  };
}
