import { followLinks, type FoundContact } from '../../../cli/forget/follow-links';
import { type WrittenTombstone, writeTombstones } from '../../../cli/forget/write-tombstones';
import { never } from '../redrive/fake-services';
import { type AContactsTable, aContactsTable, aStoredContact } from './fake-services';

async function find(table: AContactsTable, contactId: string): Promise<Map<string, FoundContact>> {
  const found = new Map<string, FoundContact>();
  await followLinks([{ contactId, foundBy: '--contact' }], found, table.read, true, never);
  return found;
}

async function bury(table: AContactsTable, found: Map<string, FoundContact>): Promise<WrittenTombstone[]> {
  const written: WrittenTombstone[] = [];
  await writeTombstones(found, true, { table, now: () => 1000, stopping: never }, written);
  return written;
}

const chain = () => aContactsTable({ a: { NextContactId: 'b' }, b: { NextContactId: 'c' }, c: {} });

it('replaces linked contacts before the contacts that link to them', async () => {
  const table = chain();

  await bury(table, await find(table, 'a'));

  expect(table.buried).toEqual(['c', 'b', 'a']);
});

it('finds the rest by the remaining links when a run ended anywhere', async () => {
  for (const limit of [0, 1, 2]) {
    const table = chain();
    const ending: AContactsTable = {
      ...table,
      bury: (...args) => {
        if (table.buried.length === limit) throw new Error('killed');
        return table.bury(...args);
      },
    };
    await expect(bury(ending, await find(table, 'a'))).rejects.toThrow('killed');

    await bury(table, await find(table, 'a'));

    expect(table.buried).toEqual(['c', 'b', 'a']);
  }
});

it('does not replace a tombstone', async () => {
  const table = aContactsTable({ a: {} });
  table.contacts.set('a', { kind: 'forgotten', at: 5 });

  const written = await bury(table, await find(table, 'a'));

  expect({ written, contact: table.contacts.get('a') }).toEqual({
    written: [],
    contact: { kind: 'forgotten', at: 5 },
  });
});

it('follows the links of a version that arrives after the contact was read', async () => {
  const table = chain();
  const found = await find(table, 'c');
  table.contacts.set('c', aStoredContact('c', { NextContactId: 'b' }, '2024-03-06T00:00:00Z'));

  const written = await bury(table, found);

  // The linked ones first, as in the first place.
  expect(table.buried).toEqual(['b', 'c']);
  expect(written.map(({ wasStored }) => wasStored)).toEqual([true, true]);
});

it('writes a tombstone when a contact is not stored, or is stored during the run', async () => {
  const table = aContactsTable({});
  const found = new Map([...(await find(table, 'x')), ...(await find(table, 'y'))]);
  table.contacts.set('y', aStoredContact('y'));

  const written = await bury(table, found);

  expect(written).toEqual([
    { contactId: 'y', wasStored: true, at: 1000 },
    { contactId: 'x', wasStored: false, at: 1000 },
  ]);
});

it('fails when a contact keeps changing', async () => {
  const table = aContactsTable({ a: {} });
  const changing = { ...table, bury: () => Promise.resolve('changed' as const) };

  await expect(bury(changing, await find(table, 'a'))).rejects.toThrow('The contact a keeps changing');
});
