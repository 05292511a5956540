import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { RECORDS_TTL_ATTRIBUTE } from '../lambda/contact-records/names';
import { tableByContact } from './table-by-contact';

export interface RecordsTableProps {
  readonly key: IKey;
  /** Whether contacts are deleted some time after their end. */
  readonly expires: boolean;
}

/**
 * Every contact once, in its newest version. The item is the contact record itself, keyed on `ContactId`; the
 * function writes only where `LastUpdateTimestamp` is newer.
 */
export class RecordsTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: RecordsTableProps) {
    super(scope, id);
    this.table = tableByContact(
      this,
      props.key,
      props.expires ? { timeToLiveAttribute: RECORDS_TTL_ATTRIBUTE } : {},
    );
  }
}
