/**
 * Sends what is to be sent, portion by portion, and counts. A checkpoint says how far everything is done: what comes
 * before it was accepted by the stream, or skipped and told.
 */
import type { createPacedSender } from '../shared/paced-sender';
import type { Rate } from '../shared/paced-sender';
import { bytesOf } from '../shared/stream';
import type { Place, Position, Step } from './read-records';
import { isNoContactRecord, type SkipReason } from './classify-document';

export interface Done {
  /** Records that the stream has accepted; in a dry run: that it would be given. */
  sent: number;
  bytes: number;
  /** Of those sent: versions of an abandoned contact. */
  abandoned: number;
  skipped: Partial<Record<SkipReason, { count: number; first: Place }>>;
  /** Files that were read. */
  read: number;
  /** Files that could not be read: how many, and the first ones. */
  unreadable: { count: number; first: { name: string; why: string }[] };
}

export const nothingDone = (): Done => ({
  ...{ sent: 0, bytes: 0, abandoned: 0, skipped: {}, read: 0 },
  unreadable: { count: 0, first: [] },
});

/** Nothing that may have been a contact record was passed over. */
export const isAllWell = ({ skipped, unreadable }: Done): boolean =>
  unreadable.count === 0 && (Object.keys(skipped) as SkipReason[]).every(isNoContactRecord);

export interface BackfillPorts {
  /** Without it nothing is sent. */
  putBack: ReturnType<typeof createPacedSender> | undefined;
  rate: Rate;
  /** Is told each step when it is done. */
  tell: (step: Step) => void;
  /** Keeps it for another run. */
  save: (position: Position, done: Done) => Promise<void>;
  stopping: AbortSignal;
}

/** What is in memory at the same time, at most. */
const MOST_RECORDS = 1_000;
const MOST_BYTES = 2_000_000;
const MOST_STEPS = 10_000;
/** Names that are kept for the summary; each was told when it came. */
const MOST_NAMES = 100;

/**
 * @param stream - name or ARN
 * @param done - what earlier runs have done; is kept up to date, also if this throws
 * @throws ServiceFault if a service doesn't do what it was asked to
 */
export async function backfill(
  steps: AsyncIterable<Step>,
  stream: string,
  { putBack, rate, tell, save, stopping }: BackfillPorts,
  done: Done,
): Promise<void> {
  for await (const portion of portionsOf(steps, rate)) {
    if (stopping.aborted) return;
    const accepted = new Set<Step>();
    try {
      const waiting = portion.flatMap((step) =>
        step.kind === 'send' ? [{ ...step.record, stream, step }] : [],
      );
      if (putBack) await putBack(waiting, ({ step }) => accepted.add(step));
    } finally {
      // Also if the stream refuses the rest, or the run is to stop: up to the first that waits, all is done.
      const isWaiting = (step: Step) => putBack && step.kind === 'send' && !accepted.has(step);
      const waitingFrom = portion.findIndex(isWaiting);
      const finished = waitingFrom < 0 ? portion : portion.slice(0, waitingFrom);
      for (const step of finished) {
        count(step, done);
        tell(step);
      }
      const last = finished.at(-1);
      if (last) await save(last.after, done);
    }
  }
}

/** A second's worth in each, so that a checkpoint is never far behind. */
async function* portionsOf(steps: AsyncIterable<Step>, rate: Rate): AsyncGenerator<Step[]> {
  const mostRecords = Math.min(MOST_RECORDS, rate.recordsPerSecond);
  const mostBytes = Math.min(MOST_BYTES, rate.bytesPerSecond);
  let portion: Step[] = [];
  let [records, bytes] = [0, 0];
  for await (const step of steps) {
    portion.push(step);
    if (step.kind === 'send') {
      records += 1;
      bytes += bytesOf(step.record);
    }
    if (records >= mostRecords || bytes >= mostBytes || portion.length >= MOST_STEPS) {
      yield portion;
      portion = [];
      [records, bytes] = [0, 0];
    }
  }
  if (portion.length > 0) yield portion;
}

function count(step: Step, done: Done): void {
  switch (step.kind) {
    case 'send':
      done.sent += 1;
      done.bytes += step.record.data.length;
      if (step.isAbandoned) done.abandoned += 1;
      return;
    case 'skip': {
      const skipped = (done.skipped[step.reason] ??= { count: 0, first: step.place });
      skipped.count += 1;
      return;
    }
    case 'unreadable':
      done.unreadable.count += 1;
      if (done.unreadable.first.length < MOST_NAMES) {
        done.unreadable.first.push({ name: step.name, why: step.why });
      }
      return;
    case 'read':
      done.read += 1;
      return;
    case 'changed':
      return;
  }
}
