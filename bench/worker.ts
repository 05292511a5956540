/** A contender in a process of its own. */
import { ENVIRONMENT } from '../lambda/contact-records/contract';
import { ACCOUNT, REGION } from '../local/stack/emulator-clients';
import { startFunctionProcess } from '../local/stack/function-process';
import type { KinesisEventRecord } from '../local/event-source-mapping/kinesis-event';
import type { Bundle } from './bundles';

/** What an invocation took, without the transport of its event. */
export interface Invocation {
  readonly answer: unknown;
  readonly milliseconds: number;
  /** User and system time of the whole process, garbage collection included. */
  readonly cpuMicroseconds: number;
  /** The most resident memory that the process has had so far, KiB. */
  readonly peakKib: number;
}

export interface Worker {
  /** @returns `undefined` if the invocation failed, which fails its whole batch */
  invoke(records: readonly KinesisEventRecord[]): Promise<Invocation | undefined>;
  stop(): Promise<void>;
}

export interface WorkerSettings {
  readonly memoryMegabytes: number;
  readonly endpoints: { readonly dynamodb: string; readonly sns: string; readonly s3: string };
  readonly environment?: Readonly<Record<string, string>>;
}

export function startWorker(bundle: Bundle, settings: WorkerSettings): Worker {
  const running = startFunctionProcess({
    name: 'bench',
    folder: __dirname,
    handler: 'measured.handler',
    environment: {
      ...contenderEnvironment(settings.endpoints),
      ...bundle.environment,
      ...settings.environment,
      MEASURED_BUNDLE: bundle.file,
    },
    timeoutSeconds: 60,
    memoryMegabytes: settings.memoryMegabytes,
  });
  return {
    invoke: async (Records) => {
      const outcome = await running.invoke({ Records });
      if (!running.isAlive()) throw new Error('a contender has ended, or took longer than a minute');
      return outcome.kind === 'returned' ? (outcome.payload as Invocation) : undefined;
    },
    stop: running.kill,
  };
}

/** The names and endpoints that every contender finds in its environment. */
export const contenderEnvironment = ({
  dynamodb,
  sns,
  s3,
}: WorkerSettings['endpoints']): Record<string, string> => ({
  [ENVIRONMENT.recordsTable]: 'contact-records',
  [ENVIRONMENT.ledgerTable]: 'ledger',
  IDEMPOTENCY_TABLE_NAME: 'idempotency',
  [ENVIRONMENT.abandonedContactsTopic]: `arn:aws:sns:${REGION}:${ACCOUNT}:abandoned-contacts`,
  [ENVIRONMENT.failureBucket]: 'failures',
  [ENVIRONMENT.pipeline]: 'bench',
  AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
  AWS_ENDPOINT_URL_SNS: sns,
  AWS_ENDPOINT_URL_S3: s3,
});
