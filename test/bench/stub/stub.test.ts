/** The stub against the clients that the contenders use. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { PublishCommand } from '@aws-sdk/client-sns';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { createStubServer } from '../../../bench/stub/stub';
import { measureItem, type StubReport } from '../../../bench/stub/stub-services';
import { type Clients, createClients, destroyClients } from '../../../local/stack/emulator-clients';
import { aContactRecord } from '../../factories';
import { startListening } from '../../../local/stack/http-forwarding';

const server = createStubServer();
let endpoint: string;
let clients: Clients;
let documents: DynamoDBDocumentClient;
beforeAll(async () => {
  endpoint = await startListening(server);
  const all = { kinesis: endpoint, dynamodb: endpoint, sns: endpoint, sqs: endpoint, s3: endpoint };
  clients = createClients({ endpoints: all });
  documents = DynamoDBDocumentClient.from(clients.dynamodb);
});
afterAll(() => {
  destroyClients(clients);
  server.closeAllConnections();
  server.close();
});

const ask = async (path: string, body: object) =>
  (await fetch(`${endpoint}/stub/${path}`, { method: 'POST', body: JSON.stringify(body) })).json();
const report = async () => (await ask('report', {})) as StubReport;
beforeEach(() => ask('reset', { latencyMs: 0 }));

const put = (Item: Record<string, unknown>) =>
  documents.send(
    new PutCommand({
      TableName: 'contact-records',
      Item,
      ConditionExpression: 'attribute_not_exists(ContactId) OR LastUpdateTimestamp < :incoming',
      ExpressionAttributeValues: { ':incoming': Item.LastUpdateTimestamp },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
  );

it('a put whose condition fails is refused with what is there, and counts as a write', async () => {
  const record = aContactRecord();
  await put(record);
  const refused = await put({ ...record, LastUpdateTimestamp: '2020-01-01T00:00:00Z' }).catch(
    (error: unknown) => error,
  );

  expect(refused).toBeInstanceOf(ConditionalCheckFailedException);
  expect(refused).toHaveProperty('Item.LastUpdateTimestamp.S', record.LastUpdateTimestamp);
  const { counts, endState } = await report();
  expect(counts).toMatchObject({ recordWrites: 2, writeUnits: 2 });
  expect(endState.items).toEqual([[record.ContactId, record.LastUpdateTimestamp]]);
});

it('a write costs a unit for each KB of the larger item, the old or the new', async () => {
  await put(aContactRecord({ Attributes: { note: 'x'.repeat(3_000) } }));
  await put(aContactRecord({ LastUpdateTimestamp: '2026-01-01T00:00:00Z' }));
  expect((await report()).counts).toMatchObject({ recordWrites: 2, writeUnits: 8 });
});

it('answers the claims of an idempotency layer: put under names, update, get and delete', async () => {
  const TableName = 'idempotency';
  const claim = new PutCommand({
    TableName,
    Item: { id: 'a', status: 'INPROGRESS' },
    ConditionExpression: 'attribute_not_exists(#id) OR (#status = :status AND attribute_exists(#gone))',
    ExpressionAttributeNames: { '#id': 'id', '#status': 'status', '#gone': 'gone' },
    ExpressionAttributeValues: { ':status': 'INPROGRESS' },
  });
  await documents.send(claim);
  await expect(documents.send(claim)).rejects.toThrow(ConditionalCheckFailedException);
  await documents.send(
    new UpdateCommand({
      TableName,
      Key: { id: 'a' },
      UpdateExpression: 'SET #expiry = :expiry, #status = :status',
      ExpressionAttributeNames: { '#expiry': 'expiration', '#status': 'status' },
      ExpressionAttributeValues: { ':expiry': 7, ':status': 'COMPLETED' },
    }),
  );
  const { Item } = await documents.send(new GetCommand({ TableName, Key: { id: 'a' } }));
  expect(Item).toEqual({ id: 'a', status: 'COMPLETED', expiration: 7 });
  await documents.send(new DeleteCommand({ TableName, Key: { id: 'a' } }));
  expect(await documents.send(new GetCommand({ TableName, Key: { id: 'a' } }))).not.toHaveProperty('Item');
  expect((await report()).counts).toEqual({ recordWrites: 0, ledgerWrites: 4, writeUnits: 4, readUnits: 2 });
});

it('what the stub does not play is an error, not a success', async () => {
  const update = new UpdateCommand({
    TableName: 'ledger',
    Key: { ContactId: 'a' },
    UpdateExpression: 'REMOVE x',
  });
  await expect(documents.send(update)).rejects.toThrow('the stub does not support this');
  await expect(documents.send(new PutCommand({ TableName: 'other', Item: { id: 'a' } }))).rejects.toThrow(
    'no such',
  );
});

it('reports messages by their contact, and counts an object once', async () => {
  const publish = new PublishCommand({
    TopicArn: 'arn:aws:sns:us-east-1:000000000000:topic',
    Message: '{"ContactId":"a b&c"}',
  });
  expect((await clients.sns.send(publish)).MessageId).toBe('message-1');
  await clients.s3.send(new PutObjectCommand({ Bucket: 'failures', Key: 'quarantined/1', Body: '{}' }));
  await clients.s3.send(new PutObjectCommand({ Bucket: 'failures', Key: 'quarantined/1', Body: '{}' }));
  expect((await report()).endState).toEqual({ items: [], messages: ['a b&c'], objects: 1 });
});

it('each answer waits for the latency that was set', async () => {
  await ask('reset', { latencyMs: 60 });
  const before = performance.now();
  await put(aContactRecord());
  expect(performance.now() - before).toBeGreaterThan(55);
});

it('counts the bytes of an item as DynamoDB does: names, digits, and three bytes for a list or a map', () => {
  const item = {
    ContactId: { S: 'é' },
    n: { N: '-12.345' },
    list: { L: [{ BOOL: true }, { NULL: true as const }] },
    map: { M: { a: { S: '' } } },
  };

  expect(measureItem(item)).toBe(9 + 2 + (1 + 4) + (4 + 3 + 2 + 2) + (3 + 3 + 1 + 1));
});
