import type { InvocationOutcome } from '../stack/function-process';

/** What the event source mapping makes of an invocation. */
export interface BatchResult {
  /** How many of the batch's records are done, counted from its start. */
  done: number;
  /**
   * The function failed, or its answer does not say from where on: that is what splitting a batch is for. A function
   * that names its first record has said so, and gets the same batch again.
   */
  isWholeFailure: boolean;
  /** As failure objects have it: `Unhandled` for an invocation that failed, null for one that returned. */
  functionError: 'Unhandled' | null;
}

/**
 * How far a batch is done after an invocation.
 *
 * Without partial responses the batch is done if the function returned. With them it is done up to the lowest
 * sequence number that the function names. An empty answer, of whatever shape, names none: everything is done. An
 * answer that names something else than a record of the batch fails all of it.
 */
export function batchResult(
  outcome: InvocationOutcome,
  sequenceNumbers: string[],
  reportBatchItemFailures: boolean,
): BatchResult {
  if (outcome.kind !== 'returned') return { done: 0, isWholeFailure: true, functionError: 'Unhandled' };
  const failures = reportBatchItemFailures ? failuresIn(outcome.payload) : [];
  const done = Array.isArray(failures) ? countBefore(failures, sequenceNumbers.map(BigInt)) : undefined;
  return { done: done ?? 0, isWholeFailure: done === undefined, functionError: null };
}

/** How many records come before the lowest one that is named; `undefined` if one of the names is no record's. */
function countBefore(failures: unknown[], sequenceNumbers: bigint[]): number | undefined {
  const ofBatch = new Set(sequenceNumbers);
  let lowest: bigint | undefined;
  for (const failure of failures) {
    const named = sequenceNumberOf(failure);
    if (named === undefined || !ofBatch.has(named)) return undefined;
    if (lowest === undefined || named < lowest) lowest = named;
  }
  return lowest === undefined ? sequenceNumbers.length : sequenceNumbers.indexOf(lowest);
}

function failuresIn(payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null) return [];
  return ('batchItemFailures' in payload ? payload.batchItemFailures : undefined) ?? [];
}

function sequenceNumberOf(failure: unknown): bigint | undefined {
  const identifier =
    typeof failure === 'object' && failure !== null && 'itemIdentifier' in failure
      ? failure.itemIdentifier
      : undefined;
  return typeof identifier === 'string' && /^\d+$/.test(identifier) ? BigInt(identifier) : undefined;
}
