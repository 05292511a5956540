/** Provides clients and stacks on the emulators that `global-setup.ts` started. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { CreateTableCommand, type DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { type Clients, createClients } from '../../local/stack/emulator-clients';
import type { Emulators } from '../../local/emulators/start-emulators';
import { readSynthesized, type SynthesizedStack } from '../../local/stack/synthesize';

/**
 * `dynalite` is the endpoint of one that runs in any case, `synthesized` the folder of the synthesized stack, `commands`
 * the folder of the bundled commands.
 */
export type HandedOver = Omit<Emulators, 'stop'> & {
  dynalite: string;
  synthesized: string;
  commands: string;
};

const handedOver = JSON.parse(process.env.INTEGRATION_EMULATORS ?? '{}') as HandedOver;

/** The emulators, which all tests share. A test cannot stop them. */
export const emulators: Emulators = { ...handedOver, stop: () => Promise.resolve() };

/** A client for each service. */
export const clients: Clients = createClients(emulators);

/** The stack as it would be deployed, with the bundled function. */
export const synthesized = (): Promise<SynthesizedStack> => readSynthesized(handedOver.synthesized);

/** Returns the bundle of a command, given its source file. */
export const bundleOf = (source: string): string =>
  join(handedOver.commands, source.replace(/\.ts$/, '.mjs'));

export type DynamoDb = DynamoDBClient;

/** For `describe.each`: the emulators that play DynamoDB, each with what connects to it. dynalite is always there. */
export function dynamoDbEmulators(): [
  emulator: Emulators['dynamodbEmulator'],
  connect: () => Promise<DynamoDb>,
][] {
  const connect = (dynamodb: string) => () =>
    Promise.resolve(createClients({ endpoints: { ...emulators.endpoints, dynamodb } }).dynamodb);
  const dynalite = ['dynalite', connect(handedOver.dynalite)] as const;
  if (emulators.dynamodbEmulator === 'dynalite') return [[...dynalite]];
  return [[emulators.dynamodbEmulator, connect(emulators.endpoints.dynamodb)], [...dynalite]];
}

/** An attribute as a key, and its type. */
export type KeyAttribute = readonly [name: string, type: 'S' | 'N'];

/** Creates a table of its own for a test, keyed on `ContactId`, without indexes by default; resolves to its name. */
export async function aTable(
  client: DynamoDb,
  {
    TableName = aName('table'),
    key = ['ContactId', 'S'],
    index,
  }: { TableName?: string; key?: KeyAttribute; index?: KeyAttribute | undefined } = {},
): Promise<string> {
  const schemaOf = ([AttributeName]: KeyAttribute) => [{ AttributeName, KeyType: 'HASH' as const }];
  await client.send(
    new CreateTableCommand({
      TableName,
      KeySchema: schemaOf(key),
      AttributeDefinitions: [key, ...(index ? [index] : [])].map(([AttributeName, AttributeType]) => ({
        AttributeName,
        AttributeType,
      })),
      BillingMode: 'PAY_PER_REQUEST',
      ...(index && {
        GlobalSecondaryIndexes: [
          { IndexName: 'index', KeySchema: schemaOf(index), Projection: { ProjectionType: 'ALL' } },
        ],
      }),
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.5 }, { TableName });
  return TableName;
}

/** Returns a unique name for tables, topics, buckets, or a stack's `stackName`. */
export const aName = (what: string): string => `test-${what}-${randomUUID().slice(0, 8)}`;
