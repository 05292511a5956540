/**
 * Checks the fields that identify a version: `ContactId` and `LastUpdateTimestamp`. (Specification: Important things to
 * know; ContactTraceRecord.)
 */

/** A contact id has 1 to 256 characters. */
export const isContactId = (value: unknown): value is string =>
  typeof value === 'string' && CONTACT_ID.test(value);

const CONTACT_ID = /^.{1,256}$/su;

/**
 * Returns whether a timestamp can order versions: a real instant in exactly `yyyy-mm-ddThh:mm:ssZ`. Its fixed width
 * makes the order of strings the order of time. Anything else, such as a fraction of a second, would sort wrongly.
 */
export const isLastUpdateTimestamp = (value: unknown): value is string =>
  parseTimestampSeconds(value) !== undefined;

/** Returns the Unix seconds of a timestamp. Returns `undefined` if it is not a real instant in the exact format. */
export function parseTimestampSeconds(timestamp: unknown): number | undefined {
  if (typeof timestamp !== 'string' || !TIMESTAMP.test(timestamp)) return undefined;
  const milliseconds = Date.parse(timestamp);
  // JavaScript rejects a time that does not exist, or moves it to another day.
  if (new Date(milliseconds).getUTCDate() !== Number(timestamp.slice(8, 10))) return undefined;
  return milliseconds / 1000;
}

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
