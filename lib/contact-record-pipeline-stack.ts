/**
 * The stack: makes each part and wires them. No resource is defined here; each part has a file of its own beside this
 * one.
 */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { AbandonedContactsTopic } from './abandoned-contacts-topic';
import { ContactRecordFunction } from './contact-record-function';
import { ContactRecordMapping } from './contact-record-mapping';
import { ContactRecordStream } from './contact-record-stream';
import { EncryptionKey } from './encryption-key';
import { FailureBucket } from './failure-bucket';
import { LedgerTable } from './ledger-table';
import { RecordsTable } from './records-table';
import type { ContactRecordPipelineSettings } from './settings';

/** The stack's props are its settings, beside what every CDK stack takes. */
export interface ContactRecordPipelineStackProps extends StackProps, ContactRecordPipelineSettings {}

/** The whole pipeline in one stack. What others may want to build on is exposed. */
export class ContactRecordPipelineStack extends Stack {
  /** Connect writes its contact records here. */
  readonly stream: ContactRecordStream;
  /** Every contact once, in its newest version. */
  readonly recordsTable: RecordsTable;
  /** Which contact was announced, and when. */
  readonly ledgerTable: LedgerTable;
  /** One message for every abandoned contact. */
  readonly topic: AbandonedContactsTopic;
  /** What could not be processed, with its bytes. */
  readonly failureBucket: FailureBucket;
  readonly function: ContactRecordFunction;

  constructor(scope: Construct, id: string, props: ContactRecordPipelineStackProps = {}) {
    super(scope, id, props);

    const { key } = new EncryptionKey(this, 'EncryptionKey');
    this.stream = new ContactRecordStream(this, 'ContactRecordStream', { key });
    this.recordsTable = new RecordsTable(this, 'RecordsTable', { key });
    this.ledgerTable = new LedgerTable(this, 'LedgerTable', { key });
    this.topic = new AbandonedContactsTopic(this, 'AbandonedContactsTopic', { key });
    this.failureBucket = new FailureBucket(this, 'FailureBucket', { key });
    this.function = new ContactRecordFunction(this, 'ContactRecordFunction', {
      key,
      recordsTable: this.recordsTable.table,
      ledgerTable: this.ledgerTable.table,
      topic: this.topic.topic,
      failureBucket: this.failureBucket.bucket,
    });
    new ContactRecordMapping(this, 'ContactRecordMapping', {
      function: this.function.function,
      stream: this.stream.stream,
      failureBucket: this.failureBucket.bucket,
      batchSize: props.batchSize ?? 500,
      batchingWindowSeconds: props.batchingWindowSeconds ?? 0,
    });

    new CfnOutput(this, 'StreamName', { value: this.stream.stream.streamName });
    new CfnOutput(this, 'RecordsTableName', { value: this.recordsTable.table.tableName });
    new CfnOutput(this, 'AbandonedContactsTopicArn', { value: this.topic.topic.topicArn });
    new CfnOutput(this, 'FailureBucketName', { value: this.failureBucket.bucket.bucketName });
  }
}
