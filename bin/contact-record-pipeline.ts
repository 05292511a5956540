/**
 * The CDK app: reads the settings from the context in `cdk.json` and builds the stack. The only place that reads
 * context; everything below gets its settings as props.
 */
import { App } from 'aws-cdk-lib';
import { ContactRecordPipelineStack } from '../lib/contact-record-pipeline-stack';
import { settingsFromContext } from '../lib/settings';

const app = new App();
new ContactRecordPipelineStack(app, 'ContactRecordPipeline', {
  description:
    'Amazon Connect contact records: newest version of each in DynamoDB, abandoned contacts to SNS',
  ...settingsFromContext((name) => app.node.tryGetContext(name) as unknown),
});
