/** Delivers one batch: tries, retries and splits it, until each record is done or given up. */
import { readBatchResult, type BatchResult } from './batch-result';
import type { InvocationOutcome } from '../stack/function-process';
import { getArrivalMs, type KinesisEventRecord } from './kinesis-event';
import { createFailureObject, type FailedBatch } from './failure-destination';
import type { Shard } from './types';

/**
 * Invokes the function with a batch until every record is done or given up. Ends early when the mapping is stopped.
 *
 * @param pauses the number of pauses so far; each pause is longer than the one before
 */
export async function deliverBatch(batch: KinesisEventRecord[], shard: Shard, pauses = 0): Promise<void> {
  const { settings } = shard.options;
  const pause = () => shard.pause(pauses++);

  let rest = batch;
  let attempts = 0;
  while (rest.length > 0 && !shard.stopping.aborted) {
    const expired = countExpired(rest, shard);
    if (expired > 0) {
      const records = rest.slice(0, expired);
      await giveUp({ condition: 'RecordAgeExceeded', records, attempts, functionError: null }, shard);
      rest = rest.slice(expired);
      continue;
    }

    const result = await invoke(rest, attempts + 1, shard);
    if (result === undefined) {
      await pause();
      continue;
    }
    rest = rest.slice(result.done);
    if (rest.length === 0) return;
    // Progress resets the retries and the pauses.
    if (result.done > 0) [attempts, pauses] = [0, 0];
    else attempts += 1;

    if (result.isWholeFailure && settings.bisectBatchOnFunctionError && rest.length > 1) {
      // Splitting uses up no retries: each half starts with all of them.
      await pause();
      const middle = Math.ceil(rest.length / 2);
      await deliverBatch(rest.slice(0, middle), shard, pauses);
      await deliverBatch(rest.slice(middle), shard);
      return;
    }
    if (settings.maximumRetryAttempts >= 0 && attempts > settings.maximumRetryAttempts) {
      const { functionError } = result;
      await giveUp({ condition: 'RetryAttemptsExhausted', records: rest, attempts, functionError }, shard);
      return;
    }
    await pause();
  }
}

/** Counts the records that are too old, from the first one on; only these are given up. */
function countExpired(records: KinesisEventRecord[], { options: { ports, settings } }: Shard): number {
  if (settings.maximumRecordAgeSeconds < 0) return 0;
  const oldest = ports.now() - settings.maximumRecordAgeSeconds * 1000;
  const fresh = records.findIndex((record) => getArrivalMs(record) >= oldest);
  return fresh === -1 ? records.length : fresh;
}

/** Runs the function once and counts what is done; `undefined` if the function did not get the event. */
async function invoke(
  records: KinesisEventRecord[],
  attempt: number,
  { shardId, options, progress, onProblem }: Shard,
): Promise<BatchResult | undefined> {
  const { ports, settings } = options;
  const started = ports.now();
  let outcome: InvocationOutcome;
  try {
    outcome = await ports.invoke({ Records: records });
  } catch (error) {
    onProblem(`the function could not be run: ${String(error)}`);
    return undefined;
  }
  const sequenceNumbers = records.map(({ kinesis }) => kinesis.sequenceNumber);
  const result = readBatchResult(outcome, sequenceNumbers, settings.reportBatchItemFailures);
  const { done } = result;
  const [doneRecords, durationMilliseconds] = [records.slice(0, done), ports.now() - started];
  options.onInvocation?.({
    ...{ shardId, records: records.length, done, doneRecords, attempt, outcome, durationMilliseconds },
  });
  const left = records.length - done;
  onProblem(left === 0 ? undefined : `${left} records are not done: ${describeOutcome(outcome)}`);
  progress.done(sequenceNumbers.slice(0, done));
  return result;
}

/** Writes the failure object and skips the records; if the write fails, the records are dropped. */
async function giveUp(batch: FailedBatch, shard: Shard): Promise<void> {
  const { shardId, options, progress } = shard;
  const { condition, records, attempts } = batch;
  const isDropped = !(await isSaved(batch, shard));
  options.onGivenUp?.({ shardId, condition, records, attempts, isDropped });
  progress.done(records.map(({ kinesis }) => kinesis.sequenceNumber));
}

async function isSaved(batch: FailedBatch, { shardId, options, onProblem }: Shard): Promise<boolean> {
  const { putFailureObject } = options.ports;
  if (putFailureObject === undefined) return false;
  try {
    await putFailureObject(createFailureObject(batch, shardId, options));
    onProblem(undefined);
    return true;
  } catch (error) {
    onProblem(`the failure object could not be written: ${String(error)}`);
    return false;
  }
}

function describeOutcome(outcome: InvocationOutcome): string {
  switch (outcome.kind) {
    case 'returned':
      return 'the function asked for them again';
    case 'failed':
      return `${outcome.functionError.errorType}: ${outcome.functionError.errorMessage}`;
    case 'timed-out':
      return 'the function timed out';
  }
}
