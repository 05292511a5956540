/**
 * Attributes of the records table that are not fields of a contact record. Connect's names contain no colon; a delivered
 * record with one of these names is quarantined.
 */

/** Time to live in Unix seconds, only with `contactRetentionDays`. */
export const RECORDS_TTL_ATTRIBUTE = 'contact-record-pipeline:ExpiresAt';

/** Marks a tombstone: the item that replaces a forgotten contact. */
export const TOMBSTONE_ATTRIBUTE = 'contact-record-pipeline:Forgotten';

export const OWN_ATTRIBUTES: readonly string[] = [RECORDS_TTL_ATTRIBUTE, TOMBSTONE_ATTRIBUTE];
