/** Settings that tests, templates and generated pages combine. */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ContactRecordPipelineSettings } from '../../lib/settings';

export const streamArn = 'arn:aws:kinesis:us-east-1:111122223333:stream/existing';
export const streamKeyArn = 'arn:aws:kms:us-east-1:111122223333:key/existing';
export const instance = (n: number) =>
  `arn:aws:connect:us-east-1:111122223333:instance/00000000-0000-4000-8000-00000000000${n}`;

/** Each setting that names no existing resource, not at its default. The compiler reports a missing one. */
export const EVERYTHING_ELSE: Required<
  Omit<ContactRecordPipelineSettings, 'streamArn' | 'streamKeyArn' | 'connectInstanceArn'>
> = {
  batchSize: 10_000,
  batchingWindowSeconds: 300,
  parallelizationFactor: 10,
  maxRecordAgeHours: 1,
  notifyWithinHours: 24,
  contactRetentionDays: 365,
  recordsTableStream: true,
  alarmEmail: 'operations@example.com',
  noRecordsAlarmHours: 24,
  logRetentionDays: RetentionDays.ONE_MONTH,
  tracing: true,
  subscriberAccounts: ['444455556666', '777788889999'],
  removalPolicy: 'destroy',
};
