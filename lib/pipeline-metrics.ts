/**
 * Defines the metrics that alarms and dashboard use. The function emits some of them. AWS services emit the others, under
 * the names in their documentation.
 */
import { Duration, Stack } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { EventSourceMapping, IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { METRIC, METRIC_NAMESPACE, notAbandonedMetric } from '../lambda/contact-records/contract';

/** Resources whose metrics are watched. */
export interface WatchedResources {
  readonly function: IFunction;
  readonly mapping: EventSourceMapping;
  readonly stream: IStream;
  readonly recordsTable: ITable;
  readonly ledgerTable: ITable;
  readonly topic: ITopic;
}

export type PipelineMetrics = ReturnType<typeof createPipelineMetrics>;

const FIVE_MINUTES = Duration.minutes(5);

/** Returns the metrics. Without another statistic or period, each is a sum over five minutes. */
export function createPipelineMetrics(watched: WatchedResources) {
  const sum = (
    namespace: string,
    metricName: string,
    dimensionsMap: Record<string, string>,
    label?: string,
  ) =>
    new Metric({ namespace, metricName, dimensionsMap, label, statistic: Stats.SUM, period: FIVE_MINUTES });

  const service = Stack.of(watched.function).stackName;
  const ofFunction = (name: string, label: string) => sum(METRIC_NAMESPACE, name, { service }, label);
  const ofLambda = (name: string, label: string) =>
    sum('AWS/Lambda', name, { FunctionName: watched.function.functionName }, label);
  const ofMapping = (name: string, label?: string) =>
    sum('AWS/Lambda', name, { EventSourceMappingUUID: watched.mapping.eventSourceMappingId }, label);
  const ofStream = (name: string, label?: string) =>
    sum('AWS/Kinesis', name, { StreamName: watched.stream.streamName }, label);
  const ofTable = (name: string, table: ITable) => sum('AWS/DynamoDB', name, { TableName: table.tableName });

  return {
    /** Returns a count that the function emits. */
    count: (name: keyof typeof METRIC): Metric => ofFunction(METRIC[name], METRIC[name]),
    /** Returns the count of contacts that are not abandoned for a reason. */
    notAbandoned: (reason: string): Metric => ofFunction(notAbandonedMetric(reason), reason),
    /** Returns milliseconds from a record's arrival in the stream until it is stored. */
    arrivalToStored: (percentile: number): Metric =>
      ofFunction(METRIC.arrivalToStored, `p${percentile}`).with({ statistic: Stats.percentile(percentile) }),

    /** Milliseconds for which the last record of a batch was in the stream. */
    iteratorAge: ofLambda('IteratorAge', 'iterator age').with({ statistic: Stats.MAXIMUM }),
    errors: ofLambda('Errors', 'invocations that failed'),
    functionThrottles: ofLambda('Throttles', 'function'),
    undeliverable: ofLambda('DestinationDeliveryFailures', 'not delivered to the failure bucket'),

    dropped: ofMapping('DroppedEventCount', 'dropped'),
    givenUp: ofMapping('OnFailureDestinationDeliveredEventCount', 'given up'),

    /**
     * 1 if records arrive and none is read, otherwise 0.
     *
     * A mapping that does not run has no datapoints. `IF` treats a missing value as 0, even if there never was a datapoint.
     * For `FILL`, this is not documented.
     */
    unread: new MathExpression({
      expression: 'IF(IF(FILL(arrived, 0) > 0, polled, 1), 0, 1)',
      usingMetrics: { arrived: ofStream('IncomingRecords'), polled: ofMapping('PolledEventCount') },
      period: Duration.minutes(15),
      label: 'records arrive, and none is read',
    }),
    /** Records stored in an hour. `FILL` prevents CloudWatch from evaluating older datapoints instead of missing ones. */
    storedInAnHour: new MathExpression({
      expression: 'FILL(stored, 0)',
      usingMetrics: { stored: ofFunction(METRIC.stored, METRIC.stored) },
      period: Duration.hours(1),
      label: 'stored',
    }),

    arrived: ofStream('IncomingRecords', 'arrived in the stream'),
    streamReadThrottles: ofStream('ReadProvisionedThroughputExceeded', 'reading the stream'),
    streamWriteThrottles: ofStream('WriteProvisionedThroughputExceeded', 'writing to the stream'),

    tableThrottles: new MathExpression({
      expression: 'FILL(records, 0) + FILL(ledger, 0)',
      usingMetrics: {
        records: ofTable('WriteThrottleEvents', watched.recordsTable),
        ledger: ofTable('WriteThrottleEvents', watched.ledgerTable),
      },
      period: FIVE_MINUTES,
      label: 'writing to the tables',
    }),

    notificationsFailed: sum(
      'AWS/SNS',
      'NumberOfNotificationsFailed',
      { TopicName: watched.topic.topicName },
      'not delivered to a subscriber',
    ),
  };
}
