import { readFailureBucket, readMappingSettings } from '../../../local/event-source-mapping/mapping-settings';

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
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 3,
      MaximumRecordAgeInSeconds: 3600,
      ParallelizationFactor: 2,
      // Properties without effect in the local mapping.
      FunctionName: { Ref: 'Function' },
      EventSourceArn: { 'Fn::GetAtt': ['Stream', 'Arn'] },
      MetricsConfig: { Metrics: ['EventCount'] },
      Enabled: true,
      TumblingWindowInSeconds: 0,
    };

    expect(readMappingSettings(aMapping(properties))).toEqual({
      batchSize: 500,
      batchingWindowSeconds: 5,
      reportBatchItemFailures: true,
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 3,
      maximumRecordAgeSeconds: 3600,
      parallelizationFactor: 2,
    });
  });

  it("are Lambda's defaults when the template sets none", () => {
    expect(readMappingSettings(aMapping({}))).toEqual({
      batchSize: 100,
      batchingWindowSeconds: 0,
      reportBatchItemFailures: false,
      bisectBatchOnFunctionError: false,
      maximumRetryAttempts: -1,
      maximumRecordAgeSeconds: -1,
      parallelizationFactor: 1,
    });
  });

  it.each([
    ['BatchSize', [1, 10_000], [0, 10_001, '100']],
    ['MaximumBatchingWindowInSeconds', [0, 300], [-1, 301]],
    ['MaximumRetryAttempts', [-1, 0, 10_000], [-2, 10_001]],
    ['MaximumRecordAgeInSeconds', [-1, 60, 604_800], [0, 59, 604_801]],
    ['ParallelizationFactor', [1, 10], [0, 11]],
  ])('rows 16, 56, 61: %s can be %j, but not %j, as in AWS', (name, possible, impossible) => {
    for (const value of possible)
      expect(() => readMappingSettings(aMapping({ [name]: value }))).not.toThrow();
    for (const value of impossible) {
      expect(() => readMappingSettings(aMapping({ [name]: value }))).toThrow(name);
    }
  });

  it.each([
    { StartingPosition: 'LATEST' },
    { StartingPosition: undefined },
    { FilterCriteria: { Filters: [] } },
    { TumblingWindowInSeconds: 30 },
    { Enabled: false },
    { FunctionResponseTypes: ['SomethingNew'] },
    { SomethingNew: 1 },
  ])('that would do something else in AWS than here are refused: %j', (properties) => {
    expect(() => readMappingSettings(aMapping(properties))).toThrow(Object.keys(properties)[0]);
  });
});

describe('the failure destination', () => {
  const created = new Map([['Bucket', { ref: 'a-bucket', attributes: { Arn: 'arn:aws:s3:::a-bucket' } }]]);
  const destination = (DestinationConfig: unknown) =>
    readFailureBucket(aMapping({ DestinationConfig }), created);

  it('is the bucket that the template refers to', () => {
    expect(destination({ OnFailure: { Destination: { 'Fn::GetAtt': ['Bucket', 'Arn'] } } })).toBe('a-bucket');
  });

  it.each([undefined, {}, { OnFailure: {} }])('is none where the template names none: %j', (config) => {
    expect(destination(config)).toBeUndefined();
  });

  it('is refused if it is a queue: that would keep no payload', () => {
    const config = { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:000000000000:queue' } };

    expect(() => destination(config)).toThrow('S3 failure destinations only');
  });

  it('row 71: is refused for successes', () => {
    const config = { OnSuccess: { Destination: 'arn:aws:s3:::a-bucket' } };

    expect(() => destination(config)).toThrow('S3 failure destinations only');
  });
});
