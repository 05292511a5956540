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
import { NodejsFunction, type NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
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

const FUNCTION_TIMEOUT = Duration.seconds(30);

export class SubscriberStack extends Stack {
  private readonly key: Key;

  constructor(scope: Construct, id: string, props: SubscriberStackProps = {}) {
    super(scope, id, props);
    const { pipelineStackName = 'ContactRecordPipeline' } = props;
    const parameterName = `/${pipelineStackName}/AbandonedContactsTopicArn`;
    const topicArn = StringParameter.valueForStringParameter(this, parameterName);
    const topic = Topic.fromTopicArn(this, 'AbandonedContacts', topicArn);

    // Messages are personal data. SNS can't use the AWS managed key for SQS.
    this.key = new Key(this, 'Key', { enableKeyRotation: true });
    // Lets SNS use the key for this topic only.
    const conditions = { ArnEquals: { 'aws:SourceArn': topicArn } };
    const sns = new ServicePrincipal('sns.amazonaws.com', { conditions });
    this.key.grant(sns, 'kms:Decrypt', 'kms:GenerateDataKey');
    this.abandonedPerQueue(topic);
  }

  /** Subscribes the statistics to every abandoned contact. */
  private abandonedPerQueue(topic: ITopic): void {
    const table = this.table('AbandonedPerQueue');
    table.addGlobalSecondaryIndex({
      indexName: 'ByDay',
      partitionKey: { name: 'Day', type: AttributeType.STRING },
      sortKey: { name: 'HourAndQueue', type: AttributeType.STRING },
    });
    const deadLetterQueue = this.queue('AbandonedPerQueueDeadLetters');
    const handler = this.function('AbandonedPerQueueFunction', {
      entry: join(__dirname, '../abandoned-per-queue/handler.ts'),
      environment: { ABANDONED_PER_QUEUE_TABLE_NAME: table.tableName },
      // Gets messages for which the function throws. The subscription's queue gets those that SNS can't deliver.
      onFailure: new SqsDestination(deadLetterQueue),
    });
    this.grantPut(table, handler);
    topic.addSubscription(new LambdaSubscription(handler, { deadLetterQueue }));
  }

  /** Allows a put. DynamoDB uses the table's key with the caller's permissions, which `grant` does not include. */
  private grantPut(table: Table, handler: NodejsFunction): void {
    table.grant(handler, 'dynamodb:PutItem');
    this.key.grantEncryptDecrypt(handler);
  }

  private queue(id: string): Queue {
    return new Queue(this, id, {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: this.key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
  }

  private table(id: string): Table {
    return new Table(this, id, {
      partitionKey: { name: 'ContactId', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  private function(id: string, props: NodejsFunctionProps): NodejsFunction {
    return new NodejsFunction(this, id, {
      runtime: Runtime.NODEJS_24_X,
      handler: 'handler',
      timeout: FUNCTION_TIMEOUT,
      ...props,
    });
  }
}
