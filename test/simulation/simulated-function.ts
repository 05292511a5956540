/**
 * The function's own code, composed as in `lambda/contact-records/index.ts`, over services and a clock from outside. The
 * deliberate defects are changes to the text of this code (`defects.ts`).
 */
import type { KinesisStreamRecord } from 'aws-lambda';
import type { AwsCalls } from '../../lambda/contact-records/aws/clients';
import { createDeadline } from '../../lambda/contact-records/batch/deadline';
import { processBatch } from '../../lambda/contact-records/batch/process-batch';
import type { Pause } from '../../lambda/contact-records/steps/publish';
import { createPorts } from '../../lambda/contact-records/steps/ports';
import { findReadableShards } from '../../local/event-source-mapping/readable-shards';

export const RECORDS_TABLE = 'records';
export const LEDGER_TABLE = 'ledger';

export interface InvocationContext {
  calls: AwsCalls;
  now: () => number;
  pause: Pause;
  abortedAfter: (milliseconds: number) => AbortSignal;
  /** What is left of the invocation, in milliseconds. */
  remaining: () => number;
  notifyWithinHours?: number;
  contactRetentionDays?: number;
}

export interface SimulatedFunction {
  /** Runs one invocation; resolves to the sequence number to retry from, if there is one. */
  (records: readonly KinesisStreamRecord[], context: InvocationContext): Promise<string | undefined>;
  /** The local mapping's rule, here because a defect may change it. */
  findReadableShards: typeof findReadableShards;
}

const runInvocation = async (
  records: readonly KinesisStreamRecord[],
  { calls, notifyWithinHours, contactRetentionDays, ...time }: InvocationContext,
): Promise<string | undefined> => {
  const environment = {
    recordsTable: RECORDS_TABLE,
    ledgerTable: LEDGER_TABLE,
    abandonedContactsTopic: 'arn:aws:sns:us-east-1:111122223333:abandoned-contacts',
    pipeline: 'simulated',
    failureBucket: 'failures',
    notifyWithinHours,
    contactRetentionDays,
  };
  const ports = createPorts(environment, calls, time.now, time.pause);
  const { retryFrom } = await processBatch(records, ports, createDeadline(time.remaining, time.abortedAfter));
  return retryFrom;
};

export const simulatedFunction: SimulatedFunction = Object.assign(runInvocation, { findReadableShards });
