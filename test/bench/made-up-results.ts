/** Invented results in round numbers, for tests of tables, targets and estimates. */
import {
  CONTENDERS,
  type Contender,
  type Input,
  type Measured,
  type Results,
  type Run,
} from '../../bench/results';

export const measured = (median: number): Measured => ({ median, least: median * 0.9, most: median * 1.1 });

const RECORDS_PER_SECOND: Readonly<Record<Contender, number>> = {
  pipeline: 3_200,
  sequential: 160,
  'powertools-idempotency': 800,
  powertools: 2_000,
  'bare-sdk': 3_000,
};

const LATENCIES = [0, 5, 20];
const BATCH_SIZES = [10, 100, 500, 1_000, 10_000];

function run(contender: Contender, input: Input, latencyMs: number, batchSize: number): Run {
  const cpu = 1_000_000 / RECORDS_PER_SECOND[contender];
  return {
    contender,
    input,
    latencyMs,
    batchSize,
    recordsPerSecond: measured(RECORDS_PER_SECOND[contender]),
    cpuMicrosecondsPerRecord: measured(cpu),
    against: Object.fromEntries(
      CONTENDERS.map((other) => [
        other,
        {
          throughput: measured(RECORDS_PER_SECOND[contender] / RECORDS_PER_SECOND[other]),
          cpu: measured(RECORDS_PER_SECOND[other] / RECORDS_PER_SECOND[contender]),
        },
      ]),
    ),
    requests:
      input === 'distinct'
        ? {
            ...NOTHING,
            contacts: 1_000,
            deliveries: 1_000,
            writeUnits: 2_000,
            recordWrites: 1_000,
          }
        : {
            ...NOTHING,
            contacts: 1_000,
            deliveries: 1_250,
            abandoned: 80,
            writeUnits: 2_440,
            recordWrites: 1_120,
            ledgerWrites: 180,
            publishes: 80,
            objects: 1,
          },
    wrong: contender === 'sequential' && input === 'mixed' ? ['it stalls on poison'] : [],
  };
}

const NOTHING = { abandoned: 0, ledgerWrites: 0, readUnits: 0, publishes: 0, objects: 0 };

export const MADE_UP_RESULTS: Results = {
  startedAt: '2026-01-01T00:00:00.000Z',
  machine: { processor: 'made up', cores: '2', node: 'v0.0.0' },
  runs: CONTENDERS.flatMap((contender) => [
    ...(['distinct', 'mixed'] as const).flatMap((input) =>
      LATENCIES.map((latencyMs) => run(contender, input, latencyMs, 500)),
    ),
    ...BATCH_SIZES.filter((size) => size !== 500).map((size) => run(contender, 'distinct', 5, size)),
  ]),
  coldStart: [
    { what: 'pipeline', bundleBytes: 450_000, milliseconds: measured(110) },
    { what: 'two DynamoDB packages', bundleBytes: 340_000, milliseconds: measured(100) },
  ],
  coldStartRatio: measured(1.1),
  memory: BATCH_SIZES.map((batchSize) => ({ batchSize, peakMib: measured(100 + batchSize / 200) })),
};
