/**
 * How long ago a contact ended, and how long its record is kept. Both use the record's own timestamps, so that an update
 * changes neither (specification: ContactTraceRecord, QueueInfo).
 */
import { isObject } from '../json/is-object';
import type { ReadableContactRecord } from './model';
import { parseTimestampSeconds } from './version';

/**
 * Returns whether a contact ended more than `hours` ago. Its end is the disconnect, or else the end of its time in the
 * queue. Without such a timestamp, the result is false.
 *
 * @param now - milliseconds since 1970
 */
export function hasEndedLongerAgoThan(hours: number, record: ReadableContactRecord, now: number): boolean {
  const queue = isObject(record.Queue) ? record.Queue : {};
  const ended =
    parseTimestampSeconds(record.DisconnectTimestamp) ?? parseTimestampSeconds(queue.DequeueTimestamp);
  return ended !== undefined && now - ended * 1_000 > hours * MS_PER_HOUR;
}

/**
 * Returns the time to live of a record in Unix seconds. It is `days` after the contact's end, or after its start or
 * last update if the end is missing.
 */
export function getExpirySeconds(days: number, record: ReadableContactRecord): number {
  const from =
    parseTimestampSeconds(record.DisconnectTimestamp) ??
    parseTimestampSeconds(record.InitiationTimestamp) ??
    Date.parse(record.LastUpdateTimestamp) / 1_000;
  return from + days * SECONDS_PER_DAY;
}

const MS_PER_HOUR = 60 * 60 * 1_000;
const SECONDS_PER_DAY = 24 * 60 * 60;
