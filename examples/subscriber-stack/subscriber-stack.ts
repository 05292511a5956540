/**
 * A subscriber's stack: finds the topic of abandoned contacts by its SSM parameter, and subscribes to it the two other
 * examples, one through an encrypted queue with a filter policy, one as a function.
 */
import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  Table,
  TableEncryption,
  type TableProps,
} from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { NodejsFunction, type NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import { type ITopic, SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription, SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { SNS_SUBSCRIPTIONS_SQS_DECRYPTION_POLICY } from 'aws-cdk-lib/cx-api';
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
    // SNS may use the key for messages of this topic alone. It has to be set before anything is made.
    this.node.setContext(SNS_SUBSCRIPTIONS_SQS_DECRYPTION_POLICY, true);
    const { pipelineStackName = 'ContactRecordPipeline' } = props;
    const parameterName = `/${pipelineStackName}/AbandonedContactsTopicArn`;
    const topicArn = StringParameter.valueForStringParameter(this, parameterName);
    const topic = Topic.fromTopicArn(this, 'AbandonedContacts', topicArn);

    // Messages are personal data. SNS can't use the key that AWS manages for SQS; `SqsSubscription` lets it use this one.
    this.key = new Key(this, 'Key', { enableKeyRotation: true });
    this.callbackList(topic);
    this.abandonedPerQueue(topic);
  }

  /** Callers who have waited for a minute or more, or for nobody knows how long. */
  private callbackList(topic: ITopic): void {
    const table = this.table('CallbackList', { timeToLiveAttribute: 'ExpiresAt' });
    // What SNS can't deliver, and what the function can't process.
    const deadLetterQueue = this.queue('CallbacksDeadLetters');
    const queue = this.queue('Callbacks', {
      visibilityTimeout: Duration.seconds(6 * FUNCTION_TIMEOUT.toSeconds()),
      deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 5 },
    });
    topic.addSubscription(
      new SqsSubscription(queue, {
        rawMessageDelivery: true,
        deadLetterQueue,
        filterPolicy: {
          Channel: SubscriptionFilter.stringFilter({ allowlist: ['VOICE'] }),
          QueueDuration: new SubscriptionFilter([{ numeric: ['>=', 60] }, { exists: false }]),
        },
      }),
    );
    const handler = this.function('CallbackListFunction', {
      entry: join(__dirname, '../callback-list/handler.ts'),
      environment: { CALLBACK_LIST_TABLE_NAME: table.tableName },
    });
    this.grantPut(table, handler);
    handler.addEventSource(new SqsEventSource(queue, { reportBatchItemFailures: true }));
  }

  /** Every abandoned contact. */
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
      // When it throws; the subscription's is for when SNS can't invoke it.
      onFailure: new SqsDestination(deadLetterQueue),
    });
    this.grantPut(table, handler);
    topic.addSubscription(new LambdaSubscription(handler, { deadLetterQueue }));
  }

  /** DynamoDB uses the table's key with the rights of the caller. `grant` does not include them. */
  private grantPut(table: Table, handler: NodejsFunction): void {
    table.grant(handler, 'dynamodb:PutItem');
    this.key.grantEncryptDecrypt(handler);
  }

  private queue(id: string, props: QueueProps = {}): Queue {
    return new Queue(this, id, {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: this.key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      ...props,
    });
  }

  private table(id: string, props: Partial<TableProps> = {}): Table {
    return new Table(this, id, {
      partitionKey: { name: 'ContactId', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.RETAIN,
      ...props,
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
