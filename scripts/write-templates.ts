/**
 * Writes templates for several combinations of settings into a folder, for cfn-lint. It applies the rules of
 * `cdk-preflight` to each, and ends with status 1 if a rule is broken.
 */
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Preflight } from 'cdk-preflight';
import { ContactRecordPipelineStack } from '../lib/contact-record-pipeline-stack';
import type { ContactRecordPipelineSettings } from '../lib/settings';
import { EVERYTHING_ELSE, instance, streamArn, streamKeyArn } from '../test/lib/settings-variants';

const SELECTION: Readonly<Record<string, ContactRecordPipelineSettings>> = {
  'existing-stream': { streamArn },
  everything: {
    ...EVERYTHING_ELSE,
    connectInstanceArn: [instance(1), instance(2)],
    maxRecordAgeHours: 167,
  },
  'encrypted-existing-stream': { streamArn, streamKeyArn, connectInstanceArn: instance(1), tracing: true },
};

const [folder = 'cdk.out/settings'] = process.argv.slice(2);
for (const [name, settings] of Object.entries(SELECTION)) {
  const context = { 'aws:cdk:bundling-stacks': [], '@aws-cdk/aws-iam:minimizePolicies': true };
  const app = new App({ outdir: join(folder, name), context });
  Preflight.apply(app);
  new ContactRecordPipelineStack(app, 'ContactRecordPipeline', settings);
  app.synth();
}
