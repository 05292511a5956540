/** The CDK app: builds the stack with the settings in `cdk.json`. Context and environment are read only here. */
import { App } from 'aws-cdk-lib';
import { ContactRecordPipelineStack } from '../lib/contact-record-pipeline-stack';
import { readSettings, SettingsError } from '../lib/settings';

const app = new App();
// Stops a template that CloudFormation would refuse. Not for the local stack: the rules take a second to load.
if (process.env.CDK_CLI_VERSION !== undefined)
  void import('cdk-preflight').then(({ Preflight }) => {
    Preflight.apply(app);
  });
const all = app.node.getAllContext() as Record<string, unknown>;
const { stackName: givenName = 'ContactRecordPipeline', ...context } = all;
const stackName = String(givenName);
// The account and region of the credentials, as the CDK's command found them; it knows none for a mere synthesis.
const env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION };

try {
  new ContactRecordPipelineStack(app, stackName, {
    description:
      'Amazon Connect contact records: newest version of each in DynamoDB, abandoned contacts to SNS',
    env,
    ...readSettings(context, { ...env, stackName }),
  });
} catch (error) {
  // For a wrong setting, the message is enough: no stack trace.
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
