/**
 * The subscriber's CDK app:
 *
 *   npx cdk deploy --app 'npx tsx examples/subscriber-stack/app.ts'
 */
import { App } from 'aws-cdk-lib';
import { SubscriberStack } from './subscriber-stack';

const app = new App();
new SubscriberStack(app, 'AbandonedContactsSubscriber', {
  description: 'Statistics of abandoned contacts',
  pipelineStackName: app.node.tryGetContext('pipelineStackName') as string | undefined,
});
