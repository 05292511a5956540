import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ENVIRONMENT, FAILURE_PREFIX } from '../lambda/contact-records/names';
import { EncryptionKey } from './encryption-key';

export interface ContactRecordFunctionProps {
  readonly key: IKey;
  readonly recordsTable: ITable;
  readonly ledgerTable: ITable;
  readonly topic: ITopic;
  readonly failureBucket: IBucket;
}

/**
 * The function that does the work (`lambda/contact-records/`), with its log group and its role. The role holds the
 * three actions that the code calls, `dynamodb:PutItem`, `sns:Publish` and `s3:PutObject`, on exactly these
 * resources, and what logs and the key need. What the event source mapping needs is added by it.
 */
export class ContactRecordFunction extends Construct {
  /** Long enough for a large batch on a slow day; the code stops taking new work in time. */
  static readonly TIMEOUT = Duration.seconds(60);

  readonly function: NodejsFunction;

  constructor(scope: Construct, id: string, props: ContactRecordFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      encryptionKey: props.key,
      retention: RetentionDays.SIX_MONTHS,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.function = new NodejsFunction(this, 'Function', {
      description: 'Stores Amazon Connect contact records and publishes abandoned contacts',
      entry: join(__dirname, '../lambda/contact-records/index.ts'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 1024,
      timeout: ContactRecordFunction.TIMEOUT,
      role,
      logGroup,
      environment: {
        [ENVIRONMENT.recordsTable]: props.recordsTable.tableName,
        [ENVIRONMENT.ledgerTable]: props.ledgerTable.tableName,
        [ENVIRONMENT.abandonedContactsTopic]: props.topic.topicArn,
        [ENVIRONMENT.failureBucket]: props.failureBucket.bucketName,
      },
      // One ESM file with the SDK inside: a pinned version, and a faster start than the runtime's own.
      bundling: {
        format: OutputFormat.ESM,
        bundleAwsSDK: true,
        minify: true,
        target: 'node24',
        mainFields: ['module', 'main'],
        // CommonJS dependencies inside an ES module ask for Node's own modules with `require`.
        banner: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
      },
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['dynamodb:PutItem'],
        resources: [props.recordsTable.tableArn, props.ledgerTable.tableArn],
      }),
    );
    role.addToPolicy(new PolicyStatement({ actions: ['sns:Publish'], resources: [props.topic.topicArn] }));
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:PutObject'],
        resources: Object.values(FAILURE_PREFIX).map((prefix) =>
          props.failureBucket.arnForObjects(`${prefix}*`),
        ),
      }),
    );
    props.key.grant(role, ...EncryptionKey.USE);
  }
}
