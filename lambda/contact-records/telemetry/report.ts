/**
 * Reports a batch as log lines and metrics. They have ids, reasons, names and numbers, never a record's value or an
 * error object.
 */
import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { KinesisStreamRecord } from 'aws-lambda';
import { NOT_ABANDONED_REASONS } from '../contact-record/abandoned';
import type { Drift } from '../contact-record/drift';
import { LOG, METRIC, notAbandonedMetric } from '../contract';
import { type BatchResult, OUTCOMES } from '../batch/outcome';

/** Logs and counts the result of a batch. `startedAt` is in milliseconds since 1970. */
export type Report = (
  records: readonly KinesisStreamRecord[],
  result: BatchResult,
  startedAt: number,
) => void;

/**
 * Upper bound for samples of a batch's lag. It is enough for percentiles; at 100 values, Powertools would start a new
 * line.
 */
const MAX_LAG_SAMPLES = 50;

/** Upper bound of remembered drift paths, so that a nonsense record cannot fill the memory. */
const MAX_DRIFT_PATHS = 1_000;

const IN_ADDITION = [
  ...(['conflicting', 'refused', 'published', 'tooOld'] as const),
  ...(['awaitingNextContact', 'resolvedAbandoned', 'resolvedContinued'] as const),
];

/** Creates the report. Each drift path is reported once per execution environment. */
export function createReport(logger: Logger, metrics: Metrics, now: () => number): Report {
  const knownDrift = new Set<string>();
  const isNewDrift = ({ kind, path }: Drift): boolean => {
    const key = `${kind} ${path}`;
    if (knownDrift.has(key) || knownDrift.size >= MAX_DRIFT_PATHS) return false;
    knownDrift.add(key);
    return true;
  };

  return (records, result, startedAt) => {
    const summary = summarize(result);
    const last = records.at(-1);
    const count = (name: string, value: number) => {
      if (value > 0) metrics.addMetric(name, MetricUnit.Count, value);
    };

    for (const line of result.done.flatMap(({ failedRecords }) => failedRecords))
      logger.warn(LOG.failedRecordSaved, { ...line });
    const drift = result.drift.filter(isNewDrift);
    for (const { path, kind } of drift) logger.warn(LOG.modelDrift, { path, kind });
    count(METRIC.drift, drift.length);

    for (const outcome of OUTCOMES) count(METRIC[outcome], summary.outcomes[outcome]);
    for (const name of IN_ADDITION) count(METRIC[name], summary[name]);
    for (const reason of NOT_ABANDONED_REASONS)
      count(notAbandonedMetric(reason), summary.notAbandoned[reason]);
    const lags = result.done.flatMap((done) => done.arrivalToStoredMs ?? []);
    for (const lag of sampleEvenly(lags, MAX_LAG_SAMPLES))
      metrics.addMetric(METRIC.arrivalToStored, MetricUnit.Milliseconds, lag);

    if (result.error) {
      const { source, reason, httpStatus } = result.error;
      logger.error(LOG.endedEarly, { source, reason, httpStatus });
      count(METRIC.partialBatchFailures, 1);
    }
    logger.info(LOG.batchProcessed, {
      records: records.length,
      ...summary,
      durationMs: now() - startedAt,
      iteratorLagMs: last && startedAt - last.kinesis.approximateArrivalTimestamp * 1_000,
      retryFrom: result.retryFrom,
    });
  };
}

function summarize({ done }: BatchResult) {
  const failedRecords = done.flatMap((item) => item.failedRecords);
  const outcomes = done.flatMap((item) => item.outcomes);
  // Counted when a version is stored: a redelivery of it does not count again.
  const stored = done.filter(({ arrivalToStoredMs }) => arrivalToStoredMs !== undefined);
  const reasons = stored.flatMap(({ notAbandoned }) => notAbandoned ?? []);
  const nextContacts = countEach(
    stored.flatMap(({ nextContact }) => nextContact ?? []),
    ['abandoned', 'continued', 'awaiting'],
  );
  const publications = countEach(
    done.flatMap((item) => item.publications ?? []),
    ['published', 'already-published', 'too-old'],
  );
  return {
    outcomes: countEach(outcomes, OUTCOMES),
    conflicting: failedRecords.filter(({ kind }) => kind === 'conflicting').length,
    refused: failedRecords.filter(({ kind }) => kind === 'refused').length,
    published: publications.published,
    alreadyPublished: publications['already-published'],
    tooOld: publications['too-old'],
    awaitingNextContact: nextContacts.awaiting,
    resolvedAbandoned: nextContacts.abandoned,
    resolvedContinued: nextContacts.continued,
    notAbandoned: countEach(reasons, NOT_ABANDONED_REASONS),
  };
}

function countEach<Name extends string>(
  values: readonly Name[],
  names: readonly Name[],
): Record<Name, number> {
  const counts = Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
  for (const value of values) counts[value]++;
  return counts;
}

/** Returns at most `most` of the values, spread evenly over the batch. */
function sampleEvenly(values: readonly number[], most: number): readonly number[] {
  if (values.length <= most) return values;
  return Array.from({ length: most }, (_, i) => values[Math.floor((i * values.length) / most)] ?? 0);
}
