/** One pass of each contender against DynamoDB Local: a real emulator's conditions, and a real emulator's pace. */
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import { CREDENTIALS, REGION } from '../local/stack/emulator-clients';
import { hasJava17, startDynamoDbLocal } from '../local/emulators/dynamodb-local';
import { runOf, runsAt } from './comparison';
import type { Input, Run } from './results';
import { endpointsOf, type Setting } from './setting';
import { RECORDS_TABLE, TABLES } from './stub/services';
import { startWorker } from './worker';

/** SNS and S3 are the stub's, without latency; so the stub counts no writes here. Empty without Java 17. */
export async function compareOnDynamoDbLocal(setting: Setting): Promise<Run[]> {
  const { bundles, stub, onProgress, onStarted } = setting;
  if (!(await hasJava17())) {
    onProgress('DynamoDB Local is left out: there is no Java 17');
    return [];
  }
  onProgress('DynamoDB Local');
  const emulator = await startDynamoDbLocal();
  onStarted(emulator);
  const client = new DynamoDBClient({
    region: REGION,
    credentials: CREDENTIALS,
    endpoint: emulator.endpoint,
  });
  const start = (contender: Run['contender']) => {
    const worker = startWorker(bundles[contender], {
      memoryMegabytes: bundles.memoryMegabytes,
      endpoints: { ...endpointsOf(stub), dynamodb: emulator.endpoint },
      environment: { RECORDS_IN_FLIGHT: String(CONCURRENCY) },
    });
    onStarted(worker);
    return worker;
  };
  const workers = {
    pipeline: start('pipeline'),
    sequential: start('sequential'),
    'powertools-idempotency': start('powertools-idempotency'),
    powertools: start('powertools'),
    'bare-sdk': start('bare-sdk'),
  };
  const services = {
    reset: async (latencyMs: number) => {
      await stub.reset(latencyMs);
      await emptyTables(client);
    },
    report: async () => {
      const report = await stub.report();
      return { ...report, endState: { ...report.endState, items: await itemsOf(client) } };
    },
  };

  const runs: Run[] = [];
  // The emulator has to warm up as well: the first pass over `distinct` is not kept.
  for (const [input, isKept] of [
    ['distinct', false],
    ['distinct', true],
    ['mixed', true],
  ] as const) {
    const point = { input: input satisfies Input, latencyMs: 0, batchSize: 500, repetitions: 1 };
    const all = await runsAt(point, workers, { stub: services, count: COUNT });
    if (isKept)
      runs.push(
        ...all.map((of) => ({ ...runOf(point, of, all, CONCURRENCY), services: 'DynamoDB Local' as const })),
      );
  }
  await Promise.all(Object.values(workers).map((worker) => worker.stop()));
  client.destroy();
  await emulator.stop();
  return runs;
}

/** In flight, for the bare SDK: the emulator is what limits. */
const CONCURRENCY = 50;
const COUNT = 1_000;

async function emptyTables(client: DynamoDBClient): Promise<void> {
  for (const [TableName, key] of Object.entries(TABLES)) {
    await client.send(new DeleteTableCommand({ TableName })).catch(() => undefined);
    await client.send(
      new CreateTableCommand({
        TableName,
        KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
  }
}

async function itemsOf(client: DynamoDBClient): Promise<[string, string][]> {
  const items: [string, string][] = [];
  const scan = { TableName: RECORDS_TABLE, ProjectionExpression: 'ContactId, LastUpdateTimestamp' };
  for await (const { Items = [] } of paginateScan({ client }, scan)) {
    for (const item of Items) items.push([item.ContactId?.S ?? '', item.LastUpdateTimestamp?.S ?? '']);
  }
  return items;
}
