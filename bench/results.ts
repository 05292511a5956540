/**
 * What `npm run bench` measures, as it is written to `bench/results.json`; tables, plots and
 * `docs/performance-and-cost.md` are made of nothing else.
 */

/** The median of interleaved repetitions, and its spread: the least and the most. */
export interface Measured {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Who does the job. */
export const CONTENDERS = [
  'pipeline',
  'sequential',
  'powertools-idempotency',
  'powertools',
  'bare-sdk',
] as const;
export type Contender = (typeof CONTENDERS)[number];

/** `distinct`: every record a new contact, none abandoned. `mixed`: copies, newer versions, abandoned ones and poison. */
export type Input = 'distinct' | 'mixed';

/** One contender on one input, with one batch size, against one set of services. */
export interface Run {
  readonly contender: Contender;
  readonly input: Input;
  readonly services: 'stub' | 'DynamoDB Local';
  /** That the stub adds to each answer. */
  readonly latencyMs: number;
  readonly batchSize: number;
  readonly recordsPerSecond: Measured;
  readonly cpuMicrosecondsPerRecord: Measured;
  /** Throughput and CPU in relation to another contender's of the same repetition. */
  readonly against: Partial<Record<Contender, { readonly throughput: Measured; readonly cpu: Measured }>>;
  /** Concurrency, for the bare SDK: the best of several. */
  readonly concurrency?: number;
  readonly requests: Requests;
  /** What is wrong in the end, a line each: lost versions, double messages, a stall. Empty: all is right. */
  readonly wrong: readonly string[];
}

/** Of one pass over the input, as the stub counted them. */
export interface Requests {
  readonly contacts: number;
  readonly deliveries: number;
  readonly abandoned: number;
  /** Write requests to all tables, failed conditions included, and what they cost: units of one KB. */
  readonly writes: number;
  readonly writeUnits: number;
  /** Those of them to the records table, and to the ledger or what stands for it. */
  readonly recordWrites: number;
  readonly ledgerWrites: number;
  readonly reads: number;
  readonly readUnits: number;
  readonly publishes: number;
  readonly objects: number;
}

export interface ColdStart {
  readonly what: 'pipeline' | 'two DynamoDB packages';
  readonly bundleBytes: number;
  /** From the start of the process to the first answer. */
  readonly milliseconds: Measured;
}

export interface Memory {
  readonly batchSize: number;
  /** Highest resident memory of the function's process, MiB. */
  readonly peakMib: Measured;
}

/** Milliseconds from arrival to stored and to published, at a share of the measured capacity. */
export interface Lag {
  readonly load: number;
  readonly recordsPerSecond: number;
  readonly stored: { readonly p50: number; readonly p99: number };
  readonly published: { readonly p50: number; readonly p99: number };
}

export interface Results {
  readonly startedAt: string;
  /** CPU model, cores, memory, Node and the versions of the libraries. */
  readonly machine: Readonly<Record<string, string>>;
  readonly runs: readonly Run[];
  readonly coldStart: readonly ColdStart[];
  readonly coldStartRatio: Measured;
  readonly memory: readonly Memory[];
  readonly lag: readonly Lag[];
  /** Seconds that the pipeline takes for a batch of a size, by the latency of the services: what the model is calibrated with. */
  readonly batchSeconds: readonly {
    readonly latencyMs: number;
    readonly batchSize: number;
    readonly seconds: Measured;
  }[];
}
