/**
 * Tests that the simulation's table answers all requests of the function like the emulators.
 */
import { PutItemCommand, type PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { createLedger } from '../../lambda/contact-records/steps/ledger';
import { createStore } from '../../lambda/contact-records/steps/store';
import { createRandom } from '../../local/generator/random';
import { decoded } from '../factories';
import { NO_DEADLINE } from '../fakes';
import { createServices } from '../simulation/services';
import { aTable, type DynamoDb, dynamoDbEmulators } from './emulators';

const CALLS = 300;

/** A put that both make, and that the two of them answer in the same way. */
function onBoth(client: DynamoDb) {
  const memory = createServices({
    put: () => undefined,
    forgotten: () => undefined,
    accepted: () => undefined,
    object: () => undefined,
  });
  const answers = new Set<string>();
  const put = async (input: PutItemCommandInput) => {
    const [emulator, simulated] = await Promise.allSettled([
      client.send(new PutItemCommand(input)),
      Promise.resolve().then(() => memory.putItem(input)),
    ]);
    expect(toldOf(simulated)).toEqual(toldOf(emulator));
    answers.add(toldOf(emulator).name);
    if (emulator.status === 'rejected') throw emulator.reason;
  };
  return { put, answers };
}

function toldOf(result: PromiseSettledResult<unknown>): { name: string; item: unknown } {
  if (result.status === 'fulfilled') return { name: 'done', item: undefined };
  const { name, Item } = result.reason as { name: string; Item?: unknown };
  return { name, item: Item };
}

describe.each(dynamoDbEmulators())('%s and the simulated table', (_emulator, connect) => {
  it('answer every put of the function in the same way', async () => {
    const client = await connect();
    const { put, answers } = onBoth(client);
    const random = createRandom(1);
    let now = 1_000_000;
    const store = createStore(await aTable(client), put);
    const ledger = createLedger(
      await aTable(client),
      ({ Item = {}, ExpressionAttributeValues = {}, ...input }) =>
        put({
          ...input,
          Item: marshall(Item),
          ExpressionAttributeValues: marshall(ExpressionAttributeValues),
        }),
      () => now,
    );
    const claims: Parameters<typeof ledger.release>[0][] = [];

    for (let call = 0; call < CALLS; call++) {
      const contactId = `c-${random.whole(1, 3)}`;
      now += random.whole(0, 20_000);
      switch (random.whole(0, 3)) {
        case 0: {
          const LastUpdateTimestamp = `2026-01-01T09:00:0${random.whole(0, 9)}Z`;
          const record = { ContactId: contactId, LastUpdateTimestamp, call };
          await store(decoded(record).item, NO_DEADLINE);
          break;
        }
        case 1: {
          const claimed = await ledger.claim(contactId, NO_DEADLINE);
          if (claimed.kind === 'claimed') claims.push(claimed.claim);
          break;
        }
        default: {
          const [claim] = claims.length > 0 ? [random.pick(claims)] : [];
          if (!claim) break;
          if (random.chance(0.1)) await ledger.complete(claim, 'm-1', NO_DEADLINE);
          else await ledger.release(claim, NO_DEADLINE);
        }
      }
    }

    expect([...answers].sort()).toEqual(['ConditionalCheckFailedException', 'done']);
  });
});
