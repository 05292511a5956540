/**
 * Tests the conditional put with the emulators: the condition under concurrency, the answer to a failed condition, and the
 * items that DynamoDB accepts. It always runs on dynalite, and on DynamoDB Local if Java is installed.
 */
import { GetItemCommand, PutItemCommand, type PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item } from '../../lambda/contact-records/steps/decode';
import { toExactNumber } from '../../lambda/contact-records/json/exact-number';
import { RetryableError } from '../../lambda/contact-records/aws/errors';
import { RECORDS_TTL_ATTRIBUTE } from '../../lambda/contact-records/contract';
import { type Store, createStore } from '../../lambda/contact-records/steps/store';
import { aContactRecord, decoded } from '../factories';
import { NO_DEADLINE } from '../fakes';
import { aTable, type DynamoDb, dynamoDbEmulators } from './emulators';

const version = (ContactId: string, second: number, fields: Record<string, unknown> = {}): Item =>
  decoded(aContactRecord({ ContactId, LastUpdateTimestamp: at(second), ...fields })).item;
const at = (second: number): string => `2024-03-05T09:32:${String(second).padStart(2, '0')}Z`;

describe.each(dynamoDbEmulators())('the conditional put, on %s', (emulator, connect) => {
  let client: DynamoDb;
  let table: string;
  let store: Store;

  beforeAll(async () => {
    client = await connect();
    table = await aTable(client);
    store = createStore(table, (input, abortSignal) =>
      client.send(new PutItemCommand(input), { abortSignal }),
    );
  });

  const stored = async (ContactId: string): Promise<unknown> => {
    const { Item = {} } = await client.send(
      new GetItemCommand({ TableName: table, Key: { ContactId: { S: ContactId } }, ConsistentRead: true }),
    );
    return unmarshall(Item, { wrapNumbers: toExactNumber });
  };

  it('stores a contact unchanged when the table does not have it', async () => {
    const item = version('first', 1, { Empty: {}, Text: '', Nothing: null, List: [[], {}, 'x', 1.5, true] });
    expect(await store(item, NO_DEADLINE)).toEqual({ kind: 'stored' });
    expect(await stored('first')).toEqual(item);
  });

  it('replaces an older version as a whole', async () => {
    await store(version('newer', 1, { OnlyInTheOld: 1 }), NO_DEADLINE);
    expect(await store(version('newer', 2), NO_DEADLINE)).toEqual({ kind: 'stored' });
    expect(await stored('newer')).toEqual(version('newer', 2));
  });

  it('finds the same version redelivered, and returns the stored item', async () => {
    const item = version('same', 1, { Big: 0, More: { deep: [1, null] } });
    await store(item, NO_DEADLINE);
    expect(await store(item, NO_DEADLINE)).toEqual({ kind: 'redelivered', existing: item });
    expect(await store(version('same', 1, { Other: 1 }), NO_DEADLINE)).toEqual({
      kind: 'redelivered',
      existing: item,
    });
    expect(await stored('same')).toEqual(item);
  });

  it('finds it redelivered with any time of expiry', async () => {
    const put = (input: PutItemCommandInput) => client.send(new PutItemCommand(input));
    const item = version('kept', 1);
    expect(await createStore(table, put, 36_500)(item, NO_DEADLINE)).toEqual({ kind: 'stored' });
    expect(await stored('kept')).toHaveProperty([RECORDS_TTL_ATTRIBUTE]);
    expect(await store(item, NO_DEADLINE)).toEqual({ kind: 'redelivered', existing: item });
  });

  it('finds an older version stale, and keeps the newer', async () => {
    await store(version('older', 5), NO_DEADLINE);
    expect(await store(version('older', 4), NO_DEADLINE)).toEqual({ kind: 'stale' });
    expect(await stored('older')).toEqual(version('older', 5));
  });

  it('keeps the newest version in any order of writes', async () => {
    const seconds = Array.from({ length: 40 }, (_, i) => (i * 17) % 40);
    const outcomes = await Promise.all(seconds.map((second) => store(version('raced', second), NO_DEADLINE)));
    expect(await stored('raced')).toEqual(version('raced', 39));
    expect(outcomes[seconds.indexOf(39)]).toEqual({ kind: 'stored' });
    for (const outcome of outcomes) expect(['stored', 'stale']).toContain(outcome.kind);
  });

  it('lets exactly one of many equal writers store', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => store(version('equal', 1), NO_DEADLINE)),
    );
    expect(outcomes.filter(({ kind }) => kind === 'stored')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'redelivered')).toHaveLength(19);
  });

  it('keeps numbers exactly, and knows them again in the spelling of DynamoDB', async () => {
    const text = JSON.stringify(aContactRecord({ ContactId: 'numbers' })).replace(
      '{',
      '{"a":12345678901234567890,"b":0.1234567890123456789,"c":1e30,"d":1.50,"e":-0.0,"f":9.9e125,"g":1e-130,',
    );
    const { item } = decoded(text);
    expect(await store(item, NO_DEADLINE)).toEqual({ kind: 'stored' });
    expect(await stored('numbers')).toEqual(item);
    expect(await store(item, NO_DEADLINE)).toEqual({ kind: 'redelivered', existing: item });
  });

  it('finds an item beyond 400 KB unstorable, by the answer of DynamoDB', async () => {
    // Not decoded: that would find it too large before the request.
    const large = (size: number) =>
      aContactRecord({ ContactId: 'large', Attributes: { note: 'x'.repeat(size) } }) as Item;
    for (const size of [410_000, 1_000_000]) {
      expect(await store(large(size), NO_DEADLINE)).toEqual({ kind: 'unstorable', reason: 'item-too-large' });
    }
    expect(await store(large(400_000), NO_DEADLINE)).toEqual({ kind: 'stored' });
  });

  it('stores an item with the deepest allowed nesting', async () => {
    let deep: unknown = 'leaf';
    for (let i = 0; i < 31; i++) deep = i % 2 ? [deep] : { deep };
    const item = version('deep', 1, { Attributes: deep });
    expect(await store(item, NO_DEADLINE)).toEqual({ kind: 'stored' });
    expect(await stored('deep')).toEqual(item);
  });

  it('stores names and strings of any kind, including names of DynamoDB types', async () => {
    const names = {
      ' ': 1,
      'a:b': null,
      'ü😀\u0000': '\u0000\uffff',
      toString: 'x',
      hasOwnProperty: 1,
      S: 'x',
      NULL: true,
    };
    const constructors = ['Set', 'Map', 'String', 'Number', 'Boolean', 'Buffer', 'x'].map((name) => ({
      constructor: { name },
    }));
    const item = version('names', 1, {
      names,
      constructors,
      constructor: 'x',
      Attributes: { constructor: 'x' },
    });
    expect(await store(item, NO_DEADLINE)).toEqual({ kind: 'stored' });
    expect(await stored('names')).toEqual(item);
    expect(await store(item, NO_DEADLINE)).toMatchObject({ kind: 'redelivered' });
  });

  it('is not now if the table is not there: a wrong deployment must not empty the stream', async () => {
    const lost = createStore('no-such-table', (input) => client.send(new PutItemCommand(input)));
    await expect(lost(version('lost', 1), NO_DEADLINE)).rejects.toMatchObject({
      name: 'RetryableError',
      reason: 'ResourceNotFoundException',
    });
  });

  it('is not now if the time is up', async () => {
    const noTime = { ...NO_DEADLINE, signal: () => AbortSignal.abort() };
    await expect(store(version('late', 1), noTime)).rejects.toThrow(RetryableError);
  });

  if (emulator === 'DynamoDB Local') {
    it('would be refused one level deeper, and for an empty name: what we check before the request', async () => {
      let deep: unknown = { S: 'leaf' };
      for (let i = 0; i < 32; i++) deep = { L: [deep] };
      const put = (field: object) =>
        client.send(
          new PutItemCommand({ TableName: table, Item: { ContactId: { S: 'refused' }, ...field } }),
        );
      await expect(put({ Attributes: deep })).rejects.toThrow(/[Nn]esting/);
      await expect(put({ Attributes: { M: { '': { S: 'x' } } } })).rejects.toThrow('Empty attribute name');
    });
  }
});
