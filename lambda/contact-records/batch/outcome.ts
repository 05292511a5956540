/**
 * What can become of a delivery, and what is reported of a batch. Ids, reasons and names only: nothing in here is a
 * value of a contact record.
 */
import type { NotAbandonedReason } from '../contact-record/abandoned';
import type { Drift } from '../contact-record/drift';
import type { NotNow } from '../aws/errors';
import type { Mistake } from '../telemetry/internal-error';
import type { SetAsideKind, SetAsideReason } from '../steps/quarantine';

/** Every delivery ends in exactly one of these; what each means, for whoever reads a summary or the dashboard. */
export const MEANING_OF_OUTCOME = {
  stored: 'first or newer version',
  redelivered: 'the table had this very second',
  stale: 'the table had a newer version',
  superseded: 'a newer version was in the same batch',
  ignored: 'events of another kind',
  quarantined: 'can never be processed',
} as const;
export type Outcome = keyof typeof MEANING_OF_OUTCOME;
export const OUTCOMES = Object.keys(MEANING_OF_OUTCOME) as Outcome[];

/** A record whose bytes went to the failure bucket. */
export interface SetAside {
  readonly kind: SetAsideKind;
  readonly reason: SetAsideReason;
  readonly eventId: string;
  readonly contactId?: string;
  /** With `processing-error`. */
  readonly mistake?: Mistake;
}

/** What became of a piece of work that is done: the versions of one contact, or one record that is none. */
export interface Done {
  readonly outcomes: readonly Outcome[];
  readonly setAside: readonly SetAside[];
  /** `too-old`: abandoned, but ended longer ago than `notifyWithinHours`. */
  readonly announcement?: 'published' | 'already-published' | 'too-old';
  /** Why the version that the table holds now is not abandoned. */
  readonly notAbandoned?: NotAbandonedReason;
  /** Milliseconds from the arrival of the stored version to its being stored. */
  readonly arrivalToStoredMs?: number;
}

/** What became of a batch. What isn't done is in none of the lists: it comes again. */
export interface BatchResult {
  readonly done: readonly Done[];
  readonly drift: readonly Drift[];
  /** Why the batch ended early. */
  readonly fault?: NotNow;
  /** The lowest sequence number that isn't done: the mapping retries from here. */
  readonly retryFrom?: string;
}
