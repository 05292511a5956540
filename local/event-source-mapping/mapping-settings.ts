import type { MappingSettings } from './event-source-mapping';
import { resolve, type Resource, type ResourceValues } from '../stack/template';

/**
 * The settings of an event source mapping in a template, with Lambda's defaults.
 *
 * @throws Error for a property that would do something else in AWS than with the local mapping, and for a value that AWS
 * refuses
 */
export function mappingSettings({ logicalId, properties }: Resource): MappingSettings {
  const given = { ...DEFAULTS, ...properties };
  const refused = Object.entries(given).filter(([name, value]) => !SUPPORTED[name]?.(value));
  if (refused.length > 0) {
    const names = refused.map(([name]) => name).join(', ');
    throw new Error(`${logicalId}: the local event source mapping does not support this ${names}`);
  }
  return {
    batchSize: given.BatchSize,
    batchingWindowSeconds: given.MaximumBatchingWindowInSeconds,
    reportBatchItemFailures: given.FunctionResponseTypes.includes('ReportBatchItemFailures'),
    bisectBatchOnFunctionError: given.BisectBatchOnFunctionError,
    maximumRetryAttempts: given.MaximumRetryAttempts,
    maximumRecordAgeSeconds: given.MaximumRecordAgeInSeconds,
    parallelizationFactor: given.ParallelizationFactor,
  };
}

const DEFAULTS = {
  BatchSize: 100,
  MaximumBatchingWindowInSeconds: 0,
  FunctionResponseTypes: [] as string[],
  BisectBatchOnFunctionError: false,
  MaximumRetryAttempts: -1,
  MaximumRecordAgeInSeconds: -1,
  ParallelizationFactor: 1,
  // It has none: AWS refuses a mapping without it.
  StartingPosition: undefined,
};

type Check = (value: unknown) => boolean;
const anything: Check = () => true;
const only =
  (...values: unknown[]): Check =>
  (value) =>
    values.includes(value);
const between =
  (least: number, most: number): Check =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most;
const eachOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

/** The properties that the local mapping knows, and which values of them. */
const SUPPORTED: Record<string, Check> = {
  FunctionName: anything,
  EventSourceArn: anything,
  // Read by `failureBucketOf`.
  DestinationConfig: anything,
  MetricsConfig: anything,
  Tags: anything,
  Enabled: only(true),
  StartingPosition: only('TRIM_HORIZON'),
  BatchSize: between(1, 10_000),
  MaximumBatchingWindowInSeconds: between(0, 300),
  TumblingWindowInSeconds: only(0),
  FunctionResponseTypes: eachOf(only('ReportBatchItemFailures')),
  BisectBatchOnFunctionError: only(true, false),
  MaximumRetryAttempts: between(-1, 10_000),
  MaximumRecordAgeInSeconds: (value) => value === -1 || between(60, 604_800)(value),
  ParallelizationFactor: between(1, 10),
};

/**
 * The name of the bucket that is the mapping's failure destination, if it has one.
 *
 * @throws Error for a destination of another kind
 */
export function failureBucketOf(
  { logicalId, properties }: Resource,
  created: ReadonlyMap<string, ResourceValues>,
): string | undefined {
  const { OnFailure, ...others } = resolve(properties.DestinationConfig ?? {}, created) as Record<
    string,
    { Destination?: string } | undefined
  >;
  const arn = OnFailure?.Destination;
  const [, bucket] = /^arn:[^:]+:s3:::(.+)$/.exec(arn ?? '') ?? [];
  if (Object.keys(others).length > 0 || (arn !== undefined && bucket === undefined)) {
    throw new Error(`${logicalId}: the local event source mapping supports S3 failure destinations only`);
  }
  return bucket;
}
