import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { LEDGER_TTL_ATTRIBUTE, RECORDS_TTL_ATTRIBUTE } from '../lambda/contact-records/contract';

export interface TableProps {
  readonly key: IKey;
}

/**
 * Every contact once, in its newest version. The item is the contact record, keyed on `ContactId`; the function's put
 * succeeds only if `LastUpdateTimestamp` is newer. Items expire only with `contactRetentionDays`. The time-to-live
 * attribute is always set on the table, because CloudFormation cannot remove it later.
 */
export class RecordsTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { key }: TableProps) {
    super(scope, id);
    this.table = createContactTable(this, key, RECORDS_TTL_ATTRIBUTE);
  }
}

/**
 * The ledger: which contact was published, when, and with which message, so that publishing happens once although records
 * are delivered again for 24 months. Keyed on `ContactId`, so that operators can look up a contact. Entries expire.
 */
export class LedgerTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { key }: TableProps) {
    super(scope, id);
    this.table = createContactTable(this, key, LEDGER_TTL_ATTRIBUTE);
  }
}

/**
 * Creates a table keyed on `ContactId`: on demand, encrypted with our key, restorable to any second of the last 35 days,
 * and kept when the stack is deleted.
 */
function createContactTable(scope: Construct, key: IKey, timeToLiveAttribute: string): Table {
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
