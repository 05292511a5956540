/** The CDK app: builds the stack with the settings in `cdk.json`. Context and environment are read only here. */
import { App } from 'aws-cdk-lib';
import { ContactRecordPipelineStack } from '../lib/contact-record-pipeline-stack';
import { readSettings, SettingsError } from '../lib/settings';

// Stops a template that CloudFormation would reject. The local stack skips this: loading the rules takes seconds.
const validates = process.env.CDK_CLI_VERSION !== undefined;
const app = new App({ builtinCloudFormationValidation: validates });
if (validates)
  void import('cdk-preflight').then(({ Preflight }) => {
    Preflight.apply(app);
  });
const all = app.node.getAllContext() as Record<string, unknown>;
const { stackName: givenName = 'ContactRecordPipeline', ...context } = all;
const stackName = String(givenName);
// The CDK's command sets these from the credentials. Without credentials, they can be undefined.
const env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION };

try {
  new ContactRecordPipelineStack(app, stackName, {
    description:
      'Amazon Connect contact records: newest version of each in DynamoDB, abandoned contacts to SNS',
    env,
    ...readSettings(context, { ...env, stackName }),
  });
} catch (error) {
  // The message of a wrong setting is enough, without a stack trace.
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
