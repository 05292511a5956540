/**
 * Puts records on the stream at a limited rate. A record never overtakes an earlier one with the same partition key.
 * Kinesis may accept one record of a request and reject the record before it. So no request contains two records with the
 * same key, and a record waits until Kinesis has accepted the previous record with its key.
 */
import type { Clock } from './run-clock';
import { ServiceError } from './service-error';
import { countBytes, type PutRecords, type StreamRecord } from './stream';

/** The highest rate into the stream. */
export interface Rate {
  recordsPerSecond: number;
  bytesPerSecond: number;
}

export interface WaitingRecord extends StreamRecord {
  /** Name or ARN. */
  stream: string;
}

/** Upper bounds for one request. A shard accepts one million bytes in a second. */
const MAX_RECORDS = 500;
const MAX_BYTES = 1_000_000;
/** Lower bound for the requests that spread the records of one second. */
const REQUESTS_PER_SECOND = 5;
/** Number of waiting records among which a request finds other keys. */
const LOOK_AHEAD = 1000;

/** Upper bound for consecutive requests without an accepted record: about a minute, with their pauses. */
const MAX_TRIES = 10;
const PAUSE_MS = { first: 200, max: 10_000 };

/**
 * Creates the function that puts records; the rate applies to all its calls. It resolves when every record is accepted,
 * or after the current request when `stopping` is aborted.
 *
 * @returns a function that calls back for each accepted record, and throws `ServiceError` if the stream keeps refusing
 */
export function createPacedSender(rate: Rate, putRecords: PutRecords, clock: Clock, stopping: AbortSignal) {
  let nextAt = -Infinity;

  const waitForTurn = async (request: WaitingRecord[]) => {
    await clock.sleep(Math.max(0, nextAt - clock.now()));
    const bytes = request.reduce((sum, record) => sum + countBytes(record), 0);
    const seconds = Math.max(request.length / rate.recordsPerSecond, bytes / rate.bytesPerSecond);
    nextAt = Math.max(nextAt, clock.now()) + seconds * 1000;
  };

  return async <R extends WaitingRecord>(records: R[], onAccepted: (record: R) => void): Promise<void> => {
    let waiting = records;
    for (let tries = 1; waiting.length > 0; tries += 1) {
      const request = selectRequest(waiting, rate);
      await waitForTurn(request);
      if (stopping.aborted) return;
      const refusals = await putRecords(request[0]?.stream ?? '', request);

      const accepted = new Set(request.filter((_, index) => refusals[index] === undefined));
      waiting = waiting.filter((record) => !accepted.has(record));
      accepted.forEach(onAccepted);
      const refusal = refusals.find((why) => why !== undefined);
      if (accepted.size > 0) tries = 0;
      if (refusal === undefined) continue;
      if (tries === MAX_TRIES) {
        throw new ServiceError('kinesis:PutRecords', `${refusal}, ${MAX_TRIES} times in a row`);
      }
      await clock.sleep(Math.min(PAUSE_MS.max, PAUSE_MS.first * 2 ** tries));
    }
  };
}

/** Selects the first record of each key until the request is full. */
function selectRequest<R extends WaitingRecord>(waiting: R[], rate: Rate): R[] {
  const recordsPerRequest = Math.max(1, Math.floor(rate.recordsPerSecond / REQUESTS_PER_SECOND));
  const maxRecords = Math.min(MAX_RECORDS, recordsPerRequest);
  const maxBytes = Math.min(MAX_BYTES, rate.bytesPerSecond / REQUESTS_PER_SECOND);
  const request = new Map<string, R>();
  let bytes = 0;
  for (const record of waiting.slice(0, LOOK_AHEAD)) {
    if (record.stream !== waiting[0]?.stream || request.has(record.partitionKey)) continue;
    bytes += countBytes(record);
    if (request.size > 0 && (request.size === maxRecords || bytes > maxBytes)) break;
    request.set(record.partitionKey, record);
  }
  return [...request.values()];
}
