/** Creates the CDK app of the callback list. The settings are in the context of its `cdk.json`. */
import { App } from 'aws-cdk-lib';
import { type CallbackListSettings, CallbackListStack } from './callback-list-stack';

const app = new App();
const context = app.node.getAllContext() as Partial<CallbackListSettings>;
new CallbackListStack(app, 'CallbackList', {
  description: 'Customers to call back, and a Connect task for each',
  ...{ connectInstanceArn: '', contactFlowId: '', timeZone: '' },
  ...context,
});
