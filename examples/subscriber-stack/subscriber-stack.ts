/**
 * Creates a subscriber's stack. It finds the topic of abandoned contacts by its SSM parameter, and subscribes the function
 * of the statistics to it. The callback list has a stack of its own, with an encrypted queue and a filter policy.
 */
import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';

export interface SubscriberStackProps extends StackProps {
  /**
   * Name of the pipeline's stack, in the same account and region.
   *
   * @default 'ContactRecordPipeline'
   */
  readonly pipelineStackName?: string;
}

export class SubscriberStack extends Stack {
  constructor(scope: Construct, id: string, props: SubscriberStackProps = {}) {
    super(scope, id, props);
    const { pipelineStackName = 'ContactRecordPipeline' } = props;
    const parameterName = `/${pipelineStackName}/AbandonedContactsTopicArn`;
    const topicArn = StringParameter.valueForStringParameter(this, parameterName);
    const topic = Topic.fromTopicArn(this, 'AbandonedContacts', topicArn);

    // Messages are personal data. SNS can't use the AWS managed key for SQS.
    const key = new Key(this, 'Key', { enableKeyRotation: true });
    // Lets SNS use the key for this topic only.
    const conditions = { ArnEquals: { 'aws:SourceArn': topicArn } };
    const sns = new ServicePrincipal('sns.amazonaws.com', { conditions });
    key.grant(sns, 'kms:Decrypt', 'kms:GenerateDataKey');

    const table = new Table(this, 'AbandonedPerQueue', {
      partitionKey: { name: 'ContactId', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    table.addGlobalSecondaryIndex({
      indexName: 'ByDay',
      partitionKey: { name: 'Day', type: AttributeType.STRING },
      sortKey: { name: 'HourAndQueue', type: AttributeType.STRING },
    });
    const deadLetterQueue = new Queue(this, 'AbandonedPerQueueDeadLetters', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const handler = new NodejsFunction(this, 'AbandonedPerQueueFunction', {
      runtime: Runtime.NODEJS_24_X,
      entry: join(__dirname, '../abandoned-per-queue/handler.ts'),
      timeout: Duration.seconds(30),
      environment: { ABANDONED_PER_QUEUE_TABLE_NAME: table.tableName },
      // Gets messages for which the function throws. The subscription's queue gets those that SNS can't deliver.
      onFailure: new SqsDestination(deadLetterQueue),
    });
    table.grant(handler, 'dynamodb:PutItem');
    // DynamoDB uses the table's key with the caller's permissions, which `grant` does not include.
    key.grantEncryptDecrypt(handler);
    topic.addSubscription(new LambdaSubscription(handler, { deadLetterQueue }));
  }
}
