import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { createCustomer } from '../../../cli/forget/customer';
import {
  createSearchResult,
  searchBucket,
  searchTable,
  type SearchResult,
} from '../../../cli/forget/find-contacts';
import { TOMBSTONE_ATTRIBUTE } from '../../../lambda/contact-records/contract';
import { createItem } from '../../../lambda/contact-records/steps/store';
import { aContactRecord, decoded } from '../../factories';
import { never } from '../redrive/fake-services';
import { aFailureObject, aGivenUp } from '../shared/failure-objects';
import { aVersionedBucket } from './fake-services';

const NUMBER = '12065550199';
const byNumber = createCustomer({ numbers: [NUMBER], emails: [], customerIds: [] });
const customer = (ContactId: string, fields: Record<string, unknown> = {}) =>
  aContactRecord({ ContactId, CustomerEndpoint: { Address: `+${NUMBER}` }, ...fields });
const namesCustomer = (ContactId: string) =>
  aContactRecord({ ContactId, TransferredToEndpoint: { Address: `+${NUMBER}` } });

async function inTable(...items: Record<string, AttributeValue>[]): Promise<SearchResult> {
  const result = createSearchResult();
  const scan = () => Promise.resolve({ items, scanned: items.length, next: undefined });
  await searchTable({ scan }, 1, byNumber, result, never);
  return result;
}
const anItem = (record: Record<string, unknown>) => createItem(decoded(record).item, undefined);

async function inBucket(...payloads: string[]): Promise<SearchResult> {
  const result = createSearchResult();
  const objects = await Promise.all(
    payloads.map((payload, index) => aFailureObject({ payload, sequenceNumber: index })),
  );
  await searchBucket(aVersionedBucket(objects), byNumber, result);
  return result;
}

it('finds in the table the contacts of a customer, apart from those that name the customer', async () => {
  const { owned, naming, items } = await inTable(
    ...[customer('theirs', { NextContactId: 'next' }), namesCustomer('names'), aContactRecord()].map(anItem),
  );

  expect([...owned.values()]).toEqual([
    {
      contactId: 'theirs',
      foundBy: "the customer's, in the table",
      links: [{ contactId: 'next', relation: 'next contact' }],
    },
  ]);
  expect([...naming.keys()]).toEqual(['names']);
  expect(items).toBe(3);
});

it('finds all tombstones with their time, including those of other programs', async () => {
  const aTombstone = (id: string, forgotten: AttributeValue) => ({
    ContactId: { S: id },
    [TOMBSTONE_ATTRIBUTE]: forgotten,
  });

  const { tombstones } = await inTable(
    aTombstone('a', { S: '2026-11-29T12:00:00.000Z' }),
    aTombstone('b', { BOOL: true }),
  );

  expect([...tombstones]).toEqual([
    ['a', Date.parse('2026-11-29T12:00:00Z')],
    ['b', 0],
  ]);
});

it('finds a contact with its links when only the bucket has it', async () => {
  const { owned, naming } = await inBucket(
    JSON.stringify(customer('theirs', { PreviousContactId: 'previous' })),
    JSON.stringify(namesCustomer('names')),
    JSON.stringify(aContactRecord()),
    'not JSON',
  );

  expect(owned.get('theirs')?.links).toEqual([{ contactId: 'previous', relation: 'previous contact' }]);
  expect([...owned.keys()]).toEqual(['theirs']);
  expect([...naming.keys()]).toEqual(['names']);
});

it('finds a contact when its record has an id, but cannot be stored', async () => {
  const invalid = JSON.stringify(customer('invalid', { LastUpdateTimestamp: 'yesterday' }));

  const { owned } = await inBucket(invalid);

  expect([...owned.keys()]).toEqual(['invalid']);
});

it('finds each contact of a batch', async () => {
  const payloads = ['a', 'b'].map((id) => ({ payload: JSON.stringify(customer(id)) }));
  const result = createSearchResult();

  await searchBucket(aVersionedBucket([aGivenUp(payloads)]), byNumber, result);

  expect([...result.owned.keys()]).toEqual(['a', 'b']);
});

it('counts a contact as the customer’s when one of its versions has an identifier', async () => {
  const { owned, naming } = await inBucket(
    JSON.stringify(namesCustomer('c')),
    JSON.stringify(customer('c')),
    JSON.stringify(namesCustomer('c')),
  );

  expect({ owned: [...owned.keys()], naming: [...naming.keys()] }).toEqual({ owned: ['c'], naming: [] });
});
