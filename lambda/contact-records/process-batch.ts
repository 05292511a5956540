/**
 * A batch of Kinesis records, from decoding to the checkpoint: decode all, collapse the versions of each contact, then
 * work unit by unit, several at a time. The first "not now" stops new work and what is in flight ends; so does the
 * end of the time. The checkpoint is the lowest sequence number that isn't done.
 */
import type { KinesisStreamRecord } from 'aws-lambda';
import { collapse, type Version } from './collapse';
import { type Drift, driftOf } from './contact-record/drift';
import type { Deadline } from './deadline';
import { decode, type Unreadable } from './decode';
import { NotNow, notNow } from './failure';
import type { BatchResult, Done } from './outcome';
import { CALLS_PER_UNIT, CONCURRENCY, processUnit, type Steps } from './process-unit';

/** Something to be done as a whole: the versions of one contact, or one record that is none. */
interface Work {
  /** Where in the batch it stands: the index of its first record. */
  readonly position: number;
  run(): Promise<Done>;
}

/**
 * Processes a batch. Faults of services are in the result, not thrown.
 *
 * @param records - in order of their sequence numbers, as the mapping sends them
 */
export async function processBatch(
  records: readonly KinesisStreamRecord[],
  steps: Steps,
  deadline: Deadline,
): Promise<BatchResult> {
  const { work, drift } = plan(records, steps, deadline);
  const done = new Map<Work, Done>();
  let fault: NotNow | undefined;
  let next = 0;

  // The first piece gets its chance however little time there is: each invocation makes progress.
  const mayStart = () => fault === undefined && (next === 0 || deadline.fits(CALLS_PER_UNIT));
  const worker = async () => {
    for (let piece = work[next]; piece && mayStart(); piece = work[next]) {
      next++;
      try {
        done.set(piece, await piece.run());
      } catch (error) {
        fault ??= error instanceof NotNow ? error : notNow(error, 'function');
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));

  const firstNotDone = work.find((piece) => !done.has(piece));
  return {
    done: [...done.values()],
    drift,
    ...(firstNotDone && {
      fault: fault ?? new NotNow('deadline', 'no time left for the rest of the batch'),
      retryFrom: records[firstNotDone.position]?.kinesis.sequenceNumber ?? '',
    }),
  };
}

/** Decodes the whole batch and lays out its work in the order of the batch. */
function plan(
  records: readonly KinesisStreamRecord[],
  steps: Steps,
  deadline: Deadline,
): { work: Work[]; drift: Drift[] } {
  const work: Work[] = [];
  const versions: Version[] = [];
  const drift: Drift[] = [];

  for (const [position, delivery] of records.entries()) {
    const decoded = decode(delivery.kinesis.data);
    switch (decoded.kind) {
      case 'contact-record':
        versions.push({ position, delivery, contactRecord: decoded });
        drift.push(...driftOf(decoded.record));
        break;
      case 'ignored':
        work.push({ position, run: () => Promise.resolve({ outcomes: ['ignored'], setAside: [] }) });
        break;
      case 'unreadable':
        work.push({ position, run: () => quarantineUnreadable(delivery, decoded, steps, deadline) });
        break;
    }
  }
  for (const unit of collapse(versions)) {
    work.push({ position: unit.position, run: () => processUnit(unit, steps, deadline) });
  }
  return { work: work.sort((a, b) => a.position - b.position), drift };
}

async function quarantineUnreadable(
  delivery: KinesisStreamRecord,
  { reason, contactId }: Unreadable,
  { quarantine }: Steps,
  deadline: Deadline,
): Promise<Done> {
  await quarantine('quarantined', reason, delivery, deadline);
  return {
    outcomes: ['quarantined'],
    setAside: [
      {
        kind: 'quarantined',
        reason,
        eventId: delivery.eventID,
        ...(contactId === undefined ? {} : { contactId }),
      },
    ],
  };
}
