/**
 * The names that the stack (`lib/`) and the function (`lambda/`) have to agree on: the only file that both import,
 * so that neither an environment variable nor a metric can be misspelt on one side.
 */
import type { Outcome } from './batch/outcome';

/** Environment variables that the stack sets and the function reads at init; these are required. */
export const ENVIRONMENT = {
  recordsTable: 'RECORDS_TABLE_NAME',
  ledgerTable: 'LEDGER_TABLE_NAME',
  abandonedContactsTopic: 'ABANDONED_CONTACTS_TOPIC_ARN',
  failureBucket: 'FAILURE_BUCKET_NAME',
  /** The stack's name: it tells the metrics of several pipelines apart. */
  pipeline: 'PIPELINE_NAME',
} as const;

/** Those that are set only where the setting of that name is: whole numbers from 1 on. */
export const OPTIONAL_ENVIRONMENT = {
  notifyWithinHours: 'NOTIFY_WITHIN_HOURS',
  contactRetentionDays: 'CONTACT_RETENTION_DAYS',
} as const;

/** CloudWatch namespace of every metric of the function. Their one dimension, `service`, is the pipeline's name. */
export const METRIC_NAMESPACE = 'ContactRecordPipeline';

/**
 * CloudWatch metrics. `Count` unless said otherwise. The outcomes, which come first, add up to the deliveries that were
 * done; what was done beyond a fault is counted again at the retry, what was stored just before it is counted as
 * redelivered, and a message that was published just before it not at all.
 */
export const METRIC = {
  stored: 'Stored',
  redelivered: 'Redelivered',
  stale: 'Stale',
  superseded: 'Superseded',
  ignored: 'Ignored',
  quarantined: 'Quarantined',
  /** Beside the outcomes: redelivered records whose content differs from what is stored. */
  conflicting: 'Conflicting',
  /** Beside the outcomes: stored records whose message can never be published. */
  refused: 'Refused',
  /** Messages that SNS accepted and that the ledger knows of. */
  published: 'Published',
  /** Abandoned contacts that ended too long ago to be published (`notifyWithinHours`); a late update counts as well. */
  tooOld: 'TooOldToPublish',
  /** Invocations that ended early with a checkpoint; the mapping retries the rest. Crashes are Lambda's own `Errors`. */
  notNow: 'NotNow',
  /** Paths at which contact records deviate from the model, each counted once per execution environment. */
  drift: 'Drift',
  /** Milliseconds from a record's arrival in the stream to its being stored; at most 50 samples a batch. */
  arrivalToStored: 'ArrivalToStored',
} as const satisfies Record<Outcome, string> & Record<string, string>;

/** Metric for one reason why a contact is not abandoned: `NotAbandoned.agent-connected` and so on. */
export const notAbandonedMetric = (reason: string): string => `NotAbandoned.${reason}`;

/**
 * Messages of the log lines that people and tools search for.
 */
export const LOG = {
  batchProcessed: 'batch processed',
  recordSetAside: 'record set aside',
  modelDrift: 'contact record deviates from the model',
  endedEarly: 'batch ended early, the rest is retried',
  reportFailed: 'the batch could not be reported',
} as const;

/** The ledger's time-to-live attribute: Unix seconds. */
export const LEDGER_TTL_ATTRIBUTE = 'ExpiresAt';

/** The records table's, set only with `contactRetentionDays`: Unix seconds. No field of Connect's has such a name. */
export const RECORDS_TTL_ATTRIBUTE = 'contact-record-pipeline:ExpiresAt';

/** Where each kind of record that is set aside goes in the failure bucket. */
export const FAILURE_PREFIX = {
  quarantined: 'quarantined/',
  refused: 'refused/',
  conflicting: 'conflicting/',
} as const;

/** Where what has been put back into the stream is kept for a while. */
export const REDRIVEN_PREFIX = 'redriven/';

/** What the stack's output `NotifyWithinHours` says while that is not set; `npm run backfill` reads it. */
export const NO_LIMIT = 'none';
