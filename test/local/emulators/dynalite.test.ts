import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  PutItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { createClients, destroyClients, type Clients } from '../../../local/stack/emulator-clients';
import { startDynalite } from '../../../local/emulators/start-emulators';
import type { Emulator } from '../../../local/emulators/emulator';

const TableName = 'records';
let emulator: Emulator;
let clients: Clients;
let dynamodb: DynamoDBClient;

beforeAll(async () => {
  emulator = await startDynalite();
  const { endpoint } = emulator;
  clients = createClients({
    endpoints: { dynamodb: endpoint, kinesis: endpoint, sns: endpoint, sqs: endpoint, s3: endpoint },
  });
  ({ dynamodb } = clients);
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: 'Id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'Id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
});

afterAll(async () => {
  destroyClients(clients);
  await emulator.stop();
});

const put = (id: string, version: number, oldItem: 'ALL_OLD' | 'NONE' = 'ALL_OLD') =>
  dynamodb.send(
    new PutItemCommand({
      TableName,
      Item: { Id: { S: id }, Version: { N: String(version) } },
      ConditionExpression: 'attribute_not_exists(Id) OR Version < :version',
      ExpressionAttributeValues: { ':version': { N: String(version) } },
      ReturnValuesOnConditionCheckFailure: oldItem,
    }),
  );

/** `undefined` for a put that succeeded, else the old item, `null` where the failure has none. */
const failureOf = (putting: Promise<unknown>) =>
  putting.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof ConditionalCheckFailedException) return error.Item ?? null;
      throw error;
    },
  );

describe('dynalite, in place of DynamoDB Local', () => {
  it('returns the old item with a failed condition, which distinguishes redelivered from stale', async () => {
    await put('a', 5);

    expect(await failureOf(put('a', 4))).toEqual({ Id: { S: 'a' }, Version: { N: '5' } });
    expect(await failureOf(put('a', 6))).toBeUndefined();
  });

  it('returns no item to a caller that did not ask for it', async () => {
    await put('b', 5);

    expect(await failureOf(put('b', 5, 'NONE'))).toBeNull();
  });

  it('returns the item that failed the condition while others write and delete the same key', async () => {
    const rounds = Array.from({ length: 150 }, async (_, round) => {
      const failure = await failureOf(put('c', 1));
      await dynamodb.send(new DeleteItemCommand({ TableName, Key: { Id: { S: 'c' } } }));
      return { round, failure };
    });

    const failures = (await Promise.all(rounds)).filter(({ failure }) => failure !== undefined);

    expect(failures.length).toBeGreaterThan(0);
    expect(failures.filter(({ failure }) => failure === null)).toEqual([]);
  });

  it('stores one of many concurrent versions with the same timestamp', async () => {
    const failures = await Promise.all(Array.from({ length: 40 }, () => failureOf(put('d', 1))));

    expect(failures.filter((failure) => failure === undefined)).toHaveLength(1);
  });

  it('continues when a client disconnects during its request', async () => {
    const socket = connect(Number(new URL(emulator.endpoint).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{');
    await sleep(50);
    socket.resetAndDestroy();
    await sleep(50);

    expect(await failureOf(put('e', 1))).toBeUndefined();
  });
});
