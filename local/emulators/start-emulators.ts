/** Starts the emulators of the AWS services that the stack uses. */
import { dirname, join } from 'node:path';
import { hasJava17, startDynamoDbLocal } from './dynamodb-local';
import { type Emulator, startEmulator } from './emulator';

export type Service = 'kinesis' | 'dynamodb' | 'sns' | 'sqs' | 's3';

export interface Emulators {
  /** The emulator of DynamoDB: DynamoDB Local needs Java, dynalite does not. */
  dynamodbEmulator: 'DynamoDB Local' | 'dynalite';
  /** `http://127.0.0.1:<port>` by service. */
  endpoints: Record<Service, string>;
  stop: () => Promise<void>;
}

export interface EmulatorOptions extends Partial<Pick<Emulators, 'dynamodbEmulator'>> {
  /** Ports to use if they are free. @default any */
  ports?: Partial<Record<Service, number>> | undefined;
}

/** Starts all emulators at once; if one fails, stops the others and rejects. */
export async function startEmulators(options: EmulatorOptions = {}): Promise<Emulators> {
  const { ports = {} } = options;
  const starting = [startKinesis(ports.kinesis), startFauxqs(ports.sns)];
  const dynamodbEmulator = options.dynamodbEmulator ?? ((await hasJava17()) ? 'DynamoDB Local' : 'dynalite');
  const startDynamoDb = dynamodbEmulator === 'dynalite' ? startDynalite : startDynamoDbLocal;
  const started = await startAllOrNone([...starting, startDynamoDb(ports.dynamodb)]);
  const [kinesis, fauxqs, dynamodb] = started.map(({ endpoint }) => endpoint) as [string, string, string];
  return {
    dynamodbEmulator,
    endpoints: { kinesis, dynamodb, sns: fauxqs, sqs: fauxqs, s3: fauxqs },
    stop: async () => {
      await Promise.all(started.map((emulator) => emulator.stop()));
    },
  };
}

const LISTEN_ON_LOOPBACK = ['--import', join(__dirname, 'listen-on-loopback.mts')];

/** Starts `kinesis-local`, which supports HTTP/1.1 only. */
function startKinesis(wantedPort?: number): Promise<Emulator> {
  const folder = dirname(require.resolve('kinesis-local/package.json'));
  return startEmulator(
    (port) => ({
      name: 'kinesis-local',
      command: process.execPath,
      args: [...LISTEN_ON_LOOPBACK, join(folder, 'main.js')],
      env: {
        KINESIS_MOCK_PLAIN_PORT: String(port),
        // The second server, with TLS, cannot be turned off; it may use any port.
        KINESIS_MOCK_TLS_PORT: '0',
        KINESIS_MOCK_CERT_PATH: join(folder, 'server.json'),
        CREATE_STREAM_DURATION: '10ms',
        SHARD_LIMIT: '1000',
        ON_DEMAND_STREAM_COUNT_LIMIT: '1000',
        LOG_LEVEL: 'ERROR',
      },
    }),
    wantedPort,
  );
}

/** Starts `dynalite`, which emulates DynamoDB in pure JavaScript, for a machine without Java. */
export const startDynalite = (wantedPort?: number): Promise<Emulator> =>
  startEmulator(
    (port) => ({
      name: 'dynalite',
      command: process.execPath,
      args: [...LISTEN_ON_LOOPBACK, join(__dirname, 'dynalite-server.mts'), String(port)],
    }),
    wantedPort,
  );

/** Starts `fauxqs`, which emulates SNS, SQS and S3 at one address. */
const startFauxqs = (wantedPort?: number): Promise<Emulator> =>
  startEmulator(
    (port) => ({
      name: 'fauxqs',
      command: process.execPath,
      args: [...LISTEN_ON_LOOPBACK, join(__dirname, 'fauxqs-server.mts'), String(port)],
    }),
    wantedPort,
  );

async function startAllOrNone(starting: Promise<Emulator>[]): Promise<Emulator[]> {
  const results = await Promise.allSettled(starting);
  const emulators = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
  const failures = results.filter((result) => result.status === 'rejected');
  if (failures.length === 0) return emulators;
  await Promise.all(emulators.map((emulator) => emulator.stop()));
  throw new Error(failures.map(({ reason }) => (reason as Error).message).join('\n'));
}
