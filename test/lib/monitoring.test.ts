/**
 * Tests alarms and dashboard. Each metric must exist: the function must emit it, or AWS must document it. An alarm on a
 * missing metric would never fire.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Logger } from '@aws-lambda-powertools/logger';
import { NOT_ABANDONED_REASONS } from '../../lambda/contact-records/contact-record/abandoned';
import { RetryableError } from '../../lambda/contact-records/aws/errors';
import { METRIC_NAMESPACE } from '../../lambda/contact-records/contract';
import {
  type WorkItemResult,
  OUTCOMES,
  QUARANTINE_REASONS,
} from '../../lambda/contact-records/batch/outcome';
import { createReport } from '../../lambda/contact-records/telemetry/report';
import { propertiesOf, templateOf } from './synthesized';

const STACK = 'ContactRecordPipeline';
const template = templateOf({ noRecordsAlarmHours: 4 });

interface MetricRef {
  namespace: string;
  name: string;
  dimensions: string[];
}

/** Namespace, names and dimensions as the services document them in their pages on CloudWatch metrics. */
const DOCUMENTED: readonly [namespace: string, dimension: string, names: readonly string[]][] = [
  [
    'AWS/Lambda',
    'FunctionName',
    ['Invocations', 'Errors', 'Throttles', 'Duration', 'IteratorAge', 'DestinationDeliveryFailures'],
  ],
  [
    'AWS/Lambda',
    'EventSourceMappingUUID',
    [
      'PolledEventCount',
      'InvokedEventCount',
      'FailedInvokeEventCount',
      'DroppedEventCount',
      'OnFailureDestinationDeliveredEventCount',
    ],
  ],
  ['AWS/DynamoDB', 'TableName', ['WriteThrottleEvents', 'ReadThrottleEvents', 'ConsumedWriteCapacityUnits']],
  ['AWS/SNS', 'TopicName', ['NumberOfMessagesPublished', 'NumberOfNotificationsFailed']],
  [
    'AWS/Kinesis',
    'StreamName',
    ['IncomingRecords', 'ReadProvisionedThroughputExceeded', 'WriteProvisionedThroughputExceeded'],
  ],
];

/** All metrics that the function can emit, from a batch with all outcomes. */
function emitted(): string[] {
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: STACK });
  const logger = new Logger({ serviceName: STACK, logLevel: 'SILENT' });
  const done: WorkItemResult[] = [
    ...OUTCOMES.map((outcome): WorkItemResult => ({ outcomes: [outcome], failedRecords: [] })),
    ...NOT_ABANDONED_REASONS.map((notAbandoned): WorkItemResult => ({
      outcomes: [],
      failedRecords: [],
      notAbandoned,
      arrivalToStoredMs: 1,
    })),
    ...(['published', 'already-published', 'too-old'] as const).map((publication): WorkItemResult => ({
      outcomes: [],
      failedRecords: [],
      publications: [publication],
      arrivalToStoredMs: 1,
    })),
    ...(['abandoned', 'continued', 'awaiting'] as const).map((nextContact): WorkItemResult => ({
      outcomes: [],
      failedRecords: [],
      nextContact,
      arrivalToStoredMs: 1,
    })),
    {
      outcomes: [],
      failedRecords: [
        { kind: 'conflicting', reason: 'same-second-other-content', eventId: 'e' },
        { kind: 'refused', reason: 'message-refused', eventId: 'e' },
      ],
    },
  ];
  const drift = [{ path: 'Agent.Shoe', kind: 'unknown-field' } as const];
  createReport(logger, metrics, () => 0)(
    [],
    { done, drift, error: new RetryableError('SNS', 'x'), retryFrom: '1' },
    0,
  );
  const { CloudWatchMetrics } = metrics.serializeMetrics()._aws;
  return CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Metrics.map(({ Name }) => `${Namespace} ${Name} ${Dimensions.flat().join()}=${STACK}`),
  );
}

/** Metrics that are neither emitted nor documented. */
function impossible(metrics: readonly MetricRef[]): string[] {
  const known = new Set([
    ...emitted(),
    ...DOCUMENTED.flatMap(([namespace, dimension, names]) =>
      names.map((name) => `${namespace} ${name} ${dimension}`),
    ),
  ]);
  return metrics
    .map(({ namespace, name, dimensions }) => `${namespace} ${name} ${dimensions.join()}`)
    .filter((metric) => !known.has(metric));
}

type Json = Record<string, unknown>;
/** The value of a dimension of ours is known at synthesis; that of a service names a resource, which is not. */
const dimension = (name: string, value: unknown): string =>
  typeof value === 'string' && name === 'service' ? `${name}=${value}` : name;

