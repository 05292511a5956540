/**
 * Tests records that DynamoDB rejects with an emulator: an index rejects a null attribute, the probe distinguishes this from
 * a table that rejects every record, and no record is lost in either case.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  DeleteTableCommand,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import type { KinesisStreamBatchResponse, KinesisStreamRecord } from 'aws-lambda';
import { createDeadline } from '../../lambda/contact-records/batch/deadline';
import { processBatch } from '../../lambda/contact-records/batch/process-batch';
import { PROBE_ID } from '../../lambda/contact-records/batch/settle-rejections';
import { createCompleteRecord } from '../../lambda/contact-records/contact-record/complete-record';
import { RECORDS_TTL_ATTRIBUTE } from '../../lambda/contact-records/contract';
import { marshal } from '../../lambda/contact-records/json/marshal';
import { createPorts, type Ports } from '../../lambda/contact-records/steps/ports';
import { createProbe } from '../../lambda/contact-records/steps/probe';
import type { PutItem } from '../../lambda/contact-records/steps/store';
import { aDelivery, anAnsweredContactRecord } from '../factories';
import { NO_DEADLINE } from '../fakes';
import { bundledFunction } from './bundled-function';
import { aName, aTable, clients, type DynamoDb, dynamoDbEmulators, type KeyAttribute } from './emulators';

const INDEX: KeyAttribute = ['CustomerId', 'S'];
const WRONG_INDEX: KeyAttribute = ['CustomerId', 'N'];

/** Records of which the last ones have no customer: the index does not take null. */
const someRejected = (records: number, rejected: number) =>
  Array.from({ length: records }, (_, i) =>
    anAnsweredContactRecord({
      ContactId: `c-${i}`,
      CustomerId: i < records - rejected ? `customer-${i}` : null,
    }),
  );

const readIds = async (client: DynamoDb, TableName: string): Promise<string[]> => {
  const { Items = [] } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
  return Items.map(({ ContactId }) => ContactId?.S ?? '').sort();
};

const asDeliveries = (records: readonly unknown[]) => records.map((record, i) => aDelivery(record, i + 1));

/** Retries from the checkpoint, as the mapping does: on a busy machine a call may take too long. */
async function processAll(
  records: readonly unknown[],
  invoke: (deliveries: readonly KinesisStreamRecord[]) => Promise<string | undefined>,
): Promise<void> {
  let rest = asDeliveries(records);
  for (let attempt = 0; rest.length > 0; attempt++) {
    expect(attempt).toBeLessThan(20);
    const retryFrom = await invoke(rest);
    const from = rest.findIndex(({ kinesis }) => kinesis.sequenceNumber === retryFrom);
    rest = retryFrom === undefined ? [] : rest.slice(from);
  }
}

const idsOf = (records: readonly Record<string, unknown>[]) =>
  records.map(({ ContactId }) => ContactId).sort();

