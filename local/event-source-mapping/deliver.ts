/** What becomes of one batch: tried, retried, split, and done or given up in the end. */
import { batchResult, type BatchResult } from './batch-result';
import type { InvocationOutcome } from '../stack/function-process';
import { arrivalOf, type KinesisEventRecord } from './kinesis-event';
import { backOff } from './back-off';
import { failureObject, type FailureCondition } from './failure-destination';
import type { Shard } from './shard';

/**
 * Hands a batch to the function until all of it is done or given up, or the mapping is stopped.
 *
 * @param pauses how often the function has been waited for already; the next pause is the longer for it
 */
export async function deliver(batch: KinesisEventRecord[], shard: Shard, pauses = 0): Promise<void> {
  const { ports, settings } = shard.options;
  const pause = () => ports.sleep(backOff(pauses++, ports.random), shard.stopping);

  let rest = batch;
  let attempts = 0;
  while (rest.length > 0 && !shard.stopping.aborted) {
    const expired = countExpired(rest, shard);
    if (expired > 0) {
      await giveUp('RecordAgeExceeded', rest.slice(0, expired), attempts, null, shard);
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
    // Retries and pauses are counted anew once the batch has got anywhere.
    if (result.done > 0) [attempts, pauses] = [0, 0];
    else attempts += 1;

    if (result.isWholeFailure && settings.bisectBatchOnFunctionError && rest.length > 1) {
      // Each half has all its retries before it: splitting costs none.
      await pause();
      const middle = Math.ceil(rest.length / 2);
      await deliver(rest.slice(0, middle), shard, pauses);
      await deliver(rest.slice(middle), shard);
      return;
    }
    if (settings.maximumRetryAttempts >= 0 && attempts > settings.maximumRetryAttempts) {
      await giveUp('RetryAttemptsExhausted', rest, attempts, result.functionError, shard);
      return;
    }
    await pause();
  }
}

/** How many records, from the first one on, are too old: only these are given up, however old the batch is otherwise. */
function countExpired(records: KinesisEventRecord[], { options: { ports, settings } }: Shard): number {
  if (settings.maximumRecordAgeSeconds < 0) return 0;
  const oldest = ports.now() - settings.maximumRecordAgeSeconds * 1000;
  const fresh = records.findIndex((record) => arrivalOf(record) >= oldest);
  return fresh === -1 ? records.length : fresh;
}

/** Runs the function once; `undefined` if it never got the event. What it has done counts from here on. */
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
  const result = batchResult(outcome, sequenceNumbers, settings.reportBatchItemFailures);
  const { done } = result;
  options.onInvocation?.({
    ...{ shardId, records: records.length, done, attempt, outcome },
    durationMilliseconds: ports.now() - started,
  });
  const left = records.length - done;
  onProblem(left === 0 ? undefined : `${left} records are not done: ${describe(outcome)}`);
  progress.done(sequenceNumbers.slice(0, done));
  return result;
}

/** Writes the failure object, however long it takes, and only then passes the records over. */
async function giveUp(
  condition: FailureCondition,
  records: KinesisEventRecord[],
  attempts: number,
  functionError: BatchResult['functionError'],
  { shardId, options, stopping, progress, onProblem }: Shard,
): Promise<void> {
  const { ports, id: mappingId, functionArn, origin } = options;
  const { streamArn } = origin;
  const at = new Date(ports.now());
  // Made once: a write that is repeated because its answer was lost hits the same object.
  const object = failureObject({
    ...{ condition, records, attempts, functionError, at, shardId, mappingId, functionArn, streamArn },
  });
  for (let isPut = false, faults = 0; !isPut; faults += 1) {
    try {
      await ports.putFailureObject?.(object);
      isPut = true;
    } catch (error) {
      onProblem(`the failure object could not be written: ${String(error)}`);
      await ports.sleep(backOff(faults, ports.random), stopping);
      if (stopping.aborted) return;
    }
  }
  onProblem(undefined);
  options.onGivenUp?.({ shardId, condition, records, attempts });
  progress.done(records.map(({ kinesis }) => kinesis.sequenceNumber));
}

function describe(outcome: InvocationOutcome): string {
  switch (outcome.kind) {
    case 'returned':
      return 'the function asked for them again';
    case 'failed':
      return `${outcome.functionError.errorType}: ${outcome.functionError.errorMessage}`;
    case 'timed-out':
      return 'the function timed out';
  }
}
