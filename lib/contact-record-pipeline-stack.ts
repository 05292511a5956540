/**
 * The stack: creates the constructs and connects them. No resource is defined here; each construct has its own file next to this
 * one.
 */
import { Duration, RemovalPolicies, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { AbandonedContactsTopic } from './abandoned-contacts-topic';
import { Alarms } from './alarms';
import { ContactRecordFunction } from './contact-record-function';
import { ContactRecordMapping } from './contact-record-mapping';
import { ContactRecordStream } from './contact-record-stream';
import { EncryptionKey } from './encryption-key';
import { FailureBucket } from './failure-bucket';
import { OperationsDashboard } from './operations-dashboard';
import { OperationsTopic } from './operations-topic';
import { NO_LIMIT } from '../lambda/contact-records/contract';
import { publishOutputs } from './outputs';
import { createPipelineMetrics } from './pipeline-metrics';
import { SavedQueries } from './saved-queries';
import { checkSettings, type ContactRecordPipelineSettings } from './settings';
import { LedgerTable, RecordsTable } from './tables';

/** The stack's props: its settings, and the props of every CDK stack. */
export interface ContactRecordPipelineStackProps extends StackProps, ContactRecordPipelineSettings {}

/** The whole pipeline in one stack. What others may want to build on is exposed. */
export class ContactRecordPipelineStack extends Stack {
  /** Connect writes its contact records here. */
  readonly stream: ContactRecordStream;
  /** Every contact once, in its newest version. */
  readonly recordsTable: RecordsTable;
  /** The ledger: which contact was published, and when. */
  readonly ledgerTable: LedgerTable;
  /** One message for every abandoned contact. */
  readonly topic: AbandonedContactsTopic;
  /** What could not be processed, with its bytes. */
  readonly failureBucket: FailureBucket;
  readonly function: ContactRecordFunction;
  /** Alarms go here. */
  readonly operationsTopic: OperationsTopic;
  readonly alarms: Alarms;

  /** @throws SettingsError that lists all settings that are wrong */
  constructor(scope: Construct, id: string, props: ContactRecordPipelineStackProps = {}) {
    super(scope, id, props);
    const settings = checkSettings(props, this);
    const maxRecordAge = Duration.hours(settings.maxRecordAgeHours);

    const { key } = new EncryptionKey(this, 'EncryptionKey');
    this.stream = new ContactRecordStream(this, 'ContactRecordStream', {
      key,
      streamArn: settings.streamArn,
      connectInstanceArns: settings.connectInstanceArns,
    });
    this.recordsTable = new RecordsTable(this, 'RecordsTable', { key });
    this.ledgerTable = new LedgerTable(this, 'LedgerTable', { key });
    this.topic = new AbandonedContactsTopic(this, 'AbandonedContactsTopic', {
      key,
      subscriberAccounts: settings.subscriberAccounts,
    });
    this.failureBucket = new FailureBucket(this, 'FailureBucket', { key });
    this.function = new ContactRecordFunction(this, 'ContactRecordFunction', {
      key,
      recordsTable: this.recordsTable.table,
      ledgerTable: this.ledgerTable.table,
      topic: this.topic.topic,
      failureBucket: this.failureBucket.bucket,
      notifyWithinHours: settings.notifyWithinHours,
      contactRetentionDays: settings.contactRetentionDays,
      logRetentionDays: settings.logRetentionDays,
      tracing: settings.tracing,
    });
    const { mapping } = new ContactRecordMapping(this, 'ContactRecordMapping', {
      function: this.function.function,
      stream: this.stream.stream,
      streamKeyArn: settings.streamKeyArn,
      failureBucket: this.failureBucket.bucket,
      batchSize: settings.batchSize,
      batchingWindowSeconds: settings.batchingWindowSeconds,
      parallelizationFactor: settings.parallelizationFactor,
      maxRecordAge,
    });

    this.operationsTopic = new OperationsTopic(this, 'OperationsTopic', {
      key,
      alarmEmail: settings.alarmEmail,
    });
    const metrics = createPipelineMetrics({
      function: this.function.function,
      mapping,
      stream: this.stream.stream,
      recordsTable: this.recordsTable.table,
      ledgerTable: this.ledgerTable.table,
      topic: this.topic.topic,
    });
    this.alarms = new Alarms(this, 'Alarms', {
      metrics,
      operationsTopic: this.operationsTopic.topic,
      maxRecordAge,
      noRecordsAlarmHours: settings.noRecordsAlarmHours,
    });
    const { logGroup } = this.function;
    new SavedQueries(this, 'SavedQueries', { logGroup });
    const { url } = new OperationsDashboard(this, 'OperationsDashboard', {
      metrics,
      alarms: this.alarms.alarms,
      logGroup,
    });

    publishOutputs(this, {
      StreamName: this.stream.stream.streamName,
      StreamArn: this.stream.stream.streamArn,
      RecordsTableName: this.recordsTable.table.tableName,
      RecordsTableArn: this.recordsTable.table.tableArn,
      LedgerTableName: this.ledgerTable.table.tableName,
      AbandonedContactsTopicArn: this.topic.topic.topicArn,
      FailureBucketName: this.failureBucket.bucket.bucketName,
      FailureBucketArn: this.failureBucket.bucket.bucketArn,
      FunctionArn: this.function.function.functionArn,
      OperationsTopicArn: this.operationsTopic.topic.topicArn,
      DashboardUrl: url,
      // For `npm run backfill`: without a limit it does not start by itself.
      NotifyWithinHours: String(settings.notifyWithinHours ?? NO_LIMIT),
    });
    if (settings.removalPolicy === 'destroy') RemovalPolicies.of(this).destroy();
  }
}
