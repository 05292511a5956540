/**
 * Sends records portion by portion, and counts them. The stream has accepted all records before the checkpoint, or they
 * were skipped and reported.
 */
import type { createPacedSender, Rate } from '../shared/paced-sender';
import { splitIntoPortions } from '../shared/portions';
import { countBytes } from '../shared/stream';
import type { BackfillCounts, Position } from './checkpoint';
import { isNotContactRecord } from './classify-document';
import type { ReadEvent } from './read-records';

export const createBackfillCounts = (): BackfillCounts => ({
  ...{ sent: 0, bytes: 0, abandoned: 0, skipped: {}, read: 0 },
  unreadable: { count: 0, first: [] },
});

/** Returns whether all input was readable, and all skipped documents are certainly not contact records. */
export const isAllWell = ({ skipped, unreadable }: BackfillCounts): boolean =>
  unreadable.count === 0 && Object.keys(skipped).every(isNotContactRecord);

export interface BackfillPorts {
  /** Undefined in a dry run. */
  send: ReturnType<typeof createPacedSender> | undefined;
  rate: Rate;
  /** Gets each event when it is done. */
  onEvent: (event: ReadEvent) => void;
  /** Saves the position for another run. */
  save: (position: Position, counts: BackfillCounts) => Promise<void>;
  stopping: AbortSignal;
}

/** Upper bounds for what is in memory at the same time. */
const MAX_RECORDS = 1_000;
const MAX_BYTES = 2_000_000;
const MAX_EVENTS = 10_000;
/** Names in the summary; every name was reported at once. */
const MAX_NAMES = 100;

/**
 * Sends all records, and saves the position after each portion.
 *
 * @param stream - name or ARN
 * @param counts - counts of earlier runs; kept up to date, even if this throws
 * @throws ServiceError if a service refuses a request or doesn't answer
 */
export async function sendRecords(
  events: AsyncIterable<ReadEvent>,
  stream: string,
  { send, rate, onEvent, save, stopping }: BackfillPorts,
  counts: BackfillCounts,
): Promise<void> {
  for await (const portion of splitIntoPortions(events, limitPortions(rate), weighEvent)) {
    if (stopping.aborted) return;
    const accepted = new Set<ReadEvent>();
    try {
      const waiting = portion.flatMap((event) =>
        event.kind === 'send' ? [{ ...event.record, stream, event }] : [],
      );
      if (send) await send(waiting, ({ event }) => accepted.add(event));
    } finally {
      // All events before the first waiting record are done, even if the stream refused the rest or the run stops.
      const isWaiting = (event: ReadEvent) => send && event.kind === 'send' && !accepted.has(event);
      const waitingFrom = portion.findIndex(isWaiting);
      const done = waitingFrom < 0 ? portion : portion.slice(0, waitingFrom);
      for (const event of done) {
        countEvent(event, counts);
        onEvent(event);
      }
      const last = done.at(-1);
      if (last) await save(last.after, counts);
    }
  }
}

/** Limits a portion to the records of one second, so that checkpoints are recent. */
const limitPortions = (rate: Rate) => ({
  maxItems: MAX_EVENTS,
  maxWeights: {
    records: Math.min(MAX_RECORDS, rate.recordsPerSecond),
    bytes: Math.min(MAX_BYTES, rate.bytesPerSecond),
  },
});

const weighEvent = (event: ReadEvent) =>
  event.kind === 'send' ? { records: 1, bytes: countBytes(event.record) } : { records: 0, bytes: 0 };

function countEvent(event: ReadEvent, counts: BackfillCounts): void {
  switch (event.kind) {
    case 'send':
      counts.sent += 1;
      counts.bytes += event.record.data.length;
      if (event.isAbandoned) counts.abandoned += 1;
      return;
    case 'skip': {
      const skipped = (counts.skipped[event.reason] ??= { count: 0, first: event.place });
      skipped.count += 1;
      return;
    }
    case 'unreadable': {
      const { count, first } = counts.unreadable;
      counts.unreadable.count = count + 1;
      if (first.length < MAX_NAMES) first.push({ name: event.name, why: event.why });
      return;
    }
    case 'read':
      counts.read += 1;
      return;
    case 'changed':
      return;
  }
}
