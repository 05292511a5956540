/**
 * A batch of Kinesis records, from decoding to the checkpoint: decode all, collapse the versions of each contact, then
 * work unit by unit, several at a time. The first "not now" stops new work and what is in flight ends; so does the
 * end of the time. The checkpoint is the lowest sequence number that isn't done.
 */
import type { KinesisStreamRecord } from 'aws-lambda';
import { collapse, type Version } from './group-by-contact';
import { type Drift, driftOf } from '../contact-record/drift';
import type { Deadline } from './deadline';
import { decode, type Unreadable } from '../steps/decode';
import { NotNow, notNow } from '../aws/errors';
import type { BatchResult, Done } from './outcome';
import { CALLS_PER_UNIT, CONCURRENCY, processUnit, type Steps } from './process-contact';

/** Something to be done as a whole: the versions of one contact, or one record that is none. */
interface Work {
  /** Where in the batch it stands: the index of its first record. */
  readonly position: number;
  /** Its largest payload, in characters of base64. */
  readonly size: number;
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
  const inFlight = new Set<Work>();
  let fault: NotNow | undefined;
  let oneEnded: (() => void) | undefined;

  const run = async (piece: Work) => {
    try {
      done.set(piece, await piece.run());
    } catch (error) {
      fault ??= error instanceof NotNow ? error : notNow(error, 'function');
    }
    inFlight.delete(piece);
    oneEnded?.();
  };
  const untilOneEnds = () => new Promise<void>((resolve) => (oneEnded = resolve));
  // The first piece gets its chance however little time there is: each invocation makes progress.
  const mayStart = (piece: Work) =>
    fault === undefined && (piece === work[0] || deadline.fits(CALLS_PER_UNIT));

  for (const piece of work) {
    if (!hasRoom(inFlight, piece)) {
      do await untilOneEnds();
      while (inFlight.size > CONCURRENCY || !hasRoom(inFlight, piece));
    }
    if (!mayStart(piece)) break;
    inFlight.add(piece);
    void run(piece);
  }
  while (inFlight.size > 0) await untilOneEnds();

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

/**
 * How much may be in flight: more than as many ordinary records are. One larger record goes alone. If several records
 * of a megabyte went together, all of them would be serialized at once, in memory and in the time that the first one's
 * call has, and none might get through.
 */
export const MAX_SIZE_IN_FLIGHT = 1_000_000;

/**
 * How many pieces may be in flight, and how many sockets there are for them. Work begins in bursts, again when only a part
 * of it is left, which makes it a third cheaper than one by one (docs/adr/0009).
 */
export const MAX_IN_FLIGHT = 140;

function hasRoom(inFlight: ReadonlySet<Work>, piece: Work): boolean {
  if (inFlight.size === 0) return true;
  let size = piece.size;
  for (const { size: other } of inFlight) size += other;
  return inFlight.size < MAX_IN_FLIGHT && size <= MAX_SIZE_IN_FLIGHT;
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
    const { data } = delivery.kinesis;
    const decoded = decode(data);
    switch (decoded.kind) {
      case 'contact-record':
        versions.push({ position, delivery, contactRecord: decoded });
        drift.push(...driftOf(decoded.record));
        break;
      case 'ignored':
        work.push({
          position,
          size: data.length,
          run: () => Promise.resolve({ outcomes: ['ignored'], setAside: [] }),
        });
        break;
      case 'unreadable':
        work.push({
          position,
          size: data.length,
          run: () => quarantineUnreadable(delivery, decoded, steps, deadline),
        });
        break;
    }
  }
  for (const unit of collapse(versions)) {
    work.push({
      position: unit.position,
      size: Math.max(...unit.versions.map(({ delivery }) => delivery.kinesis.data.length)),
      run: () => processUnit(unit, steps, deadline),
    });
  }
  return { work: work.sort((a, b) => a.position - b.position), drift };
}

async function quarantineUnreadable(
  delivery: KinesisStreamRecord,
  unreadable: Unreadable,
  { quarantine }: Steps,
  deadline: Deadline,
): Promise<Done> {
  await quarantine('quarantined', unreadable.reason, delivery, deadline);
  return {
    outcomes: ['quarantined'],
    setAside: [{ ...unreadable, kind: 'quarantined', eventId: delivery.eventID }],
  };
}
