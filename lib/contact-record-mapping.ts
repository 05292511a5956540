import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import {
  EventSourceMapping,
  type IEventSourceDlq,
  type IFunction,
  MetricType,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { allowPutIntoFolders } from './allow-put-into-folders';
import type { CheckedSettings } from './settings';

export interface ContactRecordMappingProps extends Pick<
  CheckedSettings,
  'batchSize' | 'batchingWindowSeconds' | 'parallelizationFactor' | 'streamKeyArn'
> {
  /** Processes the batches. */
  readonly function: IFunction;
  /** Source of the records. */
  readonly stream: IStream;
  /** Stores records that reach the maximum age. */
  readonly failureBucket: IBucket;
  /** Age at which a record is given up. It must be less than the stream's retention. */
  readonly maxRecordAge: Duration;
}

/**
 * Connects the stream to the function with an event source mapping.
 *
 * Lambda retries a batch from the first record that is not done, without a limit on retries, because an outage can last for
 * days. Records that reach the maximum age go to the failure bucket. There is no event filter, because a filter silently
 * drops records that are not JSON (docs/adr/0011).
 */
export class ContactRecordMapping extends Construct {
  readonly mapping: EventSourceMapping;

  constructor(scope: Construct, id: string, props: ContactRecordMappingProps) {
    super(scope, id);
    const allow = (actions: string[], resource: string): void => {
      props.function.addToRolePolicy(new PolicyStatement({ actions, resources: [resource] }));
    };
    allow(READ_STREAM, props.stream.streamArn);
    if (props.streamKeyArn !== undefined) allow(['kms:Decrypt'], props.streamKeyArn);
    this.mapping = new EventSourceMapping(this, 'Mapping', {
      target: props.function,
      eventSourceArn: props.stream.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: props.batchSize,
      maxBatchingWindow: Duration.seconds(props.batchingWindowSeconds),
      parallelizationFactor: props.parallelizationFactor,
      reportBatchItemFailures: true,
      // If a record kills the function, bisecting isolates that record.
      bisectBatchOnError: true,
      maxRecordAge: props.maxRecordAge,
      onFailure: failureDestination(props.failureBucket),
      // Lambda counts dropped and given-up records only with this option.
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    });
  }
}

/** Actions that Lambda requires. `ListStreams` is missing, because it supports no resource-level permissions. */
const READ_STREAM = [
  'kinesis:DescribeStream',
  'kinesis:DescribeStreamSummary',
  'kinesis:GetRecords',
  'kinesis:GetShardIterator',
  'kinesis:ListShards',
];

const DESTINATION_FOLDER = 'aws/lambda/';

/**
 * Returns an S3 failure destination, the only kind that keeps the payload.
 *
 * The CDK's own destination would also allow the function to read and delete objects (docs/adr/0011).
 */
function failureDestination(bucket: IBucket): IEventSourceDlq {
  return {
    bind: (_mapping, target) => {
      if (target.role) {
        allowPutIntoFolders(
          target.role,
          bucket,
          [DESTINATION_FOLDER],
          'Lambda chooses the object names from mapping, shard and time. It can put objects there, but not read or ' +
            'delete them.',
        );
      }
      target.addToRolePolicy(
        new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }),
      );
      return { destination: bucket.bucketArn };
    },
  };
}
