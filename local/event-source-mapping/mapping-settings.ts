/** Reads the settings of the event source mapping from the template. */
import type { MappingSettings } from './types';
import { resolve, type Resource, type ResourceValues } from '../stack/template';

/**
 * Reads the settings of an event source mapping from a template, with Lambda's defaults.
 *
 * @throws Error for a property or value that the local mapping does not support, and for a value that AWS refuses
 */
export function readMappingSettings({ logicalId, properties }: Resource): MappingSettings {
  const given = { ...DEFAULTS, ...properties };
  const refused = Object.entries(given).filter(([name, value]) => !SUPPORTED[name]?.(value));
  if (refused.length > 0) {
    const names = refused.map(([name]) => name).join(', ');
    throw new Error(
      `${logicalId}: the local event source mapping does not support the property, or its value: ${names}`,
    );
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
  // No default: AWS refuses a mapping without it.
  StartingPosition: undefined,
};

type Check = (value: unknown) => boolean;
const isAnything: Check = () => true;
const isOneOf =
  (...values: unknown[]): Check =>
  (value) =>
    values.includes(value);
const isBetween =
  (min: number, max: number): Check =>
  (value) =>
    typeof value === 'number' && value >= min && value <= max;
const isListOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

/** The properties that the local mapping supports, and their supported values. */
const SUPPORTED: Record<string, Check> = {
  FunctionName: isAnything,
  EventSourceArn: isAnything,
  // Read by `readFailureBucket`.
  DestinationConfig: isAnything,
  MetricsConfig: isAnything,
  Tags: isAnything,
  Enabled: isOneOf(true),
  StartingPosition: isOneOf('TRIM_HORIZON'),
  BatchSize: isBetween(1, 10_000),
  MaximumBatchingWindowInSeconds: isBetween(0, 300),
  TumblingWindowInSeconds: isOneOf(0),
  FunctionResponseTypes: isListOf(isOneOf('ReportBatchItemFailures')),
  BisectBatchOnFunctionError: isOneOf(true, false),
  MaximumRetryAttempts: isBetween(-1, 10_000),
  MaximumRecordAgeInSeconds: (value) => value === -1 || isBetween(60, 604_800)(value),
  ParallelizationFactor: isBetween(1, 10),
};

/**
 * Reads the name of the bucket that is the mapping's failure destination, if any.
 *
 * @throws Error for a destination of another kind
 */
export function readFailureBucket(
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
