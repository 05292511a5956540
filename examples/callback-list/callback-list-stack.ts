/**
 * Creates the stack of the callback list, in the pipeline's account and region. It finds the pipeline's topic, the stream
 * of its records table and its key by their SSM parameters.
 */
import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Alarm, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Runtime, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { SNS_SUBSCRIPTIONS_SQS_DECRYPTION_POLICY } from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';
import { isQuietHours, isTimeZone } from './quiet-hours';

export interface CallbackListSettings {
  /** ARN of the Connect instance in which agents get the tasks. */
  readonly connectInstanceArn: string;
  /** Id of the flow that routes the tasks to a queue. */
  readonly contactFlowId: string;
  /** Where the customers are, such as `Europe/Berlin`. */
  readonly timeZone: string;
  /** Hours in which no task is created, or `none`. @default '20:00-08:00' */
  readonly quietHours?: string;
  /** Customers who waited in the queue for fewer seconds are not listed. @default 60 */
  readonly minimumWaitSeconds?: number;
  /** Minutes from the end of the contact to the task. The customer may call again before. @default 15 */
  readonly callAfterMinutes?: number;
  /** Tasks for one entry, if no agent takes them. @default 3 */
  readonly maxAttempts?: number;
  /** Tasks created per minute: at most 45, below Connect's default quota of two a second. @default 20 */
  readonly tasksPerMinute?: number;
  /** Days after the customer's last contact at which an entry is deleted. @default 14 */
  readonly keepDays?: number;
  /** Name of the pipeline's stack, which has the setting `recordsTableStream`. @default 'ContactRecordPipeline' */
  readonly pipelineStackName?: string;
}

const TIMEOUT = Duration.seconds(60);
/** Maximum age of a record. It is below the stream's retention of 24 hours, so that later records have time. */
const MAX_RECORD_AGE = Duration.hours(12);

export class CallbackListStack extends Stack {
  private readonly key: Key;

  /** @throws Error that names a wrong setting */
  constructor(scope: Construct, id: string, props: CallbackListSettings & StackProps) {
    super(scope, id, props);
    const settings = checkSettings(props);
    // Lets SNS use the key for this topic only. It has to be set before the subscription is created.
    this.node.setContext(SNS_SUBSCRIPTIONS_SQS_DECRYPTION_POLICY, true);
    const parameter = (name: string) =>
      StringParameter.valueForStringParameter(this, `/${settings.pipelineStackName}/${name}`);

    this.key = new Key(this, 'Key', { enableKeyRotation: true });
    const table = new Table(this, 'CallbackList', {
      partitionKey: { name: 'Customer', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'ExpiresAt',
      removalPolicy: RemovalPolicy.RETAIN,
    });
    table.addGlobalSecondaryIndex({
      indexName: 'ByState',
      partitionKey: { name: 'State', type: AttributeType.STRING },
      sortKey: { name: 'DueAt', type: AttributeType.STRING },
    });
    // Stores messages that SNS cannot deliver or the functions cannot process.
    const deadLetterQueue = this.createQueue('DeadLetters');
    const environment = {
      CALLBACK_TABLE_NAME: table.tableName,
      KEEP_DAYS: String(settings.keepDays),
      CALL_AFTER_MINUTES: String(settings.callAfterMinutes),
      MAX_ATTEMPTS: String(settings.maxAttempts),
      CONNECT_INSTANCE_ID: settings.connectInstanceArn.split('/')[1] ?? '',
    };
    const contacts = `${settings.connectInstanceArn}/contact/*`;

    const messages = this.createFunction('MessageFunction', 'message-handler.ts', environment);
    this.allow(messages, ['dynamodb:GetItem', 'dynamodb:PutItem'], table.tableArn);
    this.subscribe(messages, deadLetterQueue, parameter('AbandonedContactsTopicArn'), settings);

    const records = this.createFunction('RecordFunction', 'record-handler.ts', environment);
    this.allow(records, ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem'], table.tableArn);
    this.allow(records, ['connect:StopContact'], contacts);
    this.readStream(records, deadLetterQueue, parameter('RecordsTableStreamArn'));
    this.allow(records, ['kms:Decrypt'], parameter('EncryptionKeyArn'));

    const tasks = this.createFunction('TaskFunction', 'task-handler.ts', {
      ...environment,
      CONTACT_FLOW_ID: settings.contactFlowId,
      QUIET_HOURS: settings.quietHours,
      TIME_ZONE: settings.timeZone,
      TASKS_PER_MINUTE: String(settings.tasksPerMinute),
    });
    this.allow(tasks, ['dynamodb:GetItem', 'dynamodb:PutItem'], table.tableArn);
    this.allow(tasks, ['dynamodb:Query'], `${table.tableArn}/index/ByState`);
    this.allow(tasks, ['connect:StopContact'], contacts);
    const flow = `${settings.connectInstanceArn}/contact-flow/${settings.contactFlowId}`;
    this.allow(tasks, ['connect:StartTaskContact'], contacts, flow);
    new Rule(this, 'EveryMinute', {
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(tasks, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });

    const operations = Topic.fromTopicArn(this, 'Operations', parameter('OperationsTopicArn'));
    const alarm = (name: string, metric: IMetric, threshold: number, evaluationPeriods: number) => {
      new Alarm(this, `${name}Alarm`, {
        alarmName: `${this.stackName}-${name}`,
        ...{ metric, threshold, evaluationPeriods, treatMissingData: TreatMissingData.NOT_BREACHING },
      }).addAlarmAction(new SnsAction(operations));
    };
    alarm('DeadLetters', deadLetterQueue.metricApproximateNumberOfMessagesVisible(), 1, 1);
    alarm('TasksFail', tasks.metricErrors(), 1, 3);
    const age = records.metric('IteratorAge', { statistic: 'Maximum' });
    alarm('RecordsWait', age, Duration.hours(1).toMilliseconds(), 1);

    new CfnOutput(this, 'CallbackListTableName', { value: table.tableName });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: deadLetterQueue.queueUrl });
  }

  private subscribe(
    messages: NodejsFunction,
    deadLetterQueue: Queue,
    topicArn: string,
    { minimumWaitSeconds }: ReturnType<typeof checkSettings>,
  ): void {
    const queue = this.createQueue('Messages', {
      visibilityTimeout: Duration.seconds(6 * TIMEOUT.toSeconds()),
      deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 5 },
    });
    Topic.fromTopicArn(this, 'AbandonedContacts', topicArn).addSubscription(
      new SqsSubscription(queue, {
        rawMessageDelivery: true,
        deadLetterQueue,
        // The attribute is absent if Connect gave no duration.
        filterPolicy: {
          QueueDuration: new SubscriptionFilter([{ numeric: ['>=', minimumWaitSeconds] }, { exists: false }]),
        },
      }),
    );
    messages.addEventSource(new SqsEventSource(queue, { reportBatchItemFailures: true }));
  }

