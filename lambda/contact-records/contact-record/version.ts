/**
 * What makes a document a version of a contact: a `ContactId` and a `LastUpdateTimestamp` (specification: Important
 * things to know; ContactTraceRecord).
 */

/** A contact id has 1 to 256 characters. */
export function isContactId(value: unknown): value is string {
  return typeof value === 'string' && CONTACT_ID.test(value);
}

const CONTACT_ID = /^.{1,256}$/su;

/**
 * A timestamp that orders the versions of a contact: a real instant in exactly `yyyy-mm-ddThh:mm:ssZ`. The format is
 * of fixed width, so the order of such strings is the order of time; anything else, a fraction of a second for one,
 * would sort wrongly.
 */
export function isLastUpdateTimestamp(value: unknown): value is string {
  return parseTimestampSeconds(value) !== undefined;
}

/** Unix seconds of a timestamp of a contact record, `undefined` where it is not a real instant in the exact format. */
export function parseTimestampSeconds(timestamp: unknown): number | undefined {
  if (typeof timestamp !== 'string' || !TIMESTAMP.test(timestamp)) return undefined;
  const milliseconds = Date.parse(timestamp);
  // A date that does not exist is either refused or moved to one that does.
  if (Number.isNaN(milliseconds)) return undefined;
  if (new Date(milliseconds).toISOString() !== timestamp.replace('Z', '.000Z')) return undefined;
  return milliseconds / 1000;
}

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
