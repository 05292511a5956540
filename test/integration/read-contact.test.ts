/**
 * Tests the read of a contact with an emulator: DynamoDB accepts the projection, and returns the expected fields.
 */
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { RetryableError } from '../../lambda/contact-records/aws/errors';
import { TOMBSTONE_ATTRIBUTE } from '../../lambda/contact-records/contract';
import { createReadContact, type ReadContact } from '../../lambda/contact-records/steps/read-contact';
import { createStore } from '../../lambda/contact-records/steps/store';
import { stringifyExactly } from '../../lambda/contact-records/json/stringify-exactly';
import { aContactRecord, decoded } from '../factories';
import { NO_DEADLINE } from '../fakes';
import { aTable, type DynamoDb, dynamoDbEmulators } from './emulators';

describe.each(dynamoDbEmulators())('the read of a contact, on %s', (_emulator, connect) => {
  let client: DynamoDb;
  let table: string;
  let readContact: ReadContact;

  const store = (record: Record<string, unknown> | string) =>
    createStore(
      table,
      (input) => client.send(new PutItemCommand(input)),
      30,
    )(decoded(record).item, NO_DEADLINE);
  const read = (tableName: string) =>
    createReadContact(tableName, (input) => client.send(new GetItemCommand(input)));

  beforeAll(async () => {
    client = await connect();
    table = await aTable(client);
    readContact = read(table);
  });

  it('returns only the deciding fields', async () => {
    const record = aContactRecord({ ContactId: 'deciding', NextContactId: 'next' });
    await store(record);

    const contact = await readContact('deciding', 'deciding', NO_DEADLINE);

    const { Attributes, AWSAccountId, ...others } = record;
    expect(record).toMatchObject({ Attributes, AWSAccountId });
    expect(contact).not.toHaveProperty('Attributes');
    expect(others).toMatchObject(contact ?? {});
    expect(contact).toMatchObject({ ContactId: 'deciding', NextContactId: 'next', Queue: record.Queue });
  });

  it('returns the whole contact with exact numbers, and without our own attributes', async () => {
    const text = JSON.stringify(aContactRecord({ ContactId: 'whole', Score: 'SCORE' })).replace(
      '"SCORE"',
      '0.12345678901234567890',
    );
    await store(text);

    const contact = await readContact('whole', 'all', NO_DEADLINE);

    const written = stringifyExactly(contact);
    expect(written).toContain('"Score":0.1234567890123456789');
    expect(JSON.parse(written)).toEqual(JSON.parse(text));
  });

  it('returns nothing for a contact that is not stored', async () => {
    expect(await readContact('nowhere', 'deciding', NO_DEADLINE)).toBeUndefined();
  });

  it('returns nothing for a tombstone', async () => {
    const item = { ContactId: { S: 'forgotten' }, LastUpdateTimestamp: { S: '9999-12-31T23:59:59Z' } };
    await client.send(
      new PutItemCommand({ TableName: table, Item: { ...item, [TOMBSTONE_ATTRIBUTE]: { BOOL: true } } }),
    );

    expect(await readContact('forgotten', 'deciding', NO_DEADLINE)).toBeUndefined();
    expect(await readContact('forgotten', 'all', NO_DEADLINE)).toBeUndefined();
  });

  it('throws a retryable error when DynamoDB fails', async () => {
    const failing = read('no-such-table')('any', 'deciding', NO_DEADLINE);

    await expect(failing).rejects.toEqual(new RetryableError('DynamoDB', 'ResourceNotFoundException', 400));
  });

  it('throws a retryable error when no time is left', async () => {
    const noTime = { ...NO_DEADLINE, hasTimeFor: () => false };

    await expect(readContact('any', 'all', noTime)).rejects.toEqual(
      new RetryableError('deadline', 'no time left to read a contact'),
    );
  });
});
