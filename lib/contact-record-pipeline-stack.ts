/** Creates the constructs and connects them. */
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

/** Properties of the stack: its settings, and the properties of every CDK stack. */
export interface ContactRecordPipelineStackProps extends StackProps, ContactRecordPipelineSettings {}

/** Deploys the whole pipeline. Properties expose the resources that other stacks can use. */
export class ContactRecordPipelineStack extends Stack {
  /** Receives contact records from Connect. */
  readonly stream: ContactRecordStream;
  /**
   * Stores the newest version of every contact. The item is the contact record.
   *
   * The function's put succeeds only if `LastUpdateTimestamp` is newer. Items expire only with `contactRetentionDays`.
   */
  readonly recordsTable: ContactTable;
  /** Stores which contacts were published, when, and with which message. Entries expire after 24 months. */
  readonly ledgerTable: ContactTable;
  /** Receives one message for every abandoned contact. */
  readonly topic: AbandonedContactsTopic;
  /** Stores the bytes of records that could not be processed. */
  readonly failureBucket: FailureBucket;
  /** Processes the contact records. */
  readonly function: ContactRecordFunction;
  /** Receives notifications of alarms. */
  readonly operationsTopic: OperationsTopic;
  /** Alarms on the pipeline's metrics. */
  readonly alarms: Alarms;

  /** @throws SettingsError that lists all wrong settings */
  constructor(scope: Construct, id: string, props: ContactRecordPipelineStackProps = {}) {
    super(scope, id, props);
    const settings = checkSettings(props, this);
    const maxRecordAge = Duration.hours(settings.maxRecordAgeHours);

    const { key } = new EncryptionKey(this, 'EncryptionKey');
    // Each construct uses the settings that its props name.
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
      // `npm run backfill` reads it, and does not start without a limit.
      NotifyWithinHours: String(settings.notifyWithinHours ?? NO_LIMIT),
      // For functions that read the table's stream, which is encrypted with the key.
      ...(settings.recordsTableStream && {
        RecordsTableStreamArn: resources.recordsTable.tableStreamArn ?? '',
        EncryptionKeyArn: key.keyArn,
      }),
    });
    if (settings.removalPolicy === 'destroy') RemovalPolicies.of(this).destroy();

    // Mapping and export start to work as soon as they exist. Creating them last loses nothing if another creation fails.
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
   * Publishes names and ARNs as outputs and as SSM parameters `/<stack name>/<name>`.
   *
   * People and commands read the outputs, other stacks the parameters.
   */
  private publishOutputs(outputs: Readonly<Record<string, string>>): void {
    const parameters = new Construct(this, 'Parameters');
    for (const [name, stringValue] of Object.entries(outputs)) {
      new CfnOutput(this, name, { value: stringValue });
      new StringParameter(parameters, name, { parameterName: `/${this.stackName}/${name}`, stringValue });
    }
  }
}
