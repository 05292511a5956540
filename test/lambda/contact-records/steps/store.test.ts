import type { PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { RetryableError } from '../../../../lambda/contact-records/aws/errors';
import { marshal } from '../../../../lambda/contact-records/json/marshal';
import { type PutItem, createStore } from '../../../../lambda/contact-records/steps/store';
import { aContactRecord, decoded } from '../../../factories';
import { NO_DEADLINE } from '../../../fakes';

const anItem = (LastUpdateTimestamp = '2024-03-05T09:32:11Z') =>
  decoded(aContactRecord({ ContactId: 'c-1', LastUpdateTimestamp })).item;
const failingWith =
  (name: string, more: object = {}): PutItem =>
  () =>
    Promise.reject(Object.assign(new Error(), { name, ...more }));
const rejectWith = (item: Readonly<Record<string, unknown>>): PutItem =>
  failingWith('ConditionalCheckFailedException', { Item: marshal(item) });

describe('a put', () => {
  // What the condition does is proved on the emulators (`test/integration/store.test.ts`); that it is this one, here.
  it('succeeds only for a contact that the table does not have, or has in an older version', async () => {
    const puts: PutItemCommandInput[] = [];
    const store = createStore('records', (input) => Promise.resolve(puts.push(input)));
    expect(await store(anItem(), NO_DEADLINE)).toEqual({ kind: 'stored' });
    expect(puts).toEqual([
      {
        TableName: 'records',
        Item: marshal(anItem()),
        ConditionExpression: 'attribute_not_exists(ContactId) OR LastUpdateTimestamp < :incoming',
        ExpressionAttributeValues: { ':incoming': { S: '2024-03-05T09:32:11Z' } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    ]);
  });

  it('of the same version is redelivered, with the stored item and exact numbers', async () => {
    const existing = { ...anItem(), Other: NumberValue.from('12345678901234567890') };
    expect(await createStore('records', rejectWith(existing))(anItem(), NO_DEADLINE)).toEqual({
      kind: 'redelivered',
      existing,
    });
  });

  it('sets the time to live when contacts are kept for a number of days', async () => {
    const puts: PutItemCommandInput[] = [];
    const store = createStore('records', (input) => Promise.resolve(puts.push(input)), 30);
    await store(anItem(), NO_DEADLINE);
    const expiresAt = String(Date.UTC(2024, 3, 4, 9, 31, 4) / 1_000);
    expect(puts).toMatchObject([
      { Item: { ...marshal(anItem()), 'contact-record-pipeline:ExpiresAt': { N: expiresAt } } },
    ]);
  });

  it.each([undefined, 30])('compares records, whenever the item is to be deleted: %p days', async (days) => {
    // The setting may have changed since the item was put.
    const existing = { ...anItem(), 'contact-record-pipeline:ExpiresAt': 1 };
    expect(await createStore('records', rejectWith(existing), days)(anItem(), NO_DEADLINE)).toEqual({
      kind: 'redelivered',
      existing: anItem(),
    });
  });

  it('against a newer version is stale', async () => {
    const newer = rejectWith(anItem('2024-03-05T09:32:12Z'));
    expect(await createStore('records', newer)(anItem(), NO_DEADLINE)).toEqual({ kind: 'stale' });
  });

  it('against an item without a LastUpdateTimestamp, which this function did not write, is stale', async () => {
    const foreign = rejectWith({ ContactId: 'c-1' });
    expect(await createStore('records', foreign)(anItem(), NO_DEADLINE)).toEqual({ kind: 'stale' });
  });

  it('of what DynamoDB finds too large is unstorable, for good', async () => {
    const tooLarge = failingWith('ValidationException', {
      message: 'Item size has exceeded the maximum allowed size',
    });
    expect(await createStore('records', tooLarge)(anItem(), NO_DEADLINE)).toEqual({
      kind: 'unstorable',
      reason: 'item-too-large',
    });
  });

  it('is rejected when DynamoDB finds it invalid: the batch decides whether the item is the cause', async () => {
    const invalid = createStore('records', failingWith('ValidationException'));

    expect(await invalid(anItem(), NO_DEADLINE)).toEqual({ kind: 'rejected' });
  });

  it('that fails in any other way is not now', async () => {
    const throttled = createStore('records', failingWith('ThrottlingException'));
    await expect(throttled(anItem(), NO_DEADLINE)).rejects.toThrow(RetryableError);
  });

  it('of what is not JSON is an internal error, and no failure of the service', async () => {
    const store = createStore('records', () => Promise.resolve());
    await expect(store({ ...anItem(), internalError: undefined }, NO_DEADLINE)).rejects.toThrow(TypeError);
  });
});
