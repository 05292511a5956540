import type { MappingSettings } from './event-source-mapping';
import type { Resource } from './template';

/**
 * The settings of an event source mapping in a template, with Lambda's defaults. Bisecting, the record age and the
 * failure destination are left out: the local mapping doesn't have them yet.
 *
 * @throws Error for a setting that would work in AWS, but not with the local mapping
 */
export function mappingSettings({ logicalId, properties }: Resource): MappingSettings {
  const unsupported = [
    properties.StartingPosition !== 'TRIM_HORIZON' && 'StartingPosition',
    (properties.ParallelizationFactor ?? 1) !== 1 && 'ParallelizationFactor',
    properties.FilterCriteria !== undefined && 'FilterCriteria',
  ].filter((name) => name !== false);
  if (unsupported.length > 0) {
    throw new Error(
      `${logicalId}: the local event source mapping does not support this ${unsupported.join(', ')}`,
    );
  }
  const number = (name: string, byDefault: number) => (properties[name] as number | undefined) ?? byDefault;
  const responseTypes = (properties.FunctionResponseTypes ?? []) as string[];
  return {
    batchSize: number('BatchSize', 100),
    batchingWindowSeconds: number('MaximumBatchingWindowInSeconds', 0),
    reportBatchItemFailures: responseTypes.includes('ReportBatchItemFailures'),
    maximumRetryAttempts: number('MaximumRetryAttempts', -1),
  };
}
