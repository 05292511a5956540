import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/**
 * The one customer-managed key, with yearly rotation, for everything at rest: stream, tables, topic, bucket and logs.
 * It is kept when the stack is deleted: without it, nothing that was kept could be read.
 */
export class EncryptionKey extends Construct {
  /** What services do with the key on behalf of a role that reads and writes: docs/security.md has the source of each. */
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
   * Connect writes to the stream with the instance's service-linked role, whose suffix is unknown at
   * synthesis. The key policy must allow it before Connect starts to export, or records are lost.
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
   * CloudWatch publishes alarms to the operations topic as itself. Either condition is enough, because AWS documents
   * neither for this case: alarms of this account, or topics of this account, which accept such alarms only.
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

  /** CloudWatch Logs encrypts as itself, so the key has to know it; only for log groups of this account. */
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

/** What CloudWatch Logs asks for (its guide, "Encrypt log data in CloudWatch Logs using AWS KMS"), without wildcards. */
const USE_BY_LOGS = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];
