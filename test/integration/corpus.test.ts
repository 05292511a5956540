/**
 * Tests a part of the corpus with the emulators: a storable payload is stored unchanged, or refused as too large. No
 * payload is retried for ever.
 */
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { decode, type Item } from '../../lambda/contact-records/steps/decode';
import { toExactNumber } from '../../lambda/contact-records/json/exact-number';
import { createStore } from '../../lambda/contact-records/steps/store';
import { payload } from '../corpus/payloads';
import { NO_DEADLINE } from '../fakes';
import { aTable, dynamoDbEmulators } from './emulators';

const SEED = 2;
const PAYLOADS = 600;
/** DynamoDB takes names of up to 65,535 characters; DynamoDB Local answers 500 to those above 50,000. */
const LONG_NAME = /"[^"]{50001,}"\s*:/;

/** Each under an id of its own: all that a shape was changed into has the same one. */
const items: [index: number, item: Item][] = [];
for (let index = 0; index < PAYLOADS; index++) {
  const decoded = decode(payload(SEED, index).base64);
  if (decoded.kind !== 'contact-record' || LONG_NAME.test(decoded.text)) continue;
  items.push([index, { ...decoded.item, ContactId: `payload-${index}` }]);
}

describe.each(dynamoDbEmulators())('the corpus, on %s', (_emulator, connect) => {
  it(`stores all storable ones of ${PAYLOADS} payloads unchanged`, async () => {
    const client = await connect();
    const TableName = await aTable(client);
    const store = createStore(TableName, (input, abortSignal) =>
      client.send(new PutItemCommand(input), { abortSignal }),
    );
    const defects: string[] = [];

    for (const [index, item] of items) {
      const outcome = await store(item, NO_DEADLINE).catch(() => undefined);
      if (outcome?.kind === 'unstorable') continue;
      const { Item: held = {} } = await client.send(
        new GetItemCommand({ TableName, Key: { ContactId: { S: item.ContactId } }, ConsistentRead: true }),
      );
      if (outcome?.kind !== 'stored') defects.push(`payload ${index}: ${outcome?.kind ?? 'not now'}`);
      else if (!isSame(unmarshall(held, { wrapNumbers: toExactNumber }), item))
        defects.push(`payload ${index}: stored as something else`);
    }

    expect(items.length).toBeGreaterThan(PAYLOADS / 4);
    expect(defects).toEqual([]);
  }, 120_000);
});

/** Compares without a difference in the output, because Jest would quote the record. */
function isSame(one: unknown, other: unknown): boolean {
  try {
    expect(one).toEqual(other);
    return true;
  } catch {
    return false;
  }
}
