import { mappingSettings } from '../../local/mapping-settings';

const aMapping = (properties: Record<string, unknown>) => ({
  logicalId: 'Mapping',
  type: 'AWS::Lambda::EventSourceMapping',
  properties: { StartingPosition: 'TRIM_HORIZON', ...properties },
  metadata: {},
});

describe('the settings of the mapping', () => {
  it("are the template's", () => {
    const properties = {
      BatchSize: 500,
      MaximumBatchingWindowInSeconds: 5,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 3,
      ParallelizationFactor: 1,
    };

    expect(mappingSettings(aMapping(properties))).toEqual({
      batchSize: 500,
      batchingWindowSeconds: 5,
      reportBatchItemFailures: true,
      maximumRetryAttempts: 3,
    });
  });

  it("are Lambda's defaults where the template says nothing: retries without a limit, no partial responses", () => {
    expect(mappingSettings(aMapping({}))).toEqual({
      batchSize: 100,
      batchingWindowSeconds: 0,
      reportBatchItemFailures: false,
      maximumRetryAttempts: -1,
    });
  });

  it.each([
    { StartingPosition: 'LATEST' },
    { ParallelizationFactor: 2 },
    { FilterCriteria: { Filters: [] } },
  ])('that would do something else in AWS than here are refused: %j', (properties) => {
    expect(() => mappingSettings(aMapping(properties))).toThrow(Object.keys(properties)[0]);
  });
});
