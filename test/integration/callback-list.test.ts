/**
 * Tests the callback list with the pipeline on the emulators: with the stream of DynamoDB Local, and a server that
 * simulates Connect by the SDK's model.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { showList } from '../../examples/callback-list/show-list';
import { type LocalCallbackList, startCallbackList } from '../../examples/locally/callback-list';
import { type ConnectServer, startConnectServer } from '../../examples/locally/connect-server';
import { TOMBSTONE_ATTRIBUTE } from '../../lambda/contact-records/contract';
import { type LocalStack, startLocalStack } from '../../local/stack/local-stack';
import { synthesize } from '../../local/stack/synthesize';
import { aContactRecord, anAnsweredContactRecord, aQueue } from '../factories';
import { aName, clients, emulators } from './emulators';

jest.setTimeout(300_000);

const hasStreams = emulators.dynamodbEmulator === 'DynamoDB Local';
if (!hasStreams)
  process.stdout.write('The callback list is skipped: dynalite has no streams. Install Java 17.\n');
const onDynamoDbLocal = hasStreams ? describe : describe.skip;

onDynamoDbLocal('the callback list', () => {
  let stack: LocalStack;
  let connect: ConnectServer;
  let list: LocalCallbackList;
  let onMessages: (event: SQSEvent) => Promise<SQSBatchResponse>;
  let onRecords: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
  let folder: string;
  const logged: string[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'callback-list-test-'));
    const synthesized = await synthesize(folder, { recordsTableStream: true });
    stack = await startLocalStack({ emulators, synthesized, stackName: aName('pipeline'), shards: 1 });
    connect = await startConnectServer();
    list = await startCallbackList(stack, connect.endpoint, { stackName: aName('callbacks') });
    ({ handler: onMessages } = await import('../../examples/callback-list/message-handler'));
    ({ handler: onRecords } = await import('../../examples/callback-list/record-handler'));
    jest.spyOn(console, 'log').mockImplementation((line: string) => logged.push(line));
  });
  afterEach(() => {
    connect.onTask = () => undefined;
    Object.assign(process.env, { QUIET_HOURS: 'none', TASKS_PER_MINUTE: '20' });
  });
  afterAll(async () => {
    await connect.close();
    await stack.stop();
    rmSync(folder, { recursive: true });
  });

  const minutesAgo = (minutes: number) =>
    `${new Date(Date.now() - minutes * 60_000).toISOString().slice(0, 19)}Z`;
  let numbers = 0;
  /** A customer of this test alone. */
  const aNumber = () => `+1206555${String(1000 + numbers++)}`;
  const from = (Address: string) => ({ CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address } });

  const abandoned = (ContactId: string, number: string, minutes: number, fields: object = {}) =>
    aContactRecord({
      ...{ ContactId, ...from(number), Queue: aQueue({ Duration: 90 }) },
      ...{
        DisconnectTimestamp: minutesAgo(minutes),
        LastUpdateTimestamp: minutesAgo(minutes - 1),
        ...fields,
      },
    });
  const served = (ContactId: string, number: string, minutes: number, fields: object = {}) =>
    anAnsweredContactRecord({
      ...{ ContactId, ...from(number) },
      Agent: { ARN: 'agent', ConnectedToAgentTimestamp: minutesAgo(minutes) },
      DisconnectTimestamp: minutesAgo(minutes - 1),
      LastUpdateTimestamp: minutesAgo(minutes - 2),
      ...fields,
    });

  const messageOf = (...records: object[]) =>
    onMessages({
      Records: records.map((record, i) => ({ messageId: `m-${i}`, body: JSON.stringify(record) })),
    } as SQSEvent);
  /** Sends records through the whole pipeline. */
  async function deliver(...records: object[]): Promise<void> {
    await stack.putRecords(
      records.map((record) => ({ data: Buffer.from(JSON.stringify(record)), partitionKey: 'key' })),
    );
    await stack.whenCaughtUp(30_000);
  }
  async function itemOf(Customer: string): Promise<Record<string, unknown> | undefined> {
    const input = { TableName: list.tableName, Key: { Customer: { S: Customer } }, ConsistentRead: true };
    const { Item } = await clients.dynamodb.send(new GetItemCommand(input));
    return Item && unmarshall(Item);
  }
  /** The tasks whose reference is this number. */
  const tasksFor = (number: string) =>
    connect.tasks.filter(({ References }) => References?.Number?.Value === number);

  it('shows one entry after three abandoned contacts of two customers, one of them served later', async () => {
    const [waiting, helped] = [aNumber(), aNumber()];

    await deliver(
      ...[abandoned('w-1', waiting, 90), abandoned('w-2', waiting, 80), abandoned('h-1', helped, 70)],
      served('h-2', helped, 60),
    );
    await list.processMessages();
    await list.processRecords();

    const shown = await showList(clients.dynamodb, list.tableName);
    expect(shown.split('\n').filter((line) => line.includes('+1206555'))).toEqual([
      expect.stringMatching(new RegExp(`^open +\\${waiting} +2 +0 `)),
    ]);
    expect(await itemOf(helped)).toMatchObject({ State: 'served', Contacts: ['h-1'] });
  });

  it('does not open an entry when the customer was served before the message arrived', async () => {
    const number = aNumber();
    await deliver(abandoned('early-1', number, 70), served('early-2', number, 60));

    await list.processRecords();
    await list.processMessages();

    expect(await itemOf(number)).toMatchObject({ State: 'served', Contacts: [] });
  });

  it('keeps all contacts when their messages arrive at once', async () => {
    const number = aNumber();
    const contacts = ['at-once-1', 'at-once-2', 'at-once-3'].map((id) => abandoned(id, number, 60));

    const results = await Promise.all([...contacts, ...contacts].map((contact) => messageOf(contact)));

    expect(results.flatMap(({ batchItemFailures }) => batchItemFailures)).toEqual([]);
    const { Contacts } = (await itemOf(number)) as { Contacts: string[] };
    expect(Contacts.sort()).toEqual(['at-once-1', 'at-once-2', 'at-once-3']);
  });

  it('changes nothing when a message is repeated', async () => {
    const number = aNumber();
    await messageOf(abandoned('repeated', number, 60));
    const before = await itemOf(number);

    await messageOf(abandoned('repeated', number, 60, { DisconnectTimestamp: minutesAgo(30) }));

    expect(await itemOf(number)).toEqual(before);
  });

  it('stays open when an earlier contact is updated days later', async () => {
    const number = aNumber();
    const answered = served('updated-1', number, 4_400);
    await deliver(answered);
    await list.processRecords();
    await deliver(abandoned('updated-2', number, 60));
    await list.processMessages();

    await deliver({ ...answered, LastUpdateTimestamp: minutesAgo(5), Attributes: { survey: 'done' } });
    await list.processRecords();

    expect(await itemOf(number)).toMatchObject({ State: 'open', Contacts: ['updated-2'] });
  });

  it('is closed when a newer version of the abandoned contact names an agent', async () => {
    const number = aNumber();
    await messageOf(abandoned('own', number, 60));

    await deliver(served('own', number, 62, { DisconnectTimestamp: minutesAgo(60) }));
    await list.processRecords();

    expect(await itemOf(number)).toMatchObject({ State: 'served' });
  });

  it('creates one task when the answer of Connect is lost', async () => {
    const number = aNumber();
    await messageOf(abandoned('lost', number, 60));
    connect.onTask = ({ References }) => (References?.Number?.Value === number ? 'lost' : undefined);

    await expect(list.createTasks()).rejects.toThrow('1 tasks could not be created');
    const between = await itemOf(number);
    connect.onTask = () => undefined;
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now + 11 * 60_000);
    await list.createTasks();
    clock.mockRestore();

    expect(between).toMatchObject({ State: 'open', Attempts: 0 });
    const [task, ...others] = tasksFor(number);
    expect(others).toEqual([]);
    expect(await itemOf(number)).toMatchObject({
      State: 'task',
      Attempts: 1,
      TaskContactId: task?.contactId,
    });
  });

  it('stops the task when the customer is served between the task and its entry', async () => {
    const number = aNumber();
    await messageOf(abandoned('between-1', number, 60));
    connect.onTask = async () => {
      await deliver(served('between-2', number, 5));
      await list.processRecords();
      return undefined;
    };

    await list.createTasks();

    expect(tasksFor(number)).toMatchObject([{ stopped: true }]);
    expect(await itemOf(number)).toMatchObject({ State: 'served' });
  });

  it('stops a waiting task when an agent serves the customer', async () => {
    const number = aNumber();
    await messageOf(abandoned('waits-1', number, 60));
    await list.createTasks();

    await deliver(served('waits-2', number, 5));
    await list.processRecords();

    expect(tasksFor(number)).toMatchObject([{ stopped: true }]);
  });

  it('leaves the task to the agent who called the customer', async () => {
    const number = aNumber();
    await messageOf(abandoned('called-1', number, 60));
    await list.createTasks();

    await deliver(served('called-2', number, 5, { InitiationMethod: 'OUTBOUND' }));
    await list.processRecords();

    expect(tasksFor(number)).toMatchObject([{ stopped: false }]);
    expect(await itemOf(number)).toMatchObject({ State: 'served' });
  });

  it.each([
    ['served', 'an agent ended it', { ARN: 'agent' }],
    ['open', 'no agent took it', null],
  ])('is %s after its task when %s', async (State, _what, Agent) => {
    const number = aNumber();
    await messageOf(abandoned(`ended-${State}`, number, 60));
    await list.createTasks();
    const ContactId = tasksFor(number)[0]?.contactId;

    const task = { ContactId, Agent, Channel: 'TASK', InitiationMethod: 'API', CustomerEndpoint: null };
    await deliver(aContactRecord({ ...task, LastUpdateTimestamp: minutesAgo(0) }));
    await list.processRecords();

    expect(await itemOf(number)).toMatchObject({ State, Attempts: 1 });
  });

  it('has no data of a forgotten customer when the message arrives later', async () => {
    const number = aNumber();
    await messageOf(abandoned('forgotten-1', number, 60));
    await list.createTasks();

    for (const id of ['forgotten-1', 'forgotten-2'])
      await clients.dynamodb.send(
        new PutItemCommand({
          TableName: stack.names.recordsTable,
          Item: {
            ContactId: { S: id },
            LastUpdateTimestamp: { S: '9999-12-31T23:59:59Z' },
            [TOMBSTONE_ATTRIBUTE]: { BOOL: true },
          },
        }),
      );
    await list.processRecords();
    await messageOf(abandoned('forgotten-1', number, 60), abandoned('forgotten-2', number, 50));

    const { Items } = await clients.dynamodb.send(new ScanCommand({ TableName: list.tableName }));
    const left = Items?.filter((item) => JSON.stringify(item).includes(number)) ?? [];
    expect(left).toEqual([]);
    expect(tasksFor(number)).toMatchObject([{ stopped: true }]);
  });

  it('creates no task in quiet hours', async () => {
    const number = aNumber();
    await messageOf(abandoned('quiet', number, 60));
    process.env.QUIET_HOURS = '00:00-23:59';
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2027-01-15T12:00:00Z'));

    await list.createTasks();
    clock.mockRestore();

    expect(tasksFor(number)).toEqual([]);
  });

  it('creates no more tasks than allowed, and no second one for an entry', async () => {
    const [first, second] = [aNumber(), aNumber()];
    await list.createTasks();
    await messageOf(abandoned('paced-1', first, 61), abandoned('paced-2', second, 60));
    process.env.TASKS_PER_MINUTE = '1';

    await list.createTasks();
    const afterOne = [first, second].map((number) => tasksFor(number).length);
    await list.createTasks();
    await list.createTasks();

    expect(afterOne).toEqual([1, 0]);
    expect([first, second].map((number) => tasksFor(number).length)).toEqual([1, 1]);
  });

  it('waits for the next minute when Connect throttles', async () => {
    const number = aNumber();
    await messageOf(abandoned('throttled', number, 60));
    const before = await itemOf(number);
    connect.onTask = () => ({ code: 'ThrottlingException', status: 429 });

    await list.createTasks();

    expect(await itemOf(number)).toEqual(before);
    expect(tasksFor(number)).toHaveLength(1);
  });

  it('lists a contact as no-number when it has no number', async () => {
    await messageOf(aContactRecord({ ContactId: 'withheld', ...from('anonymous') }));

    expect(await itemOf('contact:withheld')).toMatchObject({ State: 'no-number', Contacts: ['withheld'] });
  });

  it('fails only the message that is not a contact record', async () => {
    const number = aNumber();
    const bodies = [JSON.stringify(abandoned('good', number, 60)), `{"Address": "${number}"`];

    const result = await onMessages({
      Records: bodies.map((body, i) => ({ messageId: `m-${i}`, body })),
    } as SQSEvent);

    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
    expect(await itemOf(number)).toMatchObject({ Contacts: ['good'] });
  });

  it('names the first record that failed, so that it is delivered again', async () => {
    const image = { ContactId: { S: 'x'.repeat(2_100) }, [TOMBSTONE_ATTRIBUTE]: { BOOL: true } };

    const result = await onRecords({
      Records: [{ dynamodb: {} }, { dynamodb: { SequenceNumber: '7', NewImage: image } }],
    });

    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: '7' }] });
  });

  it('logs ids and reasons, and no number', () => {
    expect(logged.join()).toContain('at-once-1');
    expect(logged.join()).not.toMatch(/1206555/);
  });
});
