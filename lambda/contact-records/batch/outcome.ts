/**
 * Defines the outcomes of a delivery, and the result of a batch. They contain ids, reasons and names, never a value of a
 * contact record.
 */
import type { RetryableError } from '../aws/errors';
import type { NotAbandonedReason } from '../contact-record/abandoned';
import type { NextContactDecision } from '../contact-record/next-contact';
import type { Drift } from '../contact-record/drift';
import { UNREADABLE_REASONS } from '../steps/decode';
import type { InternalError } from '../telemetry/internal-error';

/** Every delivery ends in exactly one of these outcomes. The descriptions appear in summaries and on the dashboard. */
export const OUTCOME_DESCRIPTIONS = {
  stored: 'first or newer version',
  redelivered: 'this LastUpdateTimestamp was already stored',
  stale: 'the table had a newer version',
  superseded: 'a newer version was in the same batch',
  ignored: 'events of another kind',
  quarantined: 'can never be processed',
} as const;
export type Outcome = keyof typeof OUTCOME_DESCRIPTIONS;
export const OUTCOMES = Object.keys(OUTCOME_DESCRIPTIONS) as Outcome[];

/**
 * - quarantined: can never be processed
 * - refused: stored, but SNS rejects its message permanently
 * - conflicting: has the `LastUpdateTimestamp` of the stored record, but other content
 */
export type FailedRecordKind = 'quarantined' | 'refused' | 'conflicting';

/** Why a record is quarantined: a closed set. The last one: DynamoDB accepts other records, but not this one. */
export const QUARANTINE_REASONS = [...UNREADABLE_REASONS, 'rejected-by-dynamodb'] as const;
type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

/** Why a record failed: a closed set. */
export type FailedRecordReason = QuarantineReason | 'message-refused' | 'same-second-other-content';

/** A record whose bytes are in the failure bucket. */
export interface FailedRecord {
  readonly kind: FailedRecordKind;
  readonly reason: FailedRecordReason;
  readonly eventId: string;
  readonly contactId?: string;
  /** Set if the reason is `processing-error`. */
  readonly internalError?: InternalError;
}

export type Publication = 'published' | 'already-published' | 'too-old';

/** The result of a work item that is done. */
export interface WorkItemResult {
  readonly outcomes: readonly Outcome[];
  readonly failedRecords: readonly FailedRecord[];
  /** Of the contact, and of its previous contact. `too-old`: abandoned, but ended longer ago than `notifyWithinHours`. */
  readonly publications?: readonly Publication[];
  /** Why the stored version is not abandoned. */
  readonly notAbandoned?: NotAbandonedReason;
  /** Decision of the next contact on this contact, or of this contact on its previous one. */
  readonly nextContact?: NextContactDecision;
  /** Milliseconds from the arrival of the stored version until it was stored. */
  readonly arrivalToStoredMs?: number;
}

/** The result of a work item that is undecided: DynamoDB rejected a put. */
export interface RejectedPut {
  /** Sends the put again, after the table accepted a well-formed record: another rejection is permanent. */
  readonly sendAgain: () => Promise<WorkItemResult | RejectedPut>;
}

/** The result of a batch. Work items that are not done are in no list: the mapping delivers them again. */
export interface BatchResult {
  readonly done: readonly WorkItemResult[];
  readonly drift: readonly Drift[];
  /** Why the batch ended early. */
  readonly error?: RetryableError;
  /** The lowest sequence number that is not done: the mapping retries from here. */
  readonly retryFrom?: string;
}
