/**
 * Attributes of the records table that are not fields of a contact record. Their names cannot be field names of Connect.
 */

/** Time to live in Unix seconds; set only with the setting `contactRetentionDays`. */
export const RECORDS_TTL_ATTRIBUTE = 'contact-record-pipeline:ExpiresAt';
