/** The stack: creates the constructs, which have a file each, and connects them. */
import { CfnOutput, Duration, RemovalPolicies, Stack, type StackProps } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct, type IConstruct } from 'constructs';
import { LEDGER_TTL_ATTRIBUTE, NO_LIMIT, RECORDS_TTL_ATTRIBUTE } from '../lambda/contact-records/contract';
import { AbandonedContactsTopic } from './abandoned-contacts-topic';
import { Alarms } from './alarms';
import { ContactRecordExport } from './contact-record-export';
import { ContactRecordFunction } from './contact-record-function';
import { ContactRecordMapping } from './contact-record-mapping';
import { ContactRecordStream } from './contact-record-stream';
import { ContactTable } from './contact-table';
import { EncryptionKey } from './encryption-key';
import { FailureBucket } from './failure-bucket';
import { OperationsDashboard } from './operations-dashboard';
import { OperationsTopic } from './operations-topic';
import { createPipelineMetrics } from './pipeline-metrics';
import { SavedQueries } from './saved-queries';
import { checkSettings, type ContactRecordPipelineSettings } from './settings';

/** The stack's props: its settings, and the props of every CDK stack. */
export interface ContactRecordPipelineStackProps extends StackProps, ContactRecordPipelineSettings {}

/** The whole pipeline in one stack. What others may want to build on is exposed. */
export class ContactRecordPipelineStack extends Stack {
  /** Connect writes its contact records here. */
  readonly stream: ContactRecordStream;
  /**
   * Every contact once, in its newest version. The item is the contact record; the function's put succeeds only if
   * `LastUpdateTimestamp` is newer. Items expire only with `contactRetentionDays`.
   */
  readonly recordsTable: ContactTable;
  /** The ledger: which contact was published, when, and with which message. Entries expire. */
  readonly ledgerTable: ContactTable;
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
    // Each construct takes from the settings what its props name.
    this.stream = new ContactRecordStream(this, 'ContactRecordStream', { ...settings, key });
    this.recordsTable = new ContactTable(this, 'RecordsTable', {
      key,
      ttlAttribute: RECORDS_TTL_ATTRIBUTE,
      hasStream: settings.recordsTableStream,
    });
    this.ledgerTable = new ContactTable(this, 'LedgerTable', { key, ttlAttribute: LEDGER_TTL_ATTRIBUTE });
    this.topic = new AbandonedContactsTopic(this, 'AbandonedContactsTopic', { ...settings, key });
    this.failureBucket = new FailureBucket(this, 'FailureBucket', { key });
    const resources = {
      stream: this.stream.stream,
      recordsTable: this.recordsTable.table,
      ledgerTable: this.ledgerTable.table,
      topic: this.topic.topic,
      failureBucket: this.failureBucket.bucket,
    };
    this.function = new ContactRecordFunction(this, 'ContactRecordFunction', {
      ...settings,
      ...resources,
      key,
    });
    const { function: handler, logGroup } = this.function;
    const mappingConstruct = new ContactRecordMapping(this, 'ContactRecordMapping', {
      ...settings,
      ...resources,
      function: handler,
      maxRecordAge,
    });
    const { mapping } = mappingConstruct;

    this.operationsTopic = new OperationsTopic(this, 'OperationsTopic', { ...settings, key });
    const operationsTopic = this.operationsTopic.topic;
    const metrics = createPipelineMetrics({ ...resources, function: handler, mapping });
    this.alarms = new Alarms(this, 'Alarms', { ...settings, metrics, operationsTopic, maxRecordAge });
    const { alarms } = this.alarms;
    new SavedQueries(this, 'SavedQueries', { logGroup });
    const dashboard = new OperationsDashboard(this, 'OperationsDashboard', { metrics, alarms, logGroup });

    this.publishOutputs({
      StreamName: resources.stream.streamName,
      StreamArn: resources.stream.streamArn,
      RecordsTableName: resources.recordsTable.tableName,
      RecordsTableArn: resources.recordsTable.tableArn,
      LedgerTableName: resources.ledgerTable.tableName,
      AbandonedContactsTopicArn: resources.topic.topicArn,
      FailureBucketName: resources.failureBucket.bucketName,
      FailureBucketArn: resources.failureBucket.bucketArn,
      FunctionArn: handler.functionArn,
      OperationsTopicArn: operationsTopic.topicArn,
      DashboardUrl: dashboard.url,
      // For `npm run backfill`: without a limit it does not start by itself.
      NotifyWithinHours: String(settings.notifyWithinHours ?? NO_LIMIT),
      // For functions that read the table's stream, which is encrypted with the key.
      ...(settings.recordsTableStream && {
        RecordsTableStreamArn: resources.recordsTable.tableStreamArn ?? '',
        EncryptionKeyArn: key.keyArn,
      }),
    });
    if (settings.removalPolicy === 'destroy') RemovalPolicies.of(this).destroy();

    // The mapping reads, and Connect exports, as soon as they exist. If a creation fails before that, nothing is lost.
    const afterMapping: IConstruct[] = [mappingConstruct, this.alarms, dashboard];
    const others = this.node.children.filter((child) => !afterMapping.includes(child));
    const alarmsBefore = alarms.filter((alarm) => !this.alarms.ofMapping.includes(alarm));
    mapping.node.addDependency(...others, ...alarmsBefore);
    const contactRecordExport = new ContactRecordExport(this, 'ContactRecordExport', {
      ...settings,
      ...resources,
    });
    contactRecordExport.node.addDependency(
      ...this.node.children.filter((child) => child !== contactRecordExport),
    );
  }

  /**
   * What others need to know of the deployed stack: as outputs, for people, `npm run smoke` and `npm run backfill`, and as
   * SSM parameters `/<stack name>/<name>`, so that a subscriber's stack needs no copy of an ARN.
   */
  private publishOutputs(outputs: Readonly<Record<string, string>>): void {
    const parameters = new Construct(this, 'Parameters');
    for (const [name, stringValue] of Object.entries(outputs)) {
      new CfnOutput(this, name, { value: stringValue });
      new StringParameter(parameters, name, { parameterName: `/${this.stackName}/${name}`, stringValue });
    }
  }
}
