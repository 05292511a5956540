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

export interface ContactRecordMappingProps {
  readonly function: IFunction;
  readonly stream: IStream;
  readonly failureBucket: IBucket;
  /** Most records in one batch: 1 to 10,000. */
  readonly batchSize: number;
  /** How long to wait for a full batch, in seconds: 0 to 300. */
  readonly batchingWindowSeconds: number;
  /** Batches of one shard that are processed at the same time: 1 to 10. */
  readonly parallelizationFactor: number;
  /** When a record is given up: less than the stream's retention. */
  readonly maxRecordAge: Duration;
  /** The customer-managed key of a stream that is not the stack's own. */
  readonly streamKeyArn?: string | undefined;
}

/**
 * The event source mapping between stream and function. A batch is retried from the first record that is not done, without
 * a limit on retries: an outage may last for days. What gets older than the record age limit goes to the failure bucket
 * with its payload. There is no event filter: it would drop a record that is not JSON without a trace.
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
      // For what the function can't answer for itself: a batch that kills it is narrowed down to the record.
      bisectBatchOnError: true,
      maxRecordAge: props.maxRecordAge,
      onFailure: failureDestination(props.failureBucket),
      // What is dropped or given up is counted only on request.
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    });
  }
}

/** What Lambda requires of the role. Not `ListStreams`: it knows no resource, so on a stream it would allow nothing. */
const READ_STREAM = [
  'kinesis:DescribeStream',
  'kinesis:DescribeStreamSummary',
  'kinesis:GetRecords',
  'kinesis:GetShardIterator',
  'kinesis:ListShards',
];

const DESTINATION_FOLDER = 'aws/lambda/';

/**
 * The S3 failure destination, the only kind that keeps the payload. CDK's own would also let the function read and
 * delete what is in the bucket; the mapping needs to put objects under its own prefix and to list the bucket.
 */
function failureDestination(bucket: IBucket): IEventSourceDlq {
  return {
    bind: (_mapping, target) => {
      if (target.role) {
        allowPutIntoFolders(
          target.role,
          bucket,
          [DESTINATION_FOLDER],
          'Lambda names these objects itself, after mapping, shard and time. It may put them there, and neither read nor ' +
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
