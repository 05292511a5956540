import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import {
  EventSourceMapping,
  type IEventSourceDlq,
  type IFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface ContactRecordMappingProps {
  readonly function: IFunction;
  readonly stream: IStream;
  readonly failureBucket: IBucket;
  /** Most records in one batch: 1 to 10,000. */
  readonly batchSize: number;
  /** How long to wait for a full batch, in seconds: 0 to 300. */
  readonly batchingWindowSeconds: number;
}

/**
 * The event source mapping between stream and function. A batch is retried from the first record that is not done,
 * without a limit on the number of retries: an outage may last for days. What gets older than the record age limit
 * goes to the failure bucket with its payload. There is no event filter: a filter drops a record that is not JSON
 * without a trace.
 */
export class ContactRecordMapping extends Construct {
  /** Shorter than the stream's retention: a record that expires in Kinesis reaches no destination. */
  static readonly MAX_RECORD_AGE = Duration.days(6);

  constructor(scope: Construct, id: string, props: ContactRecordMappingProps) {
    super(scope, id);
    props.function.addToRolePolicy(
      new PolicyStatement({
        actions: [
          'kinesis:DescribeStream',
          'kinesis:DescribeStreamSummary',
          'kinesis:GetRecords',
          'kinesis:GetShardIterator',
          'kinesis:ListShards',
          'kinesis:ListStreams',
        ],
        resources: [props.stream.streamArn],
      }),
    );
    new EventSourceMapping(this, 'Mapping', {
      target: props.function,
      eventSourceArn: props.stream.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: props.batchSize,
      maxBatchingWindow: Duration.seconds(props.batchingWindowSeconds),
      reportBatchItemFailures: true,
      // For what the function can't answer for itself: a batch that kills it is narrowed down to the record.
      bisectBatchOnError: true,
      maxRecordAge: ContactRecordMapping.MAX_RECORD_AGE,
      onFailure: failureDestination(props.failureBucket),
    });
  }
}

/**
 * The S3 failure destination, the only kind that keeps the payload. CDK's own would also let the function read and
 * delete what is in the bucket; the mapping needs to put objects under its own prefix and to list the bucket.
 */
function failureDestination(bucket: IBucket): IEventSourceDlq {
  return {
    bind: (_mapping, target) => {
      target.addToRolePolicy(
        new PolicyStatement({ actions: ['s3:PutObject'], resources: [bucket.arnForObjects('aws/lambda/*')] }),
      );
      target.addToRolePolicy(
        new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }),
      );
      return { destination: bucket.bucketArn };
    },
  };
}
