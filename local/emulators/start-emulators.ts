/** The emulators of the AWS services that the stack uses. */
import { startDynalite } from './dynalite';
import { hasJava17, startDynamoDbLocal } from './dynamodb-local';
import type { Emulator } from './emulator';
import { startFauxqs } from './fauxqs';
import { startKinesis } from './kinesis-local';

export type Service = 'kinesis' | 'dynamodb' | 'sns' | 'sqs' | 's3';

export interface Emulators {
  /** The emulator for DynamoDB: DynamoDB Local needs Java, dynalite does not. */
  dynamodbEmulator: 'DynamoDB Local' | 'dynalite';
  /** `http://127.0.0.1:<port>` by service. */
  endpoints: Record<Service, string>;
  stop: () => Promise<void>;
}

/** Starts all emulators at once; if one does not start, rejects with none left running. */
export async function startEmulators(
  options: Partial<Pick<Emulators, 'dynamodbEmulator'>> = {},
): Promise<Emulators> {
  const dynamodbEmulator = options.dynamodbEmulator ?? ((await hasJava17()) ? 'DynamoDB Local' : 'dynalite');
  const started = await startAllOrNone([
    startKinesis(),
    dynamodbEmulator === 'dynalite' ? startDynalite() : startDynamoDbLocal(),
    startFauxqs(),
  ]);
  const [kinesis, dynamodb, fauxqs] = started.map(({ endpoint }) => endpoint) as [string, string, string];
  return {
    dynamodbEmulator,
    endpoints: { kinesis, dynamodb, sns: fauxqs, sqs: fauxqs, s3: fauxqs },
    stop: async () => {
      await Promise.all(started.map((emulator) => emulator.stop()));
    },
  };
}

async function startAllOrNone(starting: Promise<Emulator>[]): Promise<Emulator[]> {
  const results = await Promise.allSettled(starting);
  const failures = results
    .filter((result) => result.status === 'rejected')
    .map(({ reason }) => reason as Error);
  const emulators = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
  if (failures.length === 0) return emulators;
  await Promise.all(emulators.map((emulator) => emulator.stop()));
  throw new Error(failures.map(({ message }) => message).join('\n'));
}
