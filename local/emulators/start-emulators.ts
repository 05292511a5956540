/** The AWS services that the stack uses, played by programs on this machine. */
import { startDynalite } from './dynalite';
import { hasJava17, startDynamoDbLocal } from './dynamodb-local';
import type { Engine } from './emulator';
import { startFauxqs } from './fauxqs';
import { startKinesis } from './kinesis-local';

export type Service = 'kinesis' | 'dynamodb' | 'sns' | 'sqs' | 's3';

export interface Engines {
  /** Which engine plays DynamoDB: the one that needs Java, or the one that doesn't. */
  dynamodbEngine: 'DynamoDB Local' | 'dynalite';
  /** `http://127.0.0.1:<port>` by service. */
  endpoints: Record<Service, string>;
  stop: () => Promise<void>;
}

/** Starts all engines at once; rejects, with none left running, when one does not come up. */
export async function startEngines(options: Partial<Pick<Engines, 'dynamodbEngine'>> = {}): Promise<Engines> {
  const dynamodbEngine = options.dynamodbEngine ?? ((await hasJava17()) ? 'DynamoDB Local' : 'dynalite');
  const started = await allOrNone([
    startKinesis(),
    dynamodbEngine === 'dynalite' ? startDynalite() : startDynamoDbLocal(),
    startFauxqs(),
  ]);
  const [kinesis, dynamodb, fauxqs] = started.map(({ endpoint }) => endpoint) as [string, string, string];
  return {
    dynamodbEngine,
    endpoints: { kinesis, dynamodb, sns: fauxqs, sqs: fauxqs, s3: fauxqs },
    stop: async () => {
      await Promise.all(started.map((engine) => engine.stop()));
    },
  };
}

async function allOrNone(starting: Promise<Engine>[]): Promise<Engine[]> {
  const results = await Promise.allSettled(starting);
  const failures = results
    .filter((result) => result.status === 'rejected')
    .map(({ reason }) => reason as Error);
  const engines = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
  if (failures.length === 0) return engines;
  await Promise.all(engines.map((engine) => engine.stop()));
  throw new Error(failures.map(({ message }) => message).join('\n'));
}
