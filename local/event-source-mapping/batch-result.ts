/** Reads the function's answer as Lambda does: which records of the batch are done. */
import type { InvocationOutcome } from '../stack/function-process';

/** How far an invocation has processed its batch. */
export interface BatchResult {
  /** How many of the batch's records are done, counted from its start. */
  done: number;
  /** The function failed, or its answer is invalid: the batch may be split. */
  isWholeFailure: boolean;
  /** The value in failure objects: `Unhandled` for an invocation that failed, null for one that returned. */
  functionError: 'Unhandled' | null;
}

/**
 * Determines how many records of a batch an invocation has processed.
 *
 * With partial responses, the records before the lowest returned sequence number are done. After an empty answer of any
 * shape, all records are done. If the answer names anything other than a record of the batch, the whole batch fails.
 */
export function readBatchResult(
  outcome: InvocationOutcome,
  sequenceNumbers: string[],
  reportBatchItemFailures: boolean,
): BatchResult {
  if (outcome.kind !== 'returned') return { done: 0, isWholeFailure: true, functionError: 'Unhandled' };
  const failures = reportBatchItemFailures ? readFailures(outcome.payload) : [];
  const done = Array.isArray(failures) ? countBefore(failures, sequenceNumbers.map(BigInt)) : undefined;
  return { done: done ?? 0, isWholeFailure: done === undefined, functionError: null };
}

/** Counts the records before the lowest named one; `undefined` if a name is not a record's. */
function countBefore(failures: unknown[], sequenceNumbers: bigint[]): number | undefined {
  const ofBatch = new Set(sequenceNumbers);
  let lowest: bigint | undefined;
  for (const failure of failures) {
    const named = readSequenceNumber(failure);
    if (named === undefined || !ofBatch.has(named)) return undefined;
    if (lowest === undefined || named < lowest) lowest = named;
  }
  return lowest === undefined ? sequenceNumbers.length : sequenceNumbers.indexOf(lowest);
}

function readFailures(payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null) return [];
  return ('batchItemFailures' in payload ? payload.batchItemFailures : undefined) ?? [];
}

function readSequenceNumber(failure: unknown): bigint | undefined {
  const identifier =
    typeof failure === 'object' && failure !== null && 'itemIdentifier' in failure
      ? failure.itemIdentifier
      : undefined;
  return typeof identifier === 'string' && /^\d+$/.test(identifier) ? BigInt(identifier) : undefined;
}
