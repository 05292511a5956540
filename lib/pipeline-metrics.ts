/**
 * Every metric that alarms and dashboard speak of, once. Those of the function are the names that it emits; those of AWS
 * are named as the services document them.
 */
import { Duration, Stack } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { EventSourceMapping, IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { METRIC, METRIC_NAMESPACE, notAbandonedMetric } from '../lambda/contact-records/contract';

/** The parts whose metrics are watched. */
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

/** Sums over five minutes, unless said otherwise. */
export function createPipelineMetrics(watched: WatchedResources) {
  const sum = (namespace: string, metricName: string, dimensionsMap: Record<string, string>): Metric =>
    new Metric({ namespace, metricName, dimensionsMap, statistic: Stats.SUM, period: FIVE_MINUTES });

  const ofFunction = (name: string) =>
    sum(METRIC_NAMESPACE, name, { service: Stack.of(watched.function).stackName });
  const ofLambda = (name: string) => sum('AWS/Lambda', name, { FunctionName: watched.function.functionName });
  const ofMapping = (name: string) =>
    sum('AWS/Lambda', name, { EventSourceMappingUUID: watched.mapping.eventSourceMappingId });
  const ofStream = (name: string) => sum('AWS/Kinesis', name, { StreamName: watched.stream.streamName });
  const ofTable = (name: string, table: ITable) => sum('AWS/DynamoDB', name, { TableName: table.tableName });
  const ofTopic = (name: string) => sum('AWS/SNS', name, { TopicName: watched.topic.topicName });

  return {
    /** One of the function's own counts. */
    count: (name: keyof typeof METRIC): Metric => ofFunction(METRIC[name]).with({ label: METRIC[name] }),
    /** Contacts that are not abandoned, for one reason. */
    notAbandoned: (reason: string): Metric => ofFunction(notAbandonedMetric(reason)).with({ label: reason }),
    /** Milliseconds from a record's arrival in the stream to its being stored. */
    arrivalToStored: (percentile: number): Metric =>
      ofFunction(METRIC.arrivalToStored).with({
        statistic: Stats.percentile(percentile),
        label: `p${percentile}`,
      }),

    /** Milliseconds that the last record of a batch had been in the stream. */
    iteratorAge: ofLambda('IteratorAge').with({ statistic: Stats.MAXIMUM, label: 'iterator age' }),
    errors: ofLambda('Errors').with({ label: 'invocations that failed' }),
    functionThrottles: ofLambda('Throttles').with({ label: 'function' }),
    undeliverable: ofLambda('DestinationDeliveryFailures').with({
      label: 'not delivered to the failure bucket',
    }),

    dropped: ofMapping('DroppedEventCount').with({ label: 'dropped' }),
    givenUp: ofMapping('OnFailureDestinationDeliveredEventCount').with({ label: 'given up' }),

    /** 1 where records arrive and none is read. */
    unread: new MathExpression({
      expression: 'IF(FILL(arrived, 0) > 0 AND FILL(polled, 0) == 0, 1, 0)',
      usingMetrics: { arrived: ofStream('IncomingRecords'), polled: ofMapping('PolledEventCount') },
      period: FIVE_MINUTES,
      label: 'records arrive, and none is read',
    }),

    arrived: ofStream('IncomingRecords').with({ label: 'arrived in the stream' }),
    streamReadThrottles: ofStream('ReadProvisionedThroughputExceeded').with({ label: 'reading the stream' }),
    streamWriteThrottles: ofStream('WriteProvisionedThroughputExceeded').with({
      label: 'writing to the stream',
    }),

    tableThrottles: new MathExpression({
      expression: 'FILL(records, 0) + FILL(ledger, 0)',
      usingMetrics: {
        records: ofTable('WriteThrottleEvents', watched.recordsTable),
        ledger: ofTable('WriteThrottleEvents', watched.ledgerTable),
      },
      period: FIVE_MINUTES,
      label: 'writing to the tables',
    }),

    notificationsFailed: ofTopic('NumberOfNotificationsFailed').with({
      label: 'not delivered to a subscriber',
    }),
  };
}