function metricOfAlarm({ Namespace, MetricName, Dimensions = [] }: Json): MetricRef {
  return {
    namespace: String(Namespace),
    name: String(MetricName),
    dimensions: (Dimensions as { Name: string; Value: unknown }[]).map(({ Name, Value }) =>
      dimension(Name, Value),
    ),
  };
}

/** An alarm's own metric, or those of its expression. */
const metricsOfAlarm = (alarm: Json): MetricRef[] =>
  alarm.MetricName === undefined
    ? (alarm.Metrics as { MetricStat?: { Metric: Json } }[]).flatMap(({ MetricStat }) =>
        MetricStat ? [metricOfAlarm(MetricStat.Metric)] : [],
      )
    : [metricOfAlarm(alarm)];

describe('the alarms', () => {
  const alarms = propertiesOf('AWS::CloudWatch::Alarm', template);
  const runbook = readFileSync(join(__dirname, '../../docs/runbook.md'), 'utf8');
  const nameOf = ({ AlarmName }: Json): string => String(AlarmName).replace(`${STACK}-`, '');

  it('are these by default', () => {
    const names = [
      'IteratorAgeWarning',
      'IteratorAgeCritical',
      'StreamNotRead',
      'FunctionErrors',
      'FunctionThrottles',
      'RecordsQuarantined',
      'RecordsConflicting',
      'MessagesRefused',
      'RecordsGivenUp',
      'RecordsDropped',
      'FailureDestinationUnreachable',
      'TablesThrottled',
      'NotificationsFailed',
    ];
    expect(alarms.map(nameOf).sort()).toEqual([...names, 'NoRecordsStored'].sort());
    expect(propertiesOf('AWS::CloudWatch::Alarm', templateOf()).map(nameOf).sort()).toEqual(names.sort());
  });

  it('have metrics that exist', () => {
    const metrics = alarms.flatMap(metricsOfAlarm);
    expect(metrics.length).toBeGreaterThan(alarms.length);
    expect(impossible(metrics)).toEqual([]);
  });

  it('have a description, and an entry in the runbook', () => {
    const entries = [...runbook.matchAll(/^## (\w+)$/gm)].map(([, title]) => title);
    expect(entries.sort()).toEqual(alarms.map(nameOf).sort());
    const [urgency = ''] = runbook.split('**The dashboard**');
    for (const alarm of alarms) {
      expect(urgency.split(`\`${nameOf(alarm)}\``)).toHaveLength(2);
      expect(alarm.AlarmDescription).toMatch(/^[A-Z].{30,}\. What to do: docs\/runbook\.md, "\w+"\.$/);
      expect(alarm.AlarmDescription).toContain(`"${nameOf(alarm)}"`);
    }
  });

  it('have a runbook entry with each reason of quarantine', () => {
    const [, entry = ''] = runbook.split('\n## RecordsQuarantined\n');
    const named = Array.from(
      entry.split('\n## ')[0]?.matchAll(/`([a-z0-9-]+…?)`/g) ?? [],
      ([, name = '']) => name,
    );
    const isNamed = (reason: string) =>
      named.some((name) => (name.endsWith('…') ? reason.startsWith(name.slice(0, -1)) : reason === name));
    expect(QUARANTINE_REASONS.filter((reason) => !isNamed(reason))).toEqual([]);
  });

  it('notify the operations topic when they fire and when they recover', () => {
    const topic = [{ Ref: expect.stringMatching(/^OperationsTopic/) as string }];
    for (const alarm of alarms) expect(alarm).toMatchObject({ AlarmActions: topic, OKActions: topic });
  });

  it('treat missing data as not breaching, except when they detect missing records', () => {
    for (const alarm of alarms) {
      expect(alarm.TreatMissingData).toBe(nameOf(alarm) === 'NoRecordsStored' ? 'breaching' : 'notBreaching');
    }
  });

  it('fire at half of the maximum record age', () => {
    const late = propertiesOf('AWS::CloudWatch::Alarm', templateOf({ maxRecordAgeHours: 10 })).find(
      (alarm) => nameOf(alarm) === 'IteratorAgeCritical',
    );
    expect(late).toMatchObject({
      Threshold: 5 * 3_600_000,
      AlarmDescription: expect.stringContaining('more than 5 hours. At 10 hours, they go') as string,
    });
  });
});

describe('the dashboard', () => {
  const [properties] = propertiesOf('AWS::CloudWatch::Dashboard', template);
  /** As CloudWatch gets it, with a word for each reference. */
  const [, parts] = (properties?.DashboardBody as { 'Fn::Join': [string, unknown[]] })['Fn::Join'];
  const body = JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'reference')).join('')) as {
    widgets: { type: string; x: number; y: number; width: number; height: number; properties: Json }[];
  };

  it('has a row for each of these questions', () => {
    const questions = body.widgets
      .filter(({ type }) => type === 'text')
      .map(({ properties: { markdown } }) => /^## (.*)\n/.exec(String(markdown))?.[1]);
    expect(questions).toEqual([
      'Are contacts coming in, and what becomes of them?',
      'How many contacts are abandoned?',
      'How late are we?',
      'What fails?',
      'Is anything throttled?',
      'Has Connect changed its records?',
    ]);
  });

  it('shows metrics that exist', () => {
    const metrics = body.widgets.flatMap(({ properties: { metrics = [] } }) =>
      (metrics as unknown[][]).map(metricOfRow),
    );
    const shown = metrics.filter((metric) => metric !== undefined);
    expect(shown.length).toBeGreaterThan(30);
    expect(impossible(shown)).toEqual([]);
    const ours = shown.filter(({ namespace }) => namespace === METRIC_NAMESPACE).map(({ name }) => name);
    expect(ours).toEqual(
      expect.arrayContaining(['Stored', 'Published', 'PartialBatchFailures', 'ArrivalToStored', 'Drift']),
    );
  });

  it('fits the grid of a dashboard', () => {
    for (const { x, width } of body.widgets) expect(x + width).toBeLessThanOrEqual(24);
  });

  /** `[namespace, name, dimension, value, …, options]`; an expression is one object. */
  function metricOfRow(row: unknown[]): MetricRef | undefined {
    const [namespace, name, ...rest] = row.filter((part) => typeof part === 'string');
    if (namespace === undefined || name === undefined) return undefined;
    const dimensions = rest.flatMap((part, i) => (i % 2 === 0 ? [dimension(part, rest[i + 1])] : []));
    return { namespace, name, dimensions };
  }
});

