/**
 * What makes a document a version of a contact: a `ContactId` and a `LastUpdateTimestamp` (specification: Important
 * things to know; ContactTraceRecord).
 */

/** A contact id has 1 to 256 characters. */
export const isContactId = (value: unknown): value is string =>
  typeof value === 'string' && CONTACT_ID.test(value);

const CONTACT_ID = /^.{1,256}$/su;

/**
 * A timestamp that orders the versions of a contact: a real instant in exactly `yyyy-mm-ddThh:mm:ssZ`, whose fixed width
 * makes the order of strings the order of time. Anything else, such as a fraction of a second, would sort wrongly.
 */
export const isLastUpdateTimestamp = (value: unknown): value is string =>
  parseTimestampSeconds(value) !== undefined;

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
