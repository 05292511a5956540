import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Function, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ENVIRONMENT, FAILURE_PREFIX, OPTIONAL_ENVIRONMENT } from '../lambda/contact-records/contract';
import { allowPutIntoFolders } from './allow-put-into-folders';
import { EncryptionKey } from './encryption-key';
import { createFunctionCode } from './function-code';
import type { CheckedSettings } from './settings';

export interface ContactRecordFunctionProps extends Pick<
  CheckedSettings,
  'notifyWithinHours' | 'contactRetentionDays' | 'logRetentionDays' | 'tracing'
> {
  /** Encrypts the logs, and everything that the function reads and writes. */
  readonly key: IKey;
  /** Stores the newest version of every contact. */
  readonly recordsTable: ITable;
  /** Stores which contacts were published. */
  readonly ledgerTable: ITable;
  /** Receives a message for every abandoned contact. */
  readonly topic: ITopic;
  /** Stores failed records. */
  readonly failureBucket: IBucket;
}

/** The largest batches need up to 300 MiB (`test/integration/memory.test.ts`). More memory gives more CPU. */
const MEMORY_MIB = 1_024;

/**
 * Limits V8's space for short-lived objects. Without the limit, the peak is 100 MiB higher and CPU time a tenth lower
 * (docs/adr/0010, 0016). An option in Lambda's own start command takes precedence.
 */
const YOUNG_GENERATION_MIB = 16;

/**
 * Creates the function (`lambda/contact-records/`) with its log group and role.
 *
 * The role allows only the actions that the code calls, on these resources. The mapping adds the permissions that it needs.
 */
export class ContactRecordFunction extends Construct {
  /**
   * Timeout of an invocation.
   *
   * A batch of 10,000 records takes seven seconds if each put takes 10 ms. The worst case of one contact takes 25 seconds
   * (`test/integration/memory.test.ts`). The code starts no new work shortly before the timeout.
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
      'Object names contain the position of the record in the stream, so only the folders are known in advance. The ' +
        'function can put objects there, but not read, list or delete them.',
    );
    props.key.grant(role, ...EncryptionKey.USE);
    if (props.tracing) {
      Validations.of(role).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'X-Ray supports no resource-level permissions for these two actions.',
      });
    }
  }
}

const onlyIfSet = (name: string, value: number | undefined): Record<string, string> =>
  value === undefined ? {} : { [name]: String(value) };
