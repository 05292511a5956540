import { CfnMapping, Duration, Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  type Metric,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import {
  METRIC,
  NOT_ABANDONED_REASONS,
  type Outcome,
  OUTCOME_DESCRIPTIONS,
  OUTCOMES,
} from '../lambda/contact-records/contract';
import type { PipelineMetrics } from './pipeline-metrics';
import { SavedQueries } from './saved-queries';

export interface OperationsDashboardProps {
  /** Metrics to show. */
  readonly metrics: PipelineMetrics;
  /** Alarms whose status is shown. */
  readonly alarms: readonly Alarm[];
  /** Log group that the drift table queries. */
  readonly logGroup: ILogGroup;
}

/** Sizes in units of the dashboard's grid. */
const WIDTH = 24;
const HEIGHT = 6;
const TEXT_HEIGHT = 3;

/** The domain of the AWS Management Console, by partition. */
const CONSOLES = {
  aws: { domain: 'console.aws.amazon.com' },
  'aws-us-gov': { domain: 'console.amazonaws-us-gov.com' },
  'aws-cn': { domain: 'console.amazonaws.cn' },
};

/** Creates a dashboard with one row for each question of an operator. */
export class OperationsDashboard extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, props: OperationsDashboardProps) {
    super(scope, id);
    const { metrics } = props;
    const hourly = (metric: Metric): Metric => metric.with({ period: Duration.hours(1) });

    const dashboardName = Stack.of(this).stackName;
    const { region, partition } = Stack.of(this);
    const consoles = new CfnMapping(this, 'Consoles', { mapping: CONSOLES });
    const domain = consoles.findInMap(partition, 'domain');
    this.url = `https://${region}.${domain}/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName}`;
    new Dashboard(this, 'Dashboard', {
      dashboardName,
      defaultInterval: Duration.days(1),
      widgets: [
        row(
          'Are contacts coming in, and what becomes of them?',
          `Each delivery has exactly one outcome. ${OUTCOMES.map(meaning).join('; ')}. Connect sends each record at least ` +
            'once, so some deliveries are always redelivered, stale or superseded.',
          stacked('What became of them', OUTCOMES.map(metrics.count)),
          lines('Records in the stream', [metrics.arrived]),
        ),
        row(
          'How many contacts are abandoned?',
          'Left: customers who left while waiting in a queue; one message is published for each. **TooOldToPublish**: the ' +
            'contact ended longer ago than `notifyWithinHours`. Right: why other stored versions are not abandoned.',
          stacked('Abandoned contacts an hour', [
            hourly(metrics.count('published')),
            hourly(metrics.count('tooOld')),
            hourly(metrics.count('awaitingNextContact')),
          ]),
          stacked(
            'Not abandoned, by reason, an hour',
            NOT_ABANDONED_REASONS.map(metrics.notAbandoned).map(hourly),
          ),
        ),
        row(
          'How late are we?',
          'Left: the time from the arrival of a record in the stream until it is stored. Right: how long the last record of ' +
            'a batch waited. Connect sends a record minutes after the contact ended.',
          lines('Milliseconds from arrival to stored', [50, 99].map(metrics.arrivalToStored)),
          lines('Milliseconds of iterator age, at most', [metrics.iteratorAge]),
        ),
        row(
          'What fails?',
          '**PartialBatchFailures**: batches that ended early and are retried, for example while a service is down. ' +
            '**Quarantined**, **refused**, **conflicting** and **given up** records are in the failure bucket; ' +
            '`npm run redrive` lists them.',
          lines('Retried', [metrics.count('partialBatchFailures'), metrics.errors]),
          stacked('In the failure bucket, or lost', [
            metrics.count('quarantined'),
            metrics.count('refused'),
            metrics.count('conflicting'),
            metrics.givenUp,
            metrics.dropped,
            metrics.undeliverable,
          ]),
          lines('Messages', [metrics.notificationsFailed]),
          (width) =>
            new AlarmStatusWidget({ title: 'Alarms', alarms: [...props.alarms], width, height: HEIGHT }),
        ),
        row(
          'Is anything throttled?',
          'Requests that a service throttled and that are retried. If it continues, records are processed late.',
          lines('Throttled', [
            metrics.functionThrottles,
            metrics.tableThrottles,
            metrics.streamReadThrottles,
            metrics.streamWriteThrottles,
          ]),
        ),
        row(
          'Has Connect changed its records?',
          'Paths of fields and values that the model does not know. The records are stored. Each execution environment of ' +
            'the function reports a path once.',
          lines('Drift', [metrics.count('drift')]),
          (width) =>
            new LogQueryWidget({
              title: 'Paths',
              logGroupNames: [props.logGroup.logGroupName],
              queryString: SavedQueries.DRIFT.toString(),
              view: LogQueryVisualizationType.TABLE,
              width,
              height: HEIGHT,
            }),
        ),
      ].flat(),
    });
  }
}

const meaning = (outcome: Outcome): string => `**${METRIC[outcome]}**: ${OUTCOME_DESCRIPTIONS[outcome]}`;

/** Returns a text widget with the question; below it, the other widgets side by side. */
function row(question: string, markdown: string, ...widgets: ((width: number) => IWidget)[]): IWidget[][] {
  const width = WIDTH / widgets.length;
  return [
    [new TextWidget({ markdown: `## ${question}\n${markdown}`, width: WIDTH, height: TEXT_HEIGHT })],
    widgets.map((widget) => widget(width)),
  ];
}

const lines = (title: string, left: IMetric[]) => (width: number) =>
  new GraphWidget({ title, left, width, height: HEIGHT });

const stacked = (title: string, left: IMetric[]) => (width: number) =>
  new GraphWidget({ title, left, stacked: true, width, height: HEIGHT });
