import type { ContactTables, Page } from '../../../cli/explain/contact-tables';
import type { Part } from '../../../cli/shared/scan-table';
import {
  type AwaitingContact,
  createAwaitingCounts,
  scanForAwaiting,
} from '../../../cli/explain/find-awaiting';
import type { ReadableContactRecord } from '../../../lambda/contact-records/contact-record/model';
import { aContactRecord, anAnsweredContactRecord } from '../../factories';

const SEGMENTS = 3;
const PAGES = 4;
const PER_PAGE = 25;

/** A table of three parts of four pages of 25 contacts; each depends on a next contact. */
function aTable(toContact = aContactRecord) {
  const [reads, scans]: [string[], Part[]] = [[], []];
  const atOnce = { now: 0, most: 0 };
  const tables: Pick<ContactTables, 'find' | 'scan'> = {
    find: async (contactId) => {
      reads.push(contactId);
      atOnce.most = Math.max(atOnce.most, ++atOnce.now);
      await Promise.resolve();
      atOnce.now--;
      if (!contactId.endsWith('-0')) return { kind: 'not-stored' };
      const record = aContactRecord({ ContactId: contactId, InitiationMethod: 'TRANSFER' });
      return { kind: 'stored', record: record as ReadableContactRecord };
    },
    scan: (part) => {
      scans.push(part);
      const page = Number(part.from?.page?.N ?? 0);
      const contacts = Array.from({ length: PER_PAGE }, (_, i) =>
        toContact({
          ContactId: `a-${part.segment}-${page}-${i}`,
          NextContactId: `b-${part.segment}-${page}-${i}`,
        }),
      ) as ReadableContactRecord[];
      const next: Page['next'] = page + 1 < PAGES ? { page: { N: String(page + 1) } } : undefined;
      return Promise.resolve({ contacts, scanned: 100, next });
    },
  };
  return { tables, reads, scans, atOnce };
}

async function scan(tables: Pick<ContactTables, 'find' | 'scan'>, stopping = new AbortController().signal) {
  const counts = createAwaitingCounts();
  const found: AwaitingContact[] = [];
  await scanForAwaiting(tables, SEGMENTS, stopping, counts, (contact) => found.push(contact));
  return { counts, found };
}

it('reads every page of every part, and finds each contact whose next contact is not stored', async () => {
  const { tables, scans } = aTable();

  const { counts, found } = await scan(tables);

  const all = SEGMENTS * PAGES * PER_PAGE;
  expect(counts).toEqual({ scanned: 1200, dependent: all, awaiting: all - SEGMENTS * PAGES });
  expect(new Set(found.map(({ contactId }) => contactId)).size).toBe(all - SEGMENTS * PAGES);
  expect(found).toContainEqual({
    ...{ contactId: 'a-2-3-24', nextContactId: 'b-2-3-24', next: 'not-stored' },
    because: 'It is not stored: not delivered yet, quarantined, expired or deleted.',
  });
  expect(scans).toHaveLength(SEGMENTS * PAGES);
});

it('reads at most ten next contacts of a part at the same time', async () => {
  const { tables, atOnce } = aTable();

  await scan(tables);

  expect(atOnce.most).toBeLessThanOrEqual(10 * SEGMENTS);
});

it('reads no next contact when the own record decides', async () => {
  const { tables, reads } = aTable(anAnsweredContactRecord);

  const { counts } = await scan(tables);

  expect(counts).toMatchObject({ dependent: 0, awaiting: 0 });
  expect(reads).toEqual([]);
});

it('ends all parts with the first error', async () => {
  const { tables, scans } = aTable();
  const failing: typeof tables = {
    ...tables,
    scan: (part, stopping) =>
      part.segment === 1 ? Promise.reject(new Error('denied')) : tables.scan(part, stopping),
  };

  await expect(scan(failing)).rejects.toThrow('denied');

  expect(scans.length).toBeLessThan((SEGMENTS - 1) * PAGES);
});

it('ends with the reason of Ctrl-C', async () => {
  const { tables, scans } = aTable();
  const stopping = new AbortController();
  const stopped: typeof tables = {
    ...tables,
    find: (contactId) => {
      stopping.abort();
      return tables.find(contactId);
    },
  };

  const error: unknown = await scan(stopped, stopping.signal).catch((reason: unknown) => reason);

  expect(error).toBe(stopping.signal.reason);
  expect(scans.length).toBe(SEGMENTS);
});
