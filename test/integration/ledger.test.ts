/**
 * Proves on an emulator that one of many claims succeeds, and that no process can complete or release another one's
 * claim.
 */
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type Claim, LEASE_MS, type Ledger, createLedger } from '../../lambda/contact-records/steps/ledger';
import { NO_DEADLINE } from '../fakes';
import { aTable, type DynamoDb, dynamoDbEmulators } from './emulators';

describe.each(dynamoDbEmulators())('the ledger, on %s', (_emulator, connect) => {
  let client: DynamoDb;
  let table: string;
  let ledger: Ledger;
  let clock = Date.parse('2026-03-05T09:30:00Z');

  beforeAll(async () => {
    client = await connect();
    table = await aTable(client);
    const documents = DynamoDBDocumentClient.from(client);
    ledger = createLedger(
      table,
      (input, abortSignal) => documents.send(new PutCommand(input), { abortSignal }),
      () => clock,
    );
  });

  const claim = (contactId: string) => ledger.claim(contactId, NO_DEADLINE);
  const claimed = async (contactId: string): Promise<Claim> => {
    const outcome = await claim(contactId);
    if (outcome.kind !== 'claimed') throw new Error(`expected a claim, not ${outcome.kind}`);
    return outcome.claim;
  };
  const entry = async (contactId: string) => {
    const { Item = {} } = await client.send(
      new GetItemCommand({ TableName: table, Key: { ContactId: { S: contactId } } }),
    );
    return unmarshall(Item);
  };

  it('lets a contact be claimed once, and completed', async () => {
    const own = await claimed('once');
    expect(await claim('once')).toEqual({ kind: 'held' });
    await ledger.complete(own, 'message-1', NO_DEADLINE);
    expect(await claim('once')).toEqual({ kind: 'published' });
  });

  it('has message, time and expiry when a contact was published', async () => {
    await ledger.complete(await claimed('asked'), 'message-2', NO_DEADLINE);
    expect(await entry('asked')).toEqual({
      ContactId: 'asked',
      ClaimToken: expect.any(String) as string,
      ClaimedAt: new Date(clock).toISOString(),
      MessageId: 'message-2',
      PublishedAt: new Date(clock).toISOString(),
      ExpiresAt: clock / 1000 + 732 * 24 * 60 * 60,
    });
  });

  it('accepts exactly one of many claims at the same time', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => claim('raced')));
    expect(outcomes.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'held')).toHaveLength(19);
  });

  it('accepts another claim when the lease of a dead process ends', async () => {
    await claimed('died');
    clock += LEASE_MS;
    expect(await claim('died')).toEqual({ kind: 'held' });
    clock += 1;
    expect(await claim('died')).toMatchObject({ kind: 'claimed' });
  });

  it('ignores a late completion when another process took over the claim', async () => {
    const slow = await claimed('taken-over');
    clock += LEASE_MS + 1;
    const fast = await claimed('taken-over');
    await ledger.complete(fast, 'message-of-fast', NO_DEADLINE);
    await ledger.complete(slow, 'message-of-slow', NO_DEADLINE);
    await ledger.release(slow, NO_DEADLINE);
    expect(await entry('taken-over')).toMatchObject({ MessageId: 'message-of-fast' });
    expect(await claim('taken-over')).toEqual({ kind: 'published' });
  });

  it('accepts a new claim at once after a release, which only the owner can make', async () => {
    const first = await claimed('released');
    await ledger.release(first, NO_DEADLINE);
    const second = await claimed('released');
    await ledger.release(first, NO_DEADLINE);
    expect(await claim('released')).toEqual({ kind: 'held' });
    await ledger.complete(second, 'message-3', NO_DEADLINE);
    expect(await claim('released')).toEqual({ kind: 'published' });
  });

  it('recognises its own claim when the SDK sent it twice', async () => {
    const documents = DynamoDBDocumentClient.from(client);
    const sentTwice = createLedger(
      table,
      async (input) => {
        await documents.send(new PutCommand(input));
        await documents.send(new PutCommand(input));
      },
      () => clock,
    );
    expect(await sentTwice.claim('sent-twice', NO_DEADLINE)).toMatchObject({ kind: 'claimed' });
  });

  it('keeps a contact published at any later time', async () => {
    await ledger.complete(await claimed('for-good'), 'message-4', NO_DEADLINE);
    clock += 600 * 24 * 60 * 60 * 1000;
    expect(await claim('for-good')).toEqual({ kind: 'published' });
  });
});