describe.each(dynamoDbEmulators())('on %s', (_emulator, connect) => {
  let client: DynamoDb;
  beforeAll(async () => {
    client = await connect();
  });

  const putItem: PutItem = (input, abortSignal) => client.send(new PutItemCommand(input), { abortSignal });

  /** Processes a batch with the real store; also returns the ids of the contacts whose bytes were saved. */
  async function processRecords(
    recordsTable: string,
    deliveries: readonly KinesisStreamRecord[],
    put = putItem,
  ) {
    const saved: unknown[] = [];
    const unused = () => Promise.reject(new Error('not needed here'));
    const ports: Ports = createPorts(
      {
        recordsTable,
        ledgerTable: 'none',
        abandonedContactsTopic: 'none',
        failureBucket: 'bucket',
        pipeline: 'test',
      },
      {
        ...{ putItem: put, getItem: unused, put: unused, publishMessage: unused },
        putObject: ({ Body }) => {
          const { reason, data } = JSON.parse(Body) as { reason: string; data: string };
          const record = JSON.parse(Buffer.from(data, 'base64').toString()) as Record<string, unknown>;
          expect(reason).toBe('rejected-by-dynamodb');
          saved.push(record.ContactId);
          return Promise.resolve();
        },
      },
      Date.now,
      setTimeout,
    );
    const endsAt = Date.now() + 60_000;
    const deadline = createDeadline(() => endsAt - Date.now());
    return { result: await processBatch(deliveries, ports, deadline), saved: saved.sort() };
  }

  it.each([
    [1, 100],
    [1, 1],
    [2, 3],
    [10, 10],
    [60, 100],
  ])(
    '%i of %i records are quarantined when an index rejects them',
    async (rejected, all) => {
      const table = await aTable(client, { index: INDEX });
      const records = someRejected(all, rejected);

      const quarantined = new Set<unknown>();
      await processAll(records, async (deliveries) => {
        const { result, saved } = await processRecords(table, deliveries);
        for (const id of saved) quarantined.add(id);
        return result.retryFrom;
      });

      expect(await readIds(client, table)).toEqual(idsOf(records.slice(0, all - rejected)));
      expect([...quarantined].sort()).toEqual(idsOf(records.slice(all - rejected)));
    },
    120_000,
  );

  it('nothing is quarantined when the index has the wrong type', async () => {
    const table = await aTable(client, { index: WRONG_INDEX });

    const { result, saved } = await processRecords(table, asDeliveries(someRejected(10, 3)));

    expect(result).toMatchObject({
      done: [],
      error: { source: 'DynamoDB', reason: 'the records table rejects a well-formed contact record' },
      retryFrom: '1',
    });
    expect(saved).toEqual([]);
  });

  it('nothing is lost when the table is repaired in the middle of a batch', async () => {
    const TableName = await aTable(client, { index: WRONG_INDEX });
    const records = someRejected(10, 3);
    const repairBeforeProbe: PutItem = async (input, signal) => {
      if (input.Item?.ContactId?.S === PROBE_ID) {
        await client.send(new DeleteTableCommand({ TableName }));
        await waitUntilTableNotExists({ client, maxWaitTime: 10, minDelay: 0.05 }, { TableName });
        await aTable(client, { TableName });
      }
      return putItem(input, signal);
    };

    const { result, saved } = await processRecords(TableName, asDeliveries(records), repairBeforeProbe);

    expect(result.retryFrom).toBeUndefined();
    expect(await readIds(client, TableName)).toEqual(idsOf(records));
    expect(saved).toEqual([]);
  });

  const TTL_DAYS = 30;
  type Shape = Parameters<typeof aTable>[1];

  it.each<[string, Shape]>([
    ['no index', {}],
    ['an index on a text', { index: INDEX }],
    ['an index on a number', { index: ['QueuePriority', 'N'] }],
    ['an index on the time to live', { index: [RECORDS_TTL_ATTRIBUTE, 'N'] }],
  ])('the table accepts the probe, and does not store it, when it has %s', async (_, shape) => {
    const table = await aTable(client, shape);

    const answer = await createProbe(table, putItem, TTL_DAYS)(createCompleteRecord(), NO_DEADLINE);

    expect(answer).toBe('accepted');
    expect(await readIds(client, table)).toEqual([]);
  });

  it.each<[string, Shape]>([
    ['an index of the wrong type', { index: WRONG_INDEX }],
    ['an index on a field that is an object', { index: ['Queue', 'S'] }],
    ['an index of the wrong type on the time to live', { index: [RECORDS_TTL_ATTRIBUTE, 'S'] }],
    ['another key', { key: ['Id', 'S'] }],
    ['a key of the wrong type', { key: ['ContactId', 'N'] }],
  ])('the table rejects the probe when it has %s', async (_, shape) => {
    const table = await aTable(client, shape);

    const answer = await createProbe(table, putItem, TTL_DAYS)(createCompleteRecord(), NO_DEADLINE);

    expect(answer).toBe('rejected');
  });

  it('the filter of docs/deploy.md finds the items that the index does not accept', async () => {
    const page = readFileSync(join(__dirname, '../../docs/deploy.md'), 'utf8');
    const [, FilterExpression = ''] = /--filter-expression '([^']+)'/.exec(page) ?? [];
    const TableName = await aTable(client);
    const values = { text: 'x', null: null, empty: '', object: {}, number: 1, absent: undefined };
    for (const [ContactId, value] of Object.entries(values)) {
      const Item = marshal({ ContactId, ...(value !== undefined && { CustomerId: value }) });
      await client.send(new PutItemCommand({ TableName, Item }));
    }

    const { Items = [] } = await client.send(
      new ScanCommand({
        ...{ TableName, FilterExpression },
        ExpressionAttributeNames: { '#key': 'CustomerId' },
        ExpressionAttributeValues: { ':type': { S: 'S' }, ':empty': { S: '' } },
      }),
    );

    expect(Items.map(({ ContactId }) => ContactId?.S).sort()).toEqual(['empty', 'null', 'number', 'object']);
  });

  it('the probe fails when there is no table', async () => {
    const probing = createProbe(aName('none'), putItem)(createCompleteRecord(), NO_DEADLINE);

    await expect(probing).rejects.toThrow('DynamoDB: ResourceNotFoundException');
  });

  it('the probe does not replace an item that has its id', async () => {
    const TableName = await aTable(client);
    const record = createCompleteRecord();
    const Item = marshal({ ...record, LastUpdateTimestamp: 'old' });
    await client.send(new PutItemCommand({ TableName, Item }));

    await createProbe(TableName, putItem)(record, NO_DEADLINE);

    const Key = { ContactId: { S: record.ContactId } };
    const { Item: held } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    expect(held).toEqual(Item);
  });
});

it('the bundled function quarantines what an index rejects, and stores the rest of the batch', async () => {
  const bundled = await bundledFunction('rejections');
  const table = await aTable(clients.dynamodb, { index: INDEX });
  const records = someRejected(500, 300);

  const lines: string[] = [];
  const running = bundled.start({ RECORDS_TABLE_NAME: table }, { onOutput: (line) => lines.push(line) });
  await processAll(records, async (Records) => {
    const outcome = await running.invoke({ Records });
    if (outcome.kind !== 'returned') throw new Error(`the invocation ended: ${outcome.kind}`);
    const { batchItemFailures } = outcome.payload as KinesisStreamBatchResponse;
    return batchItemFailures[0]?.itemIdentifier;
  });
  await running.stop();
  await bundled.stop();

  const quarantined = lines
    .filter((line) => line.includes('rejected-by-dynamodb'))
    .map((line) => (JSON.parse(line) as { contactId: string }).contactId);
  expect(await readIds(clients.dynamodb, table)).toEqual(idsOf(records.slice(0, 200)));
  expect([...new Set(quarantined)].sort()).toEqual(idsOf(records.slice(200)));
}, 120_000);
