import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { RECORDS_TTL_ATTRIBUTE } from '../lambda/contact-records/contract';
import { tableByContact } from './table-by-contact';

export interface RecordsTableProps {
  readonly key: IKey;
}

/**
 * Every contact once, in its newest version. The item is the contact record itself, keyed on `ContactId`; the
 * function writes only where `LastUpdateTimestamp` is newer. An item expires only where the function says when, with
 * `contactRetentionDays`; the table knows the attribute in any case, as CloudFormation can't take that back.
 */
export class RecordsTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: RecordsTableProps) {
    super(scope, id);
    this.table = tableByContact(this, props.key, RECORDS_TTL_ATTRIBUTE);
  }
}
