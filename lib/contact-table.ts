import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, StreamViewType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

export interface ContactTableProps {
  readonly key: IKey;
  /** Always set on the table, even if no item has it: CloudFormation cannot remove it later. */
  readonly ttlAttribute: string;
  /** Whether the table has a stream with each new image. @default false */
  readonly hasStream?: boolean;
}

/**
 * A table keyed on `ContactId`: on demand, encrypted with our key, restorable to any second of the last 35 days, and kept
 * when the stack is deleted.
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
