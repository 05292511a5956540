import type { PutCommandInput } from '@aws-sdk/lib-dynamodb';
import { RetryableError } from '../../../../lambda/contact-records/aws/errors';
import { type Claim, type ClaimOutcome, createLedger } from '../../../../lambda/contact-records/steps/ledger';
import { NO_DEADLINE } from '../../../fakes';

const NOW = Date.parse('2024-03-05T09:32:11.500Z');
const TWO_LEAP_YEARS_S = 732 * 24 * 60 * 60;
const aClaim: Claim = { contactId: 'c-1', token: 'token-1', claimedAt: NOW };

const failedWith = (name: string, more: object = {}) => Object.assign(new Error(), { name, ...more });
/** The answer to a put that an entry stands against, marshalled as it comes. */
const against = (entry: Record<string, { S: string }>) =>
  failedWith('ConditionalCheckFailedException', { Item: entry });

/** A ledger over a table that takes each put, or answers it by throwing; `puts` are what it was asked. */
function aLedger(answer?: (input: PutCommandInput) => Error) {
  const puts: PutCommandInput[] = [];
  const put = (input: PutCommandInput) => {
    puts.push(input);
    return answer ? Promise.reject(answer(input)) : Promise.resolve();
  };
  return { ledger: createLedger('ledger', put, () => NOW), puts };
}
const claimed = (outcome: ClaimOutcome): Claim => {
  if (outcome.kind !== 'claimed') throw new Error(outcome.kind);
  return outcome.claim;
};

// What the conditions do is proved on the emulators (`test/integration/ledger.test.ts`); that they are these, here.
describe('a claim', () => {
  it('is put where there is no entry, or one that is neither published nor under a lease', async () => {
    const { ledger, puts } = aLedger();
    const claim = claimed(await ledger.claim('c-1', NO_DEADLINE));
    expect(claim).toEqual({ ...aClaim, token: claim.token });
    expect(puts).toEqual([
      {
        TableName: 'ledger',
        Item: {
          ContactId: 'c-1',
          ClaimToken: claim.token,
          ClaimedAt: '2024-03-05T09:32:11.500Z',
          LeaseEndsAt: NOW + 30_000,
          ExpiresAt: Math.floor(NOW / 1_000) + TWO_LEAP_YEARS_S,
        },
        ConditionExpression:
          'attribute_not_exists(ContactId) OR (attribute_not_exists(PublishedAt) AND LeaseEndsAt < :now)',
        ExpressionAttributeValues: { ':now': NOW },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    ]);
  });

  it('has a new token each time, so that no other attempt can complete it', async () => {
    const { ledger } = aLedger();
    const [one, other] = [await ledger.claim('c-1', NO_DEADLINE), await ledger.claim('c-1', NO_DEADLINE)];
    expect(claimed(one).token).not.toBe(claimed(other).token);
  });

  it('is kept while another process publishes', async () => {
    const { ledger } = aLedger(() => against({ ClaimToken: { S: 'of another process' } }));
    expect(await ledger.claim('c-1', NO_DEADLINE)).toEqual({ kind: 'held' });
  });

  it('is held, too, by an entry without a token, which this function did not write', async () => {
    const { ledger } = aLedger(() => against({ ContactId: { S: 'c-1' } }));
    expect(await ledger.claim('c-1', NO_DEADLINE)).toEqual({ kind: 'held' });
  });

  it('finds a contact published that was published before', async () => {
    const { ledger } = aLedger(() =>
      against({ ClaimToken: { S: 'x' }, PublishedAt: { S: '2024-03-05T09:32:10.000Z' } }),
    );
    expect(await ledger.claim('c-1', NO_DEADLINE)).toEqual({ kind: 'published' });
  });

  it('is claimed if what stands against it is itself: the SDK sent it twice', async () => {
    const { ledger } = aLedger(({ Item }) => against({ ClaimToken: { S: Item?.ClaimToken as string } }));
    expect(await ledger.claim('c-1', NO_DEADLINE)).toMatchObject({ kind: 'claimed' });
  });

  it.each([
    ['ThrottlingException', '', 'DynamoDB: ThrottlingException'],
    // No entry of this function can be that large: whatever it means, no message has gone out, and none may be given up.
    ['ValidationException', 'Item size has exceeded the maximum allowed size', 'ledger: ValidationException'],
  ])('is retryable if DynamoDB answers %s', async (name, message, expected) => {
    const { ledger } = aLedger(() => failedWith(name, { message }));
    await expect(ledger.claim('c-1', NO_DEADLINE)).rejects.toThrow(RetryableError);
    await expect(ledger.claim('c-1', NO_DEADLINE)).rejects.toThrow(expected);
  });
});

describe('only the process that has the claim', () => {
  const own = {
    TableName: 'ledger',
    ConditionExpression: 'ClaimToken = :token',
    ExpressionAttributeValues: { ':token': 'token-1' },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
  const entry = {
    ContactId: 'c-1',
    ClaimToken: 'token-1',
    ClaimedAt: '2024-03-05T09:32:11.500Z',
    ExpiresAt: Math.floor(NOW / 1_000) + TWO_LEAP_YEARS_S,
  };

  it('completes it, with the id and time of the message', async () => {
    const { ledger, puts } = aLedger();
    await ledger.complete(aClaim, 'm-1', NO_DEADLINE);
    const published = { MessageId: 'm-1', PublishedAt: '2024-03-05T09:32:11.500Z' };
    expect(puts).toEqual([{ ...own, Item: { ...entry, ...published } }]);
  });

  it('releases it, so that its lease is over at once', async () => {
    const { ledger, puts } = aLedger();
    await ledger.release(aClaim, NO_DEADLINE);
    expect(puts).toEqual([{ ...own, Item: { ...entry, LeaseEndsAt: 0 } }]);
  });

  it('changes nothing if the claim was taken over: that is no error', async () => {
    const { ledger } = aLedger(() => against({ ClaimToken: { S: 'of another process' } }));
    await expect(ledger.complete(aClaim, 'm-1', NO_DEADLINE)).resolves.toBeUndefined();
    await expect(ledger.release(aClaim, NO_DEADLINE)).resolves.toBeUndefined();
  });
});
