/**
 * Writes templates for several combinations of settings into a folder, for cfn-lint. It applies the rules of
 * `cdk-preflight` to each, and ends with status 1 if a rule is broken.
 */
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Preflight } from 'cdk-preflight';
import { ContactRecordPipelineStack } from '../lib/contact-record-pipeline-stack';
import type { ContactRecordPipelineSettings } from '../lib/settings';

const instance = (n: number) =>
  `arn:aws:connect:us-east-1:111122223333:instance/00000000-0000-4000-8000-00000000000${n}`;
const streamArn = 'arn:aws:kinesis:us-east-1:111122223333:stream/existing';

const SELECTION: Readonly<Record<string, ContactRecordPipelineSettings>> = {
  'existing-stream': { streamArn },
  everything: {
    connectInstanceArn: [instance(1), instance(2)],
    ...{ batchSize: 10_000, batchingWindowSeconds: 300, parallelizationFactor: 10, maxRecordAgeHours: 167 },
    ...{
      notifyWithinHours: 24,
      contactRetentionDays: 365,
      recordsTableStream: true,
      logRetentionDays: RetentionDays.ONE_MONTH,
      tracing: true,
    },
    ...{ alarmEmail: 'operations@example.com', noRecordsAlarmHours: 24, removalPolicy: 'destroy' },
    subscriberAccounts: ['444455556666', '777788889999'],
  },
  'encrypted-existing-stream': {
    ...{ streamArn, streamKeyArn: 'arn:aws:kms:us-east-1:111122223333:key/existing' },
    connectInstanceArn: instance(1),
    tracing: true,
  },
};

const [folder = 'cdk.out/settings'] = process.argv.slice(2);
for (const [name, settings] of Object.entries(SELECTION)) {
  const context = { 'aws:cdk:bundling-stacks': [], '@aws-cdk/aws-iam:minimizePolicies': true };
  const app = new App({ outdir: join(folder, name), context });
  Preflight.apply(app);
  new ContactRecordPipelineStack(app, 'ContactRecordPipeline', settings);
  app.synth();
}
