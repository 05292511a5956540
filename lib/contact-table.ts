import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, StreamViewType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

export interface ContactTableProps {
  /** Encrypts the table. */
  readonly key: IKey;
  /** Time-to-live attribute. It is always set, because CloudFormation cannot remove it later. */
  readonly ttlAttribute: string;
  /** Whether the table has a stream with each new image. @default false */
  readonly hasStream?: boolean;
}

/**
 * Creates an on-demand table with the key `ContactId`.
 *
 * It is encrypted, can be restored to any second of the last 35 days, and is kept when the stack is deleted.
 */
export class ContactTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { key, ttlAttribute, hasStream = false }: ContactTableProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'ContactId', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      timeToLiveAttribute: ttlAttribute,
      ...(hasStream && { stream: StreamViewType.NEW_IMAGE }),
    });
  }
}
