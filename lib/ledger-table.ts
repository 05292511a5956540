import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { LEDGER_TTL_ATTRIBUTE } from '../lambda/contact-records/contract';
import { tableByContact } from './table-by-contact';

export interface LedgerTableProps {
  readonly key: IKey;
}

/**
 * Which contact was announced, when, and with which message: what makes a message go out once although records are
 * delivered again for 24 months. Keyed on `ContactId` in clear, so that an operator can look a customer's contact up.
 * Entries expire by themselves.
 */
export class LedgerTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: LedgerTableProps) {
    super(scope, id);
    this.table = tableByContact(this, props.key, LEDGER_TTL_ATTRIBUTE);
  }
}
