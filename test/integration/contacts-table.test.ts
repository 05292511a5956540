/** The tombstones of `npm run forget` against the emulator of DynamoDB. */
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createContactsTable } from '../../cli/forget/contacts-table';
import { CREDENTIALS, REGION } from '../../local/stack/emulator-clients';
import { aTable, clients, emulators } from './emulators';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const VERSION = '2024-03-05T09:31:04Z';

async function aContactsTable(item?: Record<string, string>) {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: emulators.endpoints.dynamodb,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  });
  const TableName = await aTable(clients.dynamodb);
  if (item) {
    const Item = Object.fromEntries(Object.entries(item).map(([name, S]) => [name, { S }]));
    await clients.dynamodb.send(new PutItemCommand({ TableName, Item }));
  }
  return createContactsTable(TableName);
}

it.each([
  ['the version that was seen', { ContactId: 'c', LastUpdateTimestamp: VERSION }, VERSION],
  ['nothing, as was seen', undefined, undefined],
])('writes a tombstone when the table has %s', async (_, item, seen) => {
  const table = await aContactsTable(item);

  const outcome = await table.bury('c', seen, NOW);

  expect({ outcome, stored: await table.read('c') }).toEqual({
    outcome: 'buried',
    stored: { kind: 'forgotten', at: NOW },
  });
});

it.each([
  ['a newer version', { ContactId: 'c', LastUpdateTimestamp: '2024-03-06T00:00:00Z' }, VERSION],
  ['a version where nothing was seen', { ContactId: 'c', LastUpdateTimestamp: VERSION }, undefined],
  ['nothing any more', undefined, VERSION],
])('does not change the table when it has %s', async (_, item, seen) => {
  const table = await aContactsTable(item);
  const before = await table.read('c');

  const outcome = await table.bury('c', seen, NOW);

  expect({ outcome, stored: await table.read('c') }).toEqual({ outcome: 'changed', stored: before });
});

it('does not replace a tombstone, so its time stays', async () => {
  const table = await aContactsTable();
  await table.bury('c', undefined, NOW);

  const outcomes = [
    await table.bury('c', undefined, NOW + 1),
    await table.bury('c', '9999-12-31T23:59:59Z', NOW + 1),
  ];

  expect(outcomes).toEqual(['changed', 'changed']);
  expect(await table.read('c')).toEqual({ kind: 'forgotten', at: NOW });
});

it('lets a tombstone outlive the 24 months for which Connect may deliver again', async () => {
  const table = await aContactsTable();
  await table.bury('c', undefined, NOW);

  const { items } = await table.scan({ segment: 0, segments: 1 }, new AbortController().signal);

  const expiry = Number(items[0]?.['contact-record-pipeline:ExpiresAt']?.N) * 1000;
  expect(expiry).toBeGreaterThan(Date.parse('2028-11-29T12:00:00Z'));
});
