/**
 * Decides on the puts that DynamoDB rejected: the record or the table is the cause. A probe puts a well-formed record with
 * a condition that is never true. If DynamoDB does not reject it, each rejected put is sent again. If DynamoDB rejects the
 * put again, also with the condition of the probe, the record is the cause. Everything else is retried (docs/adr/0020).
 */
import { RetryableError, toRetryableError } from '../aws/errors';
import { createCompleteRecord } from '../contact-record/complete-record';
import type { ContactRecord } from '../contact-record/model';
import type { Ports } from '../steps/ports';
import type { Deadline } from './deadline';

/** The result of running work items: those whose put was rejected, and the first error. */
export interface RunResult<WorkItem> {
  readonly rejected: readonly WorkItem[];
  readonly error: RetryableError | undefined;
}

/** Sequential calls for one rejected put: probe; put; probe of its item; failed record. */
export const CALLS_PER_REJECTION = 4;

/**
 * Probes the table, then sends each rejected put once more. If an older version of such a contact is rejected as well, it
 * needs a probe of its own.
 *
 * @param sendAgain - runs work items whose put was rejected
 * @returns the error that leaves the rest undecided, if there is one
 */
export async function settleRejections<WorkItem>(
  rejected: readonly WorkItem[],
  sendAgain: (rejected: readonly WorkItem[]) => Promise<RunResult<WorkItem>>,
  { probe }: Ports,
  deadline: Deadline,
): Promise<RetryableError | undefined> {
  let undecided = rejected;
  let error: RetryableError | undefined;
  while (undecided.length > 0 && !error) {
    try {
      if (!deadline.hasTimeFor(CALLS_PER_REJECTION))
        throw new RetryableError('deadline', 'no time left to decide on a rejected put');
      if ((await probe(createProbeRecord(), deadline)) === 'rejected')
        throw new RetryableError('DynamoDB', 'the records table rejects a well-formed contact record');
    } catch (thrown) {
      return thrown instanceof RetryableError ? thrown : toRetryableError(thrown, 'function');
    }
    ({ rejected: undecided, error } = await sendAgain(undecided));
  }
  return error;
}

let probeRecord: ContactRecord | undefined;

/** Creates the record at the first rejection, because that takes milliseconds. */
const createProbeRecord = () => (probeRecord ??= { ...createCompleteRecord(), ContactId: PROBE_ID });

/** Connect's ids contain no colon. */
export const PROBE_ID = 'contact-record-pipeline:Probe';
