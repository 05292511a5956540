import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/**
 * Creates the customer-managed key for stream, tables, topics, bucket and logs.
 *
 * It rotates yearly. It is kept when the stack is deleted, because the data that is kept needs it.
 */
export class EncryptionKey extends Construct {
  /** Actions that services need on behalf of a role that reads and writes. docs/security.md has the sources. */
  static readonly USE = ['kms:Decrypt', 'kms:GenerateDataKey'];

  readonly key: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: `Contact records of ${Stack.of(this).stackName}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.allowConnect();
    this.allowLogGroups();
    this.allowAlarms();
  }

  /**
   * Allows Connect to write to the encrypted stream.
   *
   * Connect uses the instance's service-linked role, whose suffix is unknown at synthesis. Without this permission, records
   * are lost.
   */
  private allowConnect(): void {
    const { account, partition } = Stack.of(this);
    const role = 'aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect_*';
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ['kms:GenerateDataKey'],
        resources: ['*'],
        conditions: {
          StringEquals: { 'kms:CallerAccount': account },
          ArnLike: { 'aws:PrincipalArn': `arn:${partition}:iam::${account}:role/${role}` },
        },
      }),
    );
  }

  /**
   * Allows CloudWatch to publish alarms to the encrypted operations topic.
   *
   * AWS does not document which condition key CloudWatch sends, so either is enough: the account of the alarm, or a topic of
   * the account, which accepts only alarms of the account.
   */
  private allowAlarms(): void {
    const stack = Stack.of(this);
    const topics = stack.formatArn({ service: 'sns', resource: '*' });
    for (const conditions of [
      { StringEquals: { 'aws:SourceAccount': stack.account } },
      { ArnLike: { 'kms:EncryptionContext:aws:sns:topicArn': topics } },
    ]) {
      const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com', { conditions });
      this.key.grant(cloudWatch, ...EncryptionKey.USE);
    }
  }

  /** Allows CloudWatch Logs to encrypt log groups of this account. */
  private allowLogGroups(): void {
    const stack = Stack.of(this);
    const logGroups = stack.formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const logs = new ServicePrincipal(`logs.${stack.region}.amazonaws.com`, {
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } },
    });
    this.key.grant(logs, ...USE_BY_LOGS);
  }
}

/** Actions of CloudWatch Logs, without wildcards. Source: its guide, "Encrypt log data in CloudWatch Logs using AWS KMS". */
const USE_BY_LOGS = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];
