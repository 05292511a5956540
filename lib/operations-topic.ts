import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { CheckedSettings } from './settings';

export interface OperationsTopicProps extends Pick<CheckedSettings, 'alarmEmail'> {
  /** Encrypts messages at rest. */
  readonly key: IKey;
}

/** Creates the topic that receives notifications of alarms. */
export class OperationsTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: OperationsTopicProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', {
      displayName: `Operations of ${Stack.of(this).stackName}`,
      masterKey: props.key,
      enforceSSL: true,
    });
    // `enforceSSL` adds a topic policy, which replaces the default policy, so CloudWatch needs a statement.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    if (props.alarmEmail !== undefined) this.topic.addSubscription(new EmailSubscription(props.alarmEmail));
  }
}
