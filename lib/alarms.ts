import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { PipelineMetrics } from './pipeline-metrics';
import type { CheckedSettings } from './settings';

export interface AlarmsProps extends Pick<CheckedSettings, 'noRecordsAlarmHours'> {
  /** Metrics that the alarms watch. */
  readonly metrics: PipelineMetrics;
  /** Receives notifications when an alarm fires or recovers. */
  readonly operationsTopic: ITopic;
  /** Age at which the event source mapping gives up a record. */
  readonly maxRecordAge: Duration;
}

/** Creates the alarms. Each has an entry in `docs/runbook.md`. */
export class Alarms extends Construct {
  readonly alarms: Alarm[] = [];
  /** Alarms on metrics of the event source mapping. CloudFormation creates them after the mapping. */
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
      description:
        'Contact records are processed more than ten minutes late. Customers are called back late.',
    });
    this.add('IteratorAgeCritical', {
      metric: metrics.iteratorAge,
      above: maxRecordAge.toMilliseconds() / 2,
      description:
        `Contact records have waited in the stream for more than ${maxRecordAge.toHours() / 2} hours. At ` +
        `${maxRecordAge.toHours()} hours, they go to the failure bucket, and no message is published for them.`,
    });
    this.add('StreamNotRead', {
      metric: metrics.unread,
      periods: 2,
      description:
        'Contact records arrive in the stream, but the event source mapping reads none. They wait.',
    });
    this.add('FunctionErrors', {
      metric: metrics.errors,
      periods: 3,
      ofThem: 2,
      description:
        'The function crashes, or exceeds its time or memory. Lambda retries the batches. Nothing is lost yet.',
    });
    this.add('FunctionThrottles', {
      metric: metrics.functionThrottles,
      periods: 3,
      description: 'Lambda throttles the function, because its concurrency is used up. Contact records wait.',
    });
    this.add('RecordsQuarantined', {
      metric: metrics.count('quarantined'),
      description: 'Records that can never be processed are in the failure bucket. They are in no table.',
    });
    this.add('RecordsConflicting', {
      metric: metrics.count('conflicting'),
      description:
        'Contact records have the LastUpdateTimestamp of the stored record, but different content. The table keeps the ' +
        'first to arrive. The others are in the failure bucket.',
    });
    this.add('MessagesRefused', {
      metric: metrics.count('refused'),
      description:
        'Abandoned contacts are stored, but not published: SNS rejects their messages, or an internal error occurred.',
    });
    this.add('RecordsGivenUp', {
      metric: metrics.givenUp,
      description: 'Records reached the maximum age and are in the failure bucket. They are in no table.',
    });
    this.add('RecordsDropped', {
      metric: metrics.dropped,
      description:
        'Lambda dropped records that reached the maximum age. The failure bucket does not have them. The stream still ' +
        'has them until its retention ends.',
    });
    this.add('FailureDestinationUnreachable', {
      metric: metrics.undeliverable,
      description:
        'Lambda cannot write records that reached the maximum age to the failure bucket, and drops them. The stream ' +
        'still has them until its retention ends.',
    });
    this.add('TablesThrottled', {
      metric: metrics.tableThrottles,
      periods: 3,
      description: 'DynamoDB throttles writes to the tables. Contact records wait.',
    });
    this.add('NotificationsFailed', {
      metric: metrics.notificationsFailed,
      description: 'SNS could not deliver messages about abandoned contacts to a subscriber.',
    });
    if (noRecordsAlarmHours !== undefined) {
      this.add('NoRecordsStored', {
        metric: metrics.storedInAnHour,
        below: 1,
        periods: noRecordsAlarmHours,
        missing: TreatMissingData.BREACHING,
        description: `No contact record was stored for ${noRecordsAlarmHours} hours: there were no contacts, Connect exports none, or the function stores none.`,
      });
    }
  }

  private add(name: string, watch: Watch): void {
    const { periods = 1 } = watch;
    const alarm = new Alarm(this, name, {
      alarmName: `${Stack.of(this).stackName}-${name}`,
      alarmDescription: `${watch.description} What to do: docs/runbook.md, "${name}".`,
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
  /**
   * The alarm fires above this value.
   * @default 0
   */
  readonly above?: number;
  /**
   * The alarm fires below this value.
   * @default - the alarm fires above a value
   */
  readonly below?: number;
  /**
   * Consecutive periods of the metric that the alarm evaluates.
   * @default 1
   */
  readonly periods?: number;
  /**
   * Number of these periods that must breach.
   * @default - all periods
   */
  readonly ofThem?: number;
  /**
   * How missing data is treated.
   * @default TreatMissingData.NOT_BREACHING
   */
  readonly missing?: TreatMissingData;
  /** What happened, and what follows from it. */
  readonly description: string;
}
