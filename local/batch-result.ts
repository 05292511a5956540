import type { InvocationOutcome } from './function-process';

/**
 * How many of a batch's records are done after an invocation, counted from its start: what the event source mapping
 * makes of the function's result.
 *
 * Without partial responses the batch is done if the function returned. With them it is done up to the lowest
 * sequence number that the function names. An empty answer, of whatever shape, names none: everything is done. An
 * answer that names something else than a record of the batch fails all of it.
 */
export function recordsDone(
  outcome: InvocationOutcome,
  sequenceNumbers: string[],
  reportBatchItemFailures: boolean,
): number {
  if (outcome.kind !== 'returned') return 0;
  if (!reportBatchItemFailures) return sequenceNumbers.length;
  const failures = failuresIn(outcome.payload);
  if (failures === undefined) return sequenceNumbers.length;
  if (!Array.isArray(failures)) return 0;
  const positions = failures.map((failure) => sequenceNumbers.indexOf(identifierOf(failure)));
  // A batch is in sequence order, so the lowest number is the first position.
  return positions.includes(-1) ? 0 : Math.min(sequenceNumbers.length, ...positions);
}

function failuresIn(payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null) return undefined;
  return ('batchItemFailures' in payload ? payload.batchItemFailures : undefined) ?? undefined;
}

function identifierOf(failure: unknown): string {
  const identifier =
    typeof failure === 'object' && failure !== null && 'itemIdentifier' in failure
      ? failure.itemIdentifier
      : undefined;
  return typeof identifier === 'string' ? identifier : '';
}
