/** Runs a contender in its own process. Delivers input like an event source mapping with one shard. */
import { ENVIRONMENT } from '../lambda/contact-records/contract';
import { readBatchResult } from '../local/event-source-mapping/batch-result';
import type { KinesisEventRecord } from '../local/event-source-mapping/kinesis-event';
import { ACCOUNT, REGION } from '../local/stack/emulator-clients';
import { startFunctionProcess } from '../local/stack/function-process';
import type { Bundles } from './bundles';
import type { Delivery } from './inputs';
import { type Contender, MAIN_POINT } from './results';
import type { Stub } from './stub/stub';

/** The setting of every measurement. */
export interface Setting {
  readonly bundles: Bundles;
  readonly stub: Stub;
  /** Measures once with few records, to try the benchmark without usable figures. */
  readonly quick: boolean;
  readonly onProgress: (what: string) => void;
}

/** The answer of `measured.mjs` to one invocation, measured without the transport of the event. */
export interface Invocation {
  readonly answer: unknown;
  readonly milliseconds: number;
  /** User and system time of the whole process, garbage collection included. */
  readonly cpuMicroseconds: number;
  /** The peak resident memory of the process so far. */
  readonly peakKib: number;
}

export interface Worker {
  /** Invokes the contender; resolves to `undefined` if the invocation, and so its batch, failed. */
  invoke(records: readonly KinesisEventRecord[]): Promise<Invocation | undefined>;
  stop(): Promise<void>;
}

/** @param recordsInFlight - for the bare SDK; by default the whole batch */
export function startWorker(
  { bundles, stub }: Setting,
  contender: Contender,
  recordsInFlight: number = MAIN_POINT.batchSize,
): Worker {
  const bundle = bundles[contender];
  const running = startFunctionProcess({
    name: 'bench',
    folder: __dirname,
    handler: 'measured.handler',
    environment: {
      ...getContenderEnvironment(stub),
      ...bundle.environment,
      RECORDS_IN_FLIGHT: String(recordsInFlight),
      MEASURED_BUNDLE: bundle.file,
    },
    timeoutSeconds: 60,
    memoryMegabytes: bundles.memoryMegabytes,
  });
  return {
    invoke: async (Records) => {
      const outcome = await running.invoke({ Records });
      if (!running.isAlive())
        throw new Error(`The contender ${contender} ended, or took longer than a minute.`);
      return outcome.kind === 'returned' ? (outcome.payload as Invocation) : undefined;
    },
    stop: running.kill,
  };
}

/** Returns the environment variables of every contender: names and endpoints. */
export const getContenderEnvironment = ({ endpoint }: Stub): Record<string, string> => ({
  [ENVIRONMENT.recordsTable]: 'contact-records',
  [ENVIRONMENT.ledgerTable]: 'ledger',
  IDEMPOTENCY_TABLE_NAME: 'idempotency',
  [ENVIRONMENT.abandonedContactsTopic]: `arn:aws:sns:${REGION}:${ACCOUNT}:abandoned-contacts`,
  [ENVIRONMENT.failureBucket]: 'failures',
  [ENVIRONMENT.pipeline]: 'bench',
  AWS_ENDPOINT_URL: endpoint,
});

/** Upper bound for one event in Lambda. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;
/** Upper bound for attempts. A mapping would retry for days. */
const MAX_ATTEMPTS = 5;

/**
 * Delivers an input batch by batch. After a failure, it delivers again from the lowest failed record.
 *
 * @returns totals; `stalls` counts the records that failed at the last attempt and were skipped
 */
export async function runPass(worker: Worker, deliveries: readonly Delivery[], batchSize: number) {
  const total = { handlerSeconds: 0, cpuSeconds: 0, invocations: 0, peakKib: 0, stalls: 0 };
  for (const batch of splitIntoBatches(deliveries, batchSize)) {
    let rest = batch;
    let attempts = 0;
    while (rest.length > 0) {
      const invocation = await worker.invoke(rest);
      total.handlerSeconds += (invocation?.milliseconds ?? 0) / 1000;
      total.cpuSeconds += (invocation?.cpuMicroseconds ?? 0) / 1e6;
      total.peakKib = Math.max(total.peakKib, invocation?.peakKib ?? 0);
      total.invocations++;
      const sequenceNumbers = rest.map(({ kinesis }) => kinesis.sequenceNumber);
      const outcome = { kind: 'returned', payload: invocation?.answer } as const;
      const done = invocation ? readBatchResult(outcome, sequenceNumbers, true).done : 0;
      attempts = done > 0 ? 1 : attempts + 1;
      rest = rest.slice(done);
      if (rest.length > 0 && attempts === MAX_ATTEMPTS) {
        total.stalls++;
        rest = rest.slice(1);
        attempts = 0;
      }
    }
  }
  return total;
}

/** Splits deliveries into batches by the number of records and the size of an event. */
export function splitIntoBatches(deliveries: readonly Delivery[], batchSize: number): KinesisEventRecord[][] {
  const batches: KinesisEventRecord[][] = [];
  let bytes = Infinity;
  for (const { event } of deliveries) {
    const size = JSON.stringify(event).length + 1;
    const last = batches.at(-1);
    if (last && last.length < batchSize && bytes + size <= MAX_EVENT_BYTES) {
      last.push(event);
      bytes += size;
    } else {
      batches.push([event]);
      bytes = size;
    }
  }
  return batches;
}
