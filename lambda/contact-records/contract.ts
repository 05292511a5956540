/**
 * Names that the stack (`lib/`) and the function share. It is the only file of the function that the stack imports, so
 * both use the same names.
 */
import type { FailedRecordKind, Outcome } from './batch/outcome';

export { NOT_ABANDONED_REASONS } from './contact-record/abandoned';
export { RECORDS_TTL_ATTRIBUTE, TOMBSTONE_ATTRIBUTE } from './contact-record/own-attributes';
export { type Outcome, OUTCOME_DESCRIPTIONS, OUTCOMES } from './batch/outcome';

/** Required environment variables. The stack sets them, and the function reads them at init. */
export const ENVIRONMENT = {
  recordsTable: 'RECORDS_TABLE_NAME',
  ledgerTable: 'LEDGER_TABLE_NAME',
  abandonedContactsTopic: 'ABANDONED_CONTACTS_TOPIC_ARN',
  failureBucket: 'FAILURE_BUCKET_NAME',
  /** The stack's name. It separates the metrics of several pipelines. */
  pipeline: 'PIPELINE_NAME',
} as const;

/** Environment variables that are set only with the setting of that name. They are whole numbers from 1. */
export const OPTIONAL_ENVIRONMENT = {
  notifyWithinHours: 'NOTIFY_WITHIN_HOURS',
  contactRetentionDays: 'CONTACT_RETENTION_DAYS',
} as const;

/** CloudWatch namespace of the function's metrics. Their only dimension, `service`, is the pipeline's name. */
export const METRIC_NAMESPACE = 'ContactRecordPipeline';

/**
 * CloudWatch metrics; the unit is `Count` unless stated otherwise. The six outcomes come first and add up to the
 * deliveries that were done. A delivery that is retried after it was done counts again: what was stored before the
 * retry counts as redelivered. A message that was published before the retry does not count.
 */
export const METRIC = {
  stored: 'Stored',
  redelivered: 'Redelivered',
  stale: 'Stale',
  superseded: 'Superseded',
  ignored: 'Ignored',
  quarantined: 'Quarantined',
  /** In addition to the outcome: redelivered records whose content differs from the stored record. */
  conflicting: 'Conflicting',
  /** In addition to the outcome: stored records whose message SNS rejects permanently. */
  refused: 'Refused',
  /** Messages that SNS accepted and that the ledger records as published. */
  published: 'Published',
  /** Stored contacts whose next contact cannot decide yet: it is not stored, or has not ended. */
  awaitingNextContact: 'AwaitingNextContact',
  /** Stored contacts that a next contact decided: a disconnect flow, so the customer had left. */
  resolvedAbandoned: 'ResolvedByNextContact.abandoned',
  /** Stored contacts that a next contact decided: the customer continued there. */
  resolvedContinued: 'ResolvedByNextContact.continued',
  /** Abandoned contacts that ended too long ago to be published (`notifyWithinHours`). Late updates count as well. */
  tooOld: 'TooOldToPublish',
  /** Invocations that ended early with a checkpoint; the mapping retries the rest. Crashes are Lambda's `Errors`. */
  partialBatchFailures: 'PartialBatchFailures',
  /** Paths at which contact records deviate from the model. Each path counts once per execution environment. */
  drift: 'Drift',
  /** Milliseconds from a record's arrival in the stream until it is stored. A batch has at most 50 samples. */
  arrivalToStored: 'ArrivalToStored',
} as const satisfies Record<Outcome, string> & Record<string, string>;

/** Returns the metric for a reason why a contact is not abandoned, for example `NotAbandoned.agent-connected`. */
export const notAbandonedMetric = (reason: string): string => `NotAbandoned.${reason}`;

/** Messages of the log lines that people and saved queries search for. */
export const LOG = {
  batchProcessed: 'batch processed',
  failedRecordSaved: 'failed record saved',
  modelDrift: 'contact record deviates from the model',
  endedEarly: 'batch ended early, the rest is retried',
  reportFailed: 'the batch could not be reported',
} as const;

/** Time-to-live attribute of the ledger, in Unix seconds. */
export const LEDGER_TTL_ATTRIBUTE = 'ExpiresAt';

/** Folder of the failure bucket for each kind of failed record. */
export const FAILURE_PREFIX = {
  quarantined: 'quarantined/',
  refused: 'refused/',
  conflicting: 'conflicting/',
} as const satisfies Record<FailedRecordKind, string>;

/** Folder of the failure bucket for redriven objects. */
export const REDRIVEN_PREFIX = 'redriven/';

/** Value of the stack output `NotifyWithinHours` without that setting. `npm run backfill` reads it. */
export const NO_LIMIT = 'none';
