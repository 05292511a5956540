import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { PipelineMetrics } from './pipeline-metrics';

export interface AlarmsProps {
  readonly metrics: PipelineMetrics;
  readonly operationsTopic: ITopic;
  /** Age at which the event source mapping gives up a record that cannot be processed. */
  readonly maxRecordAge: Duration;
  /** Hours without a stored record after which an alarm fires. Default: no such alarm. */
  readonly noRecordsAlarmHours?: number | undefined;
}

/** Alarms for what needs a person. The entry of `docs/runbook.md` that has an alarm's name says what to do. */
export class Alarms extends Construct {
  readonly alarms: Alarm[] = [];
  /** The alarms on metrics of the event source mapping: CloudFormation can create them only after it. */
  readonly ofMapping: Alarm[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlarmsProps,
  ) {
    super(scope, id);
    const { metrics, maxRecordAge, noRecordsAlarmHours } = props;

    this.add('IteratorAgeWarning', {
      metric: metrics.iteratorAge,
      above: Duration.minutes(10).toMilliseconds(),
      periods: 3,
      means: 'Contact records are processed more than ten minutes late, and so are calls back to customers.',
    });
    this.add('IteratorAgeCritical', {
      metric: metrics.iteratorAge,
      above: maxRecordAge.toMilliseconds() / 2,
      means:
        `Contact records wait for more than ${maxRecordAge.toHours() / 2} hours. Those that wait for ` +
        `${maxRecordAge.toHours()} hours are given up: no message is published for these customers.`,
    });
    this.add('StreamNotRead', {
      metric: metrics.unread,
      periods: 2,
      means: 'Contact records arrive, but are not read: the mapping is disabled, or may not read the stream.',
    });
    this.add('FunctionErrors', {
      metric: metrics.errors,
      periods: 3,
      ofThem: 2,
      means:
        'The function crashes or runs out of time or memory. Its batches are retried: nothing is lost yet.',
    });
    this.add('FunctionThrottles', {
      metric: metrics.functionThrottles,
      periods: 3,
      means: "The account's concurrency is used up, so contact records wait.",
    });
    this.add('RecordsQuarantined', {
      metric: metrics.count('quarantined'),
      means: 'Records that can never be processed are in the failure bucket. They are in no table.',
    });
    this.add('RecordsConflicting', {
      metric: metrics.count('conflicting'),
      means:
        'Contact records have the second of the stored one, but other content. The table keeps the first to arrive, so ' +
        'it may lack later content. The others are in the failure bucket.',
    });
    this.add('MessagesRefused', {
      metric: metrics.count('refused'),
      means: 'Abandoned contacts are stored, but SNS refused their message: it was not published.',
    });
    this.add('RecordsGivenUp', {
      metric: metrics.givenUp,
      means: 'Records that could not be processed in time went to the failure bucket. They are in no table.',
    });
    this.add('RecordsDropped', {
      metric: metrics.dropped,
      means:
        'Records that could not be processed in time are lost: Lambda dropped them, and the failure bucket does not ' +
        'have them. Read them from the stream while it keeps them, and send them again with npm run backfill.',
    });
    this.add('FailureDestinationUnreachable', {
      metric: metrics.undeliverable,
      means:
        'Records are lost: Lambda gave them up, could not write them to the failure bucket, and dropped them. More ' +
        'follow until it can be written. Get them back from the stream with npm run backfill, while it keeps them.',
    });
    this.add('TablesThrottled', {
      metric: metrics.tableThrottles,
      periods: 3,
      means: 'DynamoDB refuses writes for now, so contact records wait.',
    });
    this.add('NotificationsFailed', {
      metric: metrics.notificationsFailed,
      means: 'SNS could not deliver messages to a subscriber, who does not learn of these customers.',
    });
    if (noRecordsAlarmHours !== undefined) {
      this.add('NoRecordsStored', {
        metric: metrics.storedInAnHour,
        below: 1,
        periods: noRecordsAlarmHours,
        missing: TreatMissingData.BREACHING,
        means: `No contact record was stored for ${noRecordsAlarmHours} hours: no customer contacts the centre, or no record arrives.`,
      });
    }
  }

  private add(name: string, watch: Watch): void {
    const { periods = 1 } = watch;
    const alarm = new Alarm(this, name, {
      alarmName: `${Stack.of(this).stackName}-${name}`,
      alarmDescription: `${watch.means} What to do: docs/runbook.md, "${name}".`,
      metric: watch.metric,
      threshold: watch.below ?? watch.above ?? 0,
      comparisonOperator:
        watch.below === undefined
          ? ComparisonOperator.GREATER_THAN_THRESHOLD
          : ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: periods,
      datapointsToAlarm: watch.ofThem ?? periods,
      treatMissingData: watch.missing ?? TreatMissingData.NOT_BREACHING,
    });
    const notify = new SnsAction(this.props.operationsTopic);
    alarm.addAlarmAction(notify);
    alarm.addOkAction(notify);
    this.alarms.push(alarm);
    const { unread, givenUp, dropped } = this.props.metrics;
    const ofMapping: IMetric[] = [unread, givenUp, dropped];
    if (ofMapping.includes(watch.metric)) this.ofMapping.push(alarm);
  }
}

interface Watch {
  readonly metric: IMetric;
  /** The alarm fires above this value. @default 0 */
  readonly above?: number;
  /** The alarm fires below this value. */
  readonly below?: number;
  /** Consecutive periods of the metric that are evaluated. @default 1 */
  readonly periods?: number;
  /** How many of these periods must breach. @default all */
  readonly ofThem?: number;
  /** How missing data is treated. @default not breaching */
  readonly missing?: TreatMissingData;
  /** What it means for the contact centre. */
  readonly means: string;
}
