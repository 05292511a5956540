import { findLinks, followLinks, type FoundContact } from '../../../cli/forget/follow-links';
import { never } from '../redrive/fake-services';
import { aContactsTable } from './fake-services';

async function follow(
  links: Parameters<typeof aContactsTable>[0],
  seeds: string[],
  follows = true,
): Promise<FoundContact[]> {
  const found = new Map<string, FoundContact>();
  const asSeeds = seeds.map((contactId) => ({ contactId, foundBy: '--contact' }));
  await followLinks(asSeeds, found, aContactsTable(links).read, follows, never);
  return [...found.values()];
}
const endpoint = (Address: string) => ({ CustomerEndpoint: { Address } });

it('follows links in any direction, each contact once', async () => {
  const found = await follow(
    {
      a: { NextContactId: 'b' },
      b: { PreviousContactId: 'a', InitialContactId: 'a', RelatedContactId: 'c' },
      c: { NextContacts: [{ Type: 'x', NextContactMetadata: { Any: { ContactId: 'd' } } }] },
      d: { RelatedContactId: 'a' },
    },
    ['a'],
  );

  expect(found.map(({ contactId, foundBy }) => `${contactId}: ${foundBy}`)).toEqual([
    ...['a: --contact', 'b: next contact of a', 'c: related contact of b', 'd: next contact of c'],
  ]);
});

it('finds a contact when it is not stored, so that a tombstone rejects later deliveries', async () => {
  const found = await follow({ a: { NextContactId: 'later' } }, ['a', 'unknown']);

  expect(found.map(({ contactId, state }) => `${contactId} ${state}`)).toEqual([
    ...['a stored', 'unknown not-stored', 'later not-stored'],
  ]);
});

it('follows no link when links are turned off', async () => {
  expect(await follow({ a: { NextContactId: 'b' } }, ['a'], false)).toHaveLength(1);
});

it('marks a linked contact with another endpoint', async () => {
  const found = await follow(
    {
      a: { NextContactId: 'b', ...endpoint('+1') },
      b: { NextContactId: 'c', ...endpoint('+2') },
      c: { NextContactId: 'd', ...endpoint('+1') },
      d: {},
    },
    ['a'],
  );

  expect(found.filter(({ hasOtherEndpoint }) => hasOtherEndpoint).map(({ contactId }) => contactId)).toEqual([
    'b',
  ]);
});

it('fails when links lead to too many contacts', async () => {
  let count = 0;
  const endless = () =>
    Promise.resolve({
      ...{ kind: 'stored' as const, lastUpdateTimestamp: 'any' },
      record: { NextContactId: `x${++count}` },
    });

  const following = followLinks([{ contactId: 'x', foundBy: 'any' }], new Map(), endless, true, never);

  await expect(following).rejects.toThrow('More than 10000 contacts are linked');
});

it('ignores a link when it names the contact itself or is not a contact id', () => {
  const links = findLinks({
    ...{ ContactId: 'a', NextContactId: 'a', PreviousContactId: '', InitialContactId: 5 },
    RelatedContactId: null,
  });

  expect(links).toEqual([]);
});