  private readStream(records: NodejsFunction, deadLetterQueue: Queue, streamArn: string): void {
    const actions = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'];
    this.allow(records, actions, streamArn);
    this.allow(records, ['dynamodb:ListStreams'], '*');
    this.allow(records, ['sqs:SendMessage'], deadLetterQueue.queueArn);
    const { role } = records;
    records
      .addEventSourceMapping('Records', {
        eventSourceArn: streamArn,
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        reportBatchItemFailures: true,
        bisectBatchOnError: true,
        maxRecordAge: MAX_RECORD_AGE,
        onFailure: { bind: () => ({ destination: deadLetterQueue.queueArn }) },
      })
      // Lambda checks the permissions when it creates the mapping.
      .node.addDependency(...(role === undefined ? [] : [role]));
  }

  private createQueue(id: string, props: QueueProps = {}): Queue {
    return new Queue(this, id, {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: this.key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      ...props,
    });
  }

  private createFunction(id: string, file: string, environment: Record<string, string>): NodejsFunction {
    const logGroup = new LogGroup(this, `${id}Logs`, {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const handler = new NodejsFunction(this, id, {
      runtime: Runtime.NODEJS_24_X,
      entry: join(__dirname, file),
      timeout: TIMEOUT,
      ...{ logGroup, role, environment },
    });
    this.allow(handler, ['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn);
    // DynamoDB uses the key with the rights of the function.
    this.key.grant(role, 'kms:Decrypt', 'kms:GenerateDataKey');
    return handler;
  }

  private allow({ role }: NodejsFunction, actions: string[], ...resources: string[]): void {
    role?.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
    const reason =
      'The id of a contact is known only after the call, and ListStreams has no narrower resource.';
    if (role === undefined) return;
    for (const resource of resources.filter((arn) => arn.endsWith('*')))
      Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
  }
}

/** Checks the settings and adds the defaults. Numbers may be texts, because the context may have texts. */
function checkSettings(given: CallbackListSettings) {
  const numberOf = (name: keyof CallbackListSettings, byDefault: number, least: number, most: number) => {
    const value = Number(given[name] ?? byDefault);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new Error(`"${name}" must be a whole number from ${least} to ${most}`);
    return value;
  };
  const { connectInstanceArn, contactFlowId, timeZone, quietHours = '20:00-08:00' } = given;
  if (!/^arn:aws[a-z-]*:connect:[a-z0-9-]+:\d{12}:instance\/[A-Za-z0-9-]+$/.test(connectInstanceArn))
    throw new Error('"connectInstanceArn" must be the ARN of a Connect instance');
  if (!/^[A-Za-z0-9-]+$/.test(contactFlowId)) throw new Error('"contactFlowId" must be the id of a flow');
  if (!isTimeZone(timeZone))
    throw new Error('"timeZone" must be the name of a time zone, like Europe/Berlin');
  if (quietHours !== 'none' && !isQuietHours(quietHours))
    throw new Error('"quietHours" must be none, or two times, like 20:00-08:00');
  return {
    ...{ connectInstanceArn, contactFlowId, timeZone, quietHours },
    pipelineStackName: given.pipelineStackName ?? 'ContactRecordPipeline',
    minimumWaitSeconds: numberOf('minimumWaitSeconds', 60, 0, 86_400),
    callAfterMinutes: numberOf('callAfterMinutes', 15, 0, 10_080),
    maxAttempts: numberOf('maxAttempts', 3, 1, 10),
    tasksPerMinute: numberOf('tasksPerMinute', 20, 1, 45),
    keepDays: numberOf('keepDays', 14, 1, 365),
  };
}
