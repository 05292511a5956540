import type { PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { NotNow } from '../../../../lambda/contact-records/aws/errors';
import { marshal } from '../../../../lambda/contact-records/json/marshal';
import { type PutItem, storeIn } from '../../../../lambda/contact-records/steps/store';
import { aContactRecord, decoded } from '../../../factories';
import { NO_DEADLINE } from '../../../fakes';

const anItem = (LastUpdateTimestamp = '2024-03-05T09:32:11Z') =>
  decoded(aContactRecord({ ContactId: 'c-1', LastUpdateTimestamp })).item;
const failingWith =
  (name: string, more: object = {}): PutItem =>
  () =>
    Promise.reject(Object.assign(new Error(), { name, ...more }));
const heldAgainst = (item: Readonly<Record<string, unknown>>): PutItem =>
  failingWith('ConditionalCheckFailedException', { Item: marshal(item) });

describe('a put', () => {
  // What the condition does is proved on the engines (`test/integration/store.test.ts`); that it is this one, here.
  it('succeeds only for a contact that the table does not have, or has in an older version', async () => {
    const puts: PutItemCommandInput[] = [];
    const store = storeIn('records', (input) => Promise.resolve(puts.push(input)));
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

  it('against the same version is redelivered, with what the table holds, numbers exactly', async () => {
    const held = { ...anItem(), Other: NumberValue.from('12345678901234567890') };
    expect(await storeIn('records', heldAgainst(held))(anItem(), NO_DEADLINE)).toEqual({
      kind: 'redelivered',
      held,
    });
  });

  it('says when the item is to be deleted, where contacts are kept for so many days only', async () => {
    const puts: PutItemCommandInput[] = [];
    const store = storeIn('records', (input) => Promise.resolve(puts.push(input)), 30);
    await store(anItem(), NO_DEADLINE);
    const expiresAt = String(Date.UTC(2024, 3, 4, 9, 31, 4) / 1_000);
    expect(puts).toMatchObject([
      { Item: { ...marshal(anItem()), 'contact-record-pipeline:ExpiresAt': { N: expiresAt } } },
    ]);
  });

  it.each([undefined, 30])('compares records, whenever the item is to be deleted: %p days', async (days) => {
    // The setting may have changed since the item was put.
    const held = { ...anItem(), 'contact-record-pipeline:ExpiresAt': 1 };
    expect(await storeIn('records', heldAgainst(held), days)(anItem(), NO_DEADLINE)).toEqual({
      kind: 'redelivered',
      held: anItem(),
    });
  });

  it('against a newer version is stale', async () => {
    const newer = heldAgainst(anItem('2024-03-05T09:32:12Z'));
    expect(await storeIn('records', newer)(anItem(), NO_DEADLINE)).toEqual({ kind: 'stale' });
  });

  it('against an item without a LastUpdateTimestamp, which is none of ours, is stale', async () => {
    const foreign = heldAgainst({ ContactId: 'c-1' });
    expect(await storeIn('records', foreign)(anItem(), NO_DEADLINE)).toEqual({ kind: 'stale' });
  });

  it('of what DynamoDB finds too large is unstorable, for good', async () => {
    const tooLarge = failingWith('ValidationException', {
      message: 'Item size has exceeded the maximum allowed size',
    });
    expect(await storeIn('records', tooLarge)(anItem(), NO_DEADLINE)).toEqual({
      kind: 'unstorable',
      reason: 'item-too-large',
    });
  });

  it('that fails in any other way is not now', async () => {
    const throttled = storeIn('records', failingWith('ThrottlingException'));
    await expect(throttled(anItem(), NO_DEADLINE)).rejects.toThrow(NotNow);
  });

  it('of what is not JSON is a mistake of ours, and no fault of the service', async () => {
    const store = storeIn('records', () => Promise.resolve());
    await expect(store({ ...anItem(), mistake: undefined }, NO_DEADLINE)).rejects.toThrow(TypeError);
  });
});
