/** The CDK app of the callback list. Settings are in the context of its `cdk.json`. */
import { App } from 'aws-cdk-lib';
import { type CallbackListSettings, CallbackListStack } from './callback-list-stack';

const app = new App();
const setting = (name: string) => app.node.tryGetContext(name) as never;
const settings: CallbackListSettings = {
  connectInstanceArn: setting('connectInstanceArn') ?? '',
  contactFlowId: setting('contactFlowId') ?? '',
  timeZone: setting('timeZone') ?? '',
  quietHours: setting('quietHours'),
  minimumWaitSeconds: setting('minimumWaitSeconds'),
  callAfterMinutes: setting('callAfterMinutes'),
  maxAttempts: setting('maxAttempts'),
  tasksPerMinute: setting('tasksPerMinute'),
  keepDays: setting('keepDays'),
  pipelineStackName: setting('pipelineStackName'),
};
new CallbackListStack(app, 'CallbackList', {
  description: 'Customers to call back, and a Connect task for each',
  ...settings,
});