describe('the saved queries', () => {
  it('have the name of the stack, and query the log of the function', () => {
    const queries = propertiesOf('AWS::Logs::QueryDefinition', template);
    expect(queries.map(({ Name }) => Name)).toEqual([
      `${STACK}/Drift`,
      `${STACK}/FailedRecords`,
      `${STACK}/EndedEarly`,
    ]);
    for (const { LogGroupNames } of queries) {
      expect(LogGroupNames).toEqual([{ Ref: expect.stringMatching(/^ContactRecordFunctionLogs/) as string }]);
    }
  });

  it('have no field whose name is a command of Logs Insights', () => {
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html. `SOURCE` only begins a query.
    const commands =
      'anomaly dedup diff display fields filter filterIndex fillmissing join limit lookup parse pattern'
        .concat(' sort stats unmask unnest where')
        .split(' ');
    const fields = propertiesOf('AWS::Logs::QueryDefinition', template).flatMap(({ QueryString }) =>
      [...String(QueryString).matchAll(/(?:fields | by )(.*)/g)].flatMap(([, names = '']) =>
        names.split(', '),
      ),
    );

    expect(fields).toEqual(expect.arrayContaining(['path', 'contactId', 'source']));
    expect(fields.filter((field) => commands.includes(field))).toEqual([]);
  });

  it('find drift by the message that the function logs, once per path', () => {
    template.hasResourceProperties('AWS::Logs::QueryDefinition', {
      Name: `${STACK}/Drift`,
      QueryString:
        'filter message = "contact record deviates from the model"\n' +
        '| stats min(@timestamp) as firstSeen, max(@timestamp) as lastSeen by path, kind\n' +
        '| sort firstSeen desc',
    });
  });
});

it('have no names in common when several stacks are in one account and region', () => {
  const named = (stackName: string): unknown[] =>
    Object.values(
      templateOf({}, stackName).toJSON().Resources as Record<string, { Properties: Json }>,
    ).flatMap(({ Properties: { AlarmName, DashboardName, Name, Environment } }) =>
      [
        AlarmName,
        DashboardName,
        Name,
        (Environment as { Variables?: Json } | undefined)?.Variables?.PIPELINE_NAME,
      ].filter((name) => name !== undefined),
    );
  const [one, other] = [named('Sales'), named('Support')];
  expect(one.length).toBeGreaterThan(20);
  expect(one.filter((name) => other.includes(name))).toEqual([]);
});
