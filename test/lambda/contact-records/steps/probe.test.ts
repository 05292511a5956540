import type { PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { marshal } from '../../../../lambda/contact-records/json/marshal';
import { createProbe } from '../../../../lambda/contact-records/steps/probe';
import type { PutItem } from '../../../../lambda/contact-records/steps/store';
import { isConditionMet } from '../../../../local/emulators/condition-expression';
import { aContactRecord, decoded } from '../../../factories';
import { NO_DEADLINE } from '../../../fakes';

const anItem = () => decoded(aContactRecord({ ContactId: 'c-1' })).item;
const failingWith =
  (name: string, message = ''): PutItem =>
  () =>
    Promise.reject(Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } }));

/** Returns the put of a probe. */
async function sentProbe(retentionDays?: number): Promise<PutItemCommandInput> {
  const sent: PutItemCommandInput[] = [];
  const putItem: PutItem = (input, signal) => {
    sent.push(input);
    return failingWith('ConditionalCheckFailedException')(input, signal);
  };
  await createProbe('records', putItem, retentionDays)(anItem(), NO_DEADLINE);
  return sent[0] ?? { TableName: undefined, Item: undefined };
}

describe('a probe', () => {
  it('has the attributes of the item', async () => {
    const { TableName, Item } = await sentProbe();

    expect(TableName).toBe('records');
    expect(Item).toEqual(marshal(anItem()));
  });

  it('has the time to live when items have one: an index on it concerns every record', async () => {
    const { Item } = await sentProbe(30);

    expect(Item).toHaveProperty(['contact-record-pipeline:ExpiresAt', 'N']);
  });

  it.each([
    ['has no item with its id', undefined],
    ['has one', { ContactId: { S: 'c-1' } }],
  ])('is not stored when the table %s', async (_, existing) => {
    const { ConditionExpression = '' } = await sentProbe();

    expect(isConditionMet(ConditionExpression, {}, existing)).toBe(false);
  });

  it.each<[string, PutItem, string]>([
    ['a failed condition', failingWith('ConditionalCheckFailedException'), 'accepted'],
    ['a rejection', failingWith('ValidationException', 'Type mismatch for Index Key'), 'rejected'],
    [
      'an item that is too large',
      failingWith('ValidationException', 'Item size has exceeded the maximum allowed size'),
      'rejected',
    ],
    ['a put that is stored', () => Promise.resolve(), 'rejected'],
  ])('shows by %s whether the table accepts the item', async (_, putItem, expected) => {
    const answer = await createProbe('records', putItem)(anItem(), NO_DEADLINE);

    expect(answer).toBe(expected);
  });

  it('fails with the name of the error when DynamoDB fails', async () => {
    const probing = createProbe('records', failingWith('AccessDeniedException'))(anItem(), NO_DEADLINE);

    await expect(probing).rejects.toMatchObject({
      name: 'RetryableError',
      message: 'DynamoDB: AccessDeniedException',
    });
  });
});
