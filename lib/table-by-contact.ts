import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/**
 * What both tables have in common: keyed on `ContactId`, on demand, encrypted with our key, restorable to any second of
 * the last 35 days, and kept when the stack is deleted.
 */
export function tableByContact(scope: Construct, key: IKey, timeToLiveAttribute: string): Table {
  return new Table(scope, 'Table', {
    partitionKey: { name: 'ContactId', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.CUSTOMER_MANAGED,
    encryptionKey: key,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: RemovalPolicy.RETAIN,
    timeToLiveAttribute,
  });
}
