/** Defines the results in `bench/results.json`, from which tables, plots and estimates come. */

/** Median, least and most of interleaved repetitions. */
export interface Measured {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export const CONTENDERS = [
  'pipeline',
  'sequential',
  'powertools-idempotency',
  'powertools',
  'bare-sdk',
] as const;
export type Contender = (typeof CONTENDERS)[number];

/** `distinct` has one record per contact, none abandoned. `mixed` has copies, newer versions, abandoned and poison. */
export type Input = 'distinct' | 'mixed';

/** One contender with one input, one latency of the stub and one batch size. */
export interface Run {
  readonly contender: Contender;
  readonly input: Input;
  readonly latencyMs: number;
  readonly batchSize: number;
  readonly recordsPerSecond: Measured;
  readonly cpuMicrosecondsPerRecord: Measured;
  /** The pipeline's throughput and CPU divided by the other contender's in the same repetition. */
  readonly against?: Partial<Record<Contender, { readonly throughput: Measured; readonly cpu: Measured }>>;
  readonly requests: Requests;
  /** Errors of the end state, one line each, such as lost versions or a stall. */
  readonly wrong: readonly string[];
}

/** Counts of the stub in one pass over the input. */
export interface Requests {
  readonly contacts: number;
  readonly deliveries: number;
  readonly abandoned: number;
  /** Write units of 1 KB for all tables, failed conditions included. */
  readonly writeUnits: number;
  /** Writes to the records table, and writes to all other tables. */
  readonly recordWrites: number;
  readonly ledgerWrites: number;
  readonly readUnits: number;
  readonly publishes: number;
  readonly objects: number;
}

export interface Results {
  readonly startedAt: string;
  /** Processor, cores, memory, Node and the versions of the libraries. */
  readonly machine: Readonly<Record<string, string>>;
  readonly runs: readonly Run[];
  /** Times from the start of the process to the first answer. */
  readonly coldStart: readonly {
    readonly what: 'pipeline' | 'two DynamoDB packages';
    readonly bundleBytes: number;
    readonly milliseconds: Measured;
  }[];
  readonly coldStartRatio: Measured;
  /** Highest resident memory of the function's process. */
  readonly memory: readonly { readonly batchSize: number; readonly peakMib: Measured }[];
}

/** The latency and batch size of the targets and the cost. */
export const MAIN_POINT = { latencyMs: 5, batchSize: 500 };

export const isMainPoint = ({ latencyMs, batchSize }: Pick<Run, 'latencyMs' | 'batchSize'>): boolean =>
  latencyMs === MAIN_POINT.latencyMs && batchSize === MAIN_POINT.batchSize;

export const findMainRun = ({ runs }: Pick<Results, 'runs'>, contender: Contender, input: Input) =>
  runs.find((run) => run.contender === contender && run.input === input && isMainPoint(run));

/** Computes median, least and most; throws `RangeError` if there are no values. */
export function summarize(values: readonly number[]): Measured {
  const sorted = values.toSorted((a, b) => a - b);
  const below = sorted[(sorted.length - 1) >> 1];
  const above = sorted[sorted.length >> 1];
  if (below === undefined || above === undefined) throw new RangeError('no value was measured');
  return { median: (below + above) / 2, least: Math.min(...sorted), most: Math.max(...sorted) };
}

/** Divides the values of each repetition, which were measured at nearly the same time. */
export const summarizeRatios = (values: readonly number[], others: readonly number[]): Measured =>
  summarize(values.map((value, repetition) => value / (others[repetition] ?? NaN)));
