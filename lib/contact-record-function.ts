import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Function, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ENVIRONMENT, FAILURE_PREFIX, OPTIONAL_ENVIRONMENT } from '../lambda/contact-records/contract';
import { allowPutIntoFolders } from './allow-put-into-folders';
import { EncryptionKey } from './encryption-key';
import { createFunctionCode } from './function-code';

export interface ContactRecordFunctionProps {
  readonly key: IKey;
  readonly recordsTable: ITable;
  readonly ledgerTable: ITable;
  readonly topic: ITopic;
  readonly failureBucket: IBucket;
  /** Abandoned contacts that ended longer ago are not published. */
  readonly notifyWithinHours?: number | undefined;
  /** Days after its end at which a contact is deleted. */
  readonly contactRetentionDays?: number | undefined;
  readonly logRetentionDays: RetentionDays;
  readonly tracing: boolean;
}

/** The largest batches take 200 to 300 MiB (`test/integration/memory.test.ts`); the rest buys processor time. */
const MEMORY_MIB = 1_024;

/**
 * V8's part for short-lived objects. Left to itself it grows with the memory that there is: a hundred MiB more at the
 * peak, for a tenth less processor time (docs/adr/0010, 0016). An option with which Lambda starts Node overrules it.
 */
const YOUNG_GENERATION_MIB = 16;

/**
 * The function that does the work (`lambda/contact-records/`), with its log group and its role. The role holds the three
 * actions that the code calls, on exactly these resources, and what logs and the key need; the mapping adds what it needs.
 */
export class ContactRecordFunction extends Construct {
  /**
   * A full batch of 10,000 records takes seven seconds with a table that takes 10 ms for each, a single contact's worst case
   * 25 (`test/integration/memory.test.ts`). The code stops taking new work in time.
   */
  static readonly TIMEOUT = Duration.seconds(60);

  readonly function: Function;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: ContactRecordFunctionProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Logs', {
      encryptionKey: props.key,
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.function = new Function(this, 'Function', {
      description: 'Stores Amazon Connect contact records and publishes abandoned contacts',
      code: createFunctionCode(),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: MEMORY_MIB,
      timeout: ContactRecordFunction.TIMEOUT,
      role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: props.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      environment: {
        [ENVIRONMENT.recordsTable]: props.recordsTable.tableName,
        [ENVIRONMENT.ledgerTable]: props.ledgerTable.tableName,
        [ENVIRONMENT.abandonedContactsTopic]: props.topic.topicArn,
        [ENVIRONMENT.failureBucket]: props.failureBucket.bucketName,
        [ENVIRONMENT.pipeline]: Stack.of(this).stackName,
        ...onlyIfSet(OPTIONAL_ENVIRONMENT.notifyWithinHours, props.notifyWithinHours),
        ...onlyIfSet(OPTIONAL_ENVIRONMENT.contactRetentionDays, props.contactRetentionDays),
        NODE_OPTIONS: `--max-semi-space-size=${YOUNG_GENERATION_MIB}`,
      },
    });
    const allow = (actions: string[], ...resources: string[]) =>
      role.addToPolicy(new PolicyStatement({ actions, resources }));
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], this.logGroup.logGroupArn);
    allow(['dynamodb:PutItem'], props.recordsTable.tableArn, props.ledgerTable.tableArn);
    allow(['dynamodb:GetItem'], props.recordsTable.tableArn);
    allow(['sns:Publish'], props.topic.topicArn);
    allowPutIntoFolders(
      role,
      props.failureBucket,
      Object.values(FAILURE_PREFIX),
      'Objects are named after the stream and the position of their record, so only the folders are known. The function ' +
        'may put objects there, and neither read, list nor delete them.',
    );
    props.key.grant(role, ...EncryptionKey.USE);
    if (props.tracing) {
      Validations.of(role).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'Traces belong to no resource: X-Ray knows these two permissions for all of an account only.',
      });
    }
  }
}

const onlyIfSet = (name: string, value: number | undefined): Record<string, string> =>
  value === undefined ? {} : { [name]: String(value) };
