/** Tests the parts of the template. It finds resources by type, and by the chosen part of the logical id. */
import { Match } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ContactRecordPipelineSettings } from '../../lib/settings';
import { propertiesOf, templateOf } from './synthesized';

const template = templateOf();
const KEY_ARN = { 'Fn::GetAtt': [Match.stringLikeRegexp('^EncryptionKey'), 'Arn'] };

describe('the key', () => {
  it('is one, rotates, and is kept: without it nothing that was kept could be read', () => {
    template.resourceCountIs('AWS::KMS::Key', 1);
    template.hasResource('AWS::KMS::Key', {
      Properties: { EnableKeyRotation: true },
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });
});

describe('the key policy', () => {
  it("lets only Connect's service-linked role of this account write encrypted records", () => {
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          {
            Effect: 'Allow',
            Principal: { AWS: '*' },
            Action: 'kms:GenerateDataKey',
            Resource: '*',
            Condition: {
              StringEquals: { 'kms:CallerAccount': { Ref: 'AWS::AccountId' } },
              ArnLike: {
                'aws:PrincipalArn': {
                  'Fn::Join': [
                    '',
                    [
                      'arn:',
                      { Ref: 'AWS::Partition' },
                      ':iam::',
                      { Ref: 'AWS::AccountId' },
                      ':role/aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect_*',
                    ],
                  ],
                },
              },
            },
          },
        ]),
      },
    });
  });
});

describe('the outputs', () => {
  it('name what has to be entered elsewhere, and are parameters under the name of the stack', () => {
    const { Outputs } = template.toJSON() as { Outputs: Record<string, { Value: unknown }> };
    expect(Object.keys(Outputs)).toEqual([
      'StreamName',
      'StreamArn',
      'RecordsTableName',
      'RecordsTableArn',
      'LedgerTableName',
      'AbandonedContactsTopicArn',
      'FailureBucketName',
      'FailureBucketArn',
      'FunctionArn',
      'OperationsTopicArn',
      'DashboardUrl',
      'NotifyWithinHours',
    ]);
    for (const [name, { Value }] of Object.entries(Outputs)) {
      const parameter = { Name: `/ContactRecordPipeline/${name}`, Type: 'String', Value };
      template.hasResourceProperties('AWS::SSM::Parameter', parameter);
    }
  });

  it('say whether old abandoned contacts would be published: a backfill asks', () => {
    expect(template.findOutputs('NotifyWithinHours')).toMatchObject({ NotifyWithinHours: { Value: 'none' } });
    expect(templateOf({ notifyWithinHours: 24 }).findOutputs('NotifyWithinHours')).toMatchObject({
      NotifyWithinHours: { Value: '24' },
    });
  });
});

describe('the order of the creation', () => {
  type Resources = Record<string, { Type: string; DependsOn?: string[] }>;

  /** Those that have to be created before, directly or through others. */
  function findEarlier(resources: Resources, logicalId: string): Set<string> {
    const earlier = new Set<string>();
    const visit = (id: string): void => {
      const names = JSON.stringify(resources[id]).match(/"[A-Za-z0-9]+"/g) ?? [];
      for (const name of names.map((quoted) => quoted.slice(1, -1)))
        if (name in resources && name !== id && !earlier.has(name)) {
          earlier.add(name);
          visit(name);
        }
    };
    visit(logicalId);
    return earlier;
  }

  const { Resources } = templateOf({
    connectInstanceArn: ['instance/1', 'instance/2'].map(
      (id) => `arn:aws:connect:us-east-1:111122223333:${id}`,
    ),
    alarmEmail: 'operations@example.com',
    noRecordsAlarmHours: 1,
  }).toJSON() as { Resources: Resources };
  const find = (type: string) => Object.keys(Resources).filter((id) => Resources[id]?.Type === type);

  it('has the mapping after everything that does not depend on it', () => {
    const [mapping = ''] = find('AWS::Lambda::EventSourceMapping');
    const earlier = findEarlier(Resources, mapping);

    const others = Object.keys(Resources).filter((id) => id !== mapping && !earlier.has(id));

    expect(others.filter((id) => !findEarlier(Resources, id).has(mapping))).toEqual([]);
    expect(others).toHaveLength(6);
  });

  it("has Connect's exports last", () => {
    const exports = find('AWS::Connect::InstanceStorageConfig');
    const others = Object.keys(Resources).filter((id) => !exports.includes(id));

    expect(exports).toHaveLength(2);
    for (const one of exports) expect([...findEarlier(Resources, one)].sort()).toEqual(others.sort());
  });
});

describe('the dashboard', () => {
  it('has its URL in the console of the partition', () => {
    const { Outputs, Mappings } = template.toJSON() as Record<string, Record<string, unknown>>;

    expect(JSON.stringify(Outputs?.DashboardUrl)).toContain('"Fn::FindInMap"');
    expect(Object.values(Mappings ?? {})).toContainEqual({
      aws: { domain: 'console.aws.amazon.com' },
      'aws-us-gov': { domain: 'console.amazonaws-us-gov.com' },
      'aws-cn': { domain: 'console.amazonaws.cn' },
    });
  });
});

describe('the stream', () => {
  it('follows the load, keeps records for seven days, and is encrypted with our key', () => {
    template.hasResource('AWS::Kinesis::Stream', {
      Properties: {
        RetentionPeriodHours: 168,
        StreamModeDetails: { StreamMode: 'ON_DEMAND' },
        StreamEncryption: { EncryptionType: 'KMS', KeyId: KEY_ARN },
      },
      DeletionPolicy: 'RetainExceptOnCreate',
    });
  });
});

describe('the tables', () => {
  const table = (AttributeName: string) => ({
    Properties: {
      KeySchema: [{ AttributeName: 'ContactId', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'ContactId', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: KEY_ARN },
      TimeToLiveSpecification: { AttributeName, Enabled: true },
    },
    DeletionPolicy: 'RetainExceptOnCreate',
  });

  it('are two, keyed on ContactId, restorable, encrypted and kept', () => {
    template.resourceCountIs('AWS::DynamoDB::Table', 2);
    template.hasResource('AWS::DynamoDB::Table', table('contact-record-pipeline:ExpiresAt'));
    template.hasResource('AWS::DynamoDB::Table', table('ExpiresAt'));
  });
});

describe('the stream of the records table', () => {
  it('has each new image, and its outputs, when it is set', () => {
    const withStream = templateOf({ recordsTableStream: true });

    const [records, ledger] = ['RecordsTableEC3C998C', 'LedgerTable5E9AC36E'].map(
      (logicalId) => withStream.findResources('AWS::DynamoDB::Table')[logicalId]?.Properties as object,
    );
    expect(records).toMatchObject({ StreamSpecification: { StreamViewType: 'NEW_IMAGE' } });
    expect(ledger).not.toHaveProperty('StreamSpecification');
    withStream.hasOutput('RecordsTableStreamArn', {
      Value: { 'Fn::GetAtt': ['RecordsTableEC3C998C', 'StreamArn'] },
    });
    withStream.hasOutput('EncryptionKeyArn', { Value: { 'Fn::GetAtt': ['EncryptionKey514CDF8F', 'Arn'] } });
  });
});

describe('the failure bucket', () => {
  it('is private, versioned, encrypted and kept', () => {
    template.hasResource('AWS::S3::Bucket', {
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              BucketKeyEnabled: true,
              ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY_ARN },
            },
          ],
        },
      },
      DeletionPolicy: 'RetainExceptOnCreate',
    });
  });

  it('deletes only redriven and replaced objects after some time', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: [
          { Id: 'redriven', Prefix: 'redriven/', ExpirationInDays: 90, Status: 'Enabled' },
          {
            Id: 'replaced-or-deleted',
            NoncurrentVersionExpiration: { NoncurrentDays: 90 },
            ExpiredObjectDeleteMarker: true,
            Status: 'Enabled',
          },
          {
            Id: 'broken-uploads',
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
            Status: 'Enabled',
          },
        ],
      },
    });
  });

  it.each(['AWS::S3::BucketPolicy', 'AWS::SNS::TopicPolicy'])(
    'refuses plain HTTP, as do the topics: %s',
    (type) => {
      template.allResourcesProperties(type, {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          ]),
        },
      });
    },
  );
});

describe('the topics', () => {
  it('are standard topics, encrypted with our key', () => {
    template.resourceCountIs('AWS::SNS::Topic', 2);
    template.allResourcesProperties('AWS::SNS::Topic', {
      FifoTopic: Match.absent(),
      KmsMasterKeyId: KEY_ARN,
    });
  });

  it('can be subscribed to from other accounts only where that is set', () => {
    const mayBeSubscribedTo = (settings: ContactRecordPipelineSettings): string[] =>
      propertiesOf('AWS::SNS::TopicPolicy', templateOf(settings))
        .map(({ PolicyDocument }) => JSON.stringify(PolicyDocument))
        .filter((policy) => policy.includes('sns:Subscribe'));
    expect(mayBeSubscribedTo({})).toEqual([]);
    const [policy, ...others] = mayBeSubscribedTo({ subscriberAccounts: ['444455556666'] });
    expect(others).toEqual([]);
    expect(policy).toContain(':iam::444455556666:root');
  });

  it('for operations takes messages from alarms of this account, and sends them to the address that is set', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      Topics: [{ Ref: Match.stringLikeRegexp('^OperationsTopic') }],
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: 'sns:Publish',
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      },
    });
    template.resourceCountIs('AWS::SNS::Subscription', 0);
    templateOf({ alarmEmail: 'operations@example.com' }).hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'operations@example.com',
      TopicArn: { Ref: Match.stringLikeRegexp('^OperationsTopic') },
    });
  });
});

describe('the function', () => {
  it('runs on Node 24 on arm64, and gets the names that it reads', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: 60,
      Environment: {
        Variables: {
          RECORDS_TABLE_NAME: { Ref: Match.stringLikeRegexp('^RecordsTable') },
          LEDGER_TABLE_NAME: { Ref: Match.stringLikeRegexp('^LedgerTable') },
          ABANDONED_CONTACTS_TOPIC_ARN: { Ref: Match.stringLikeRegexp('^AbandonedContactsTopic') },
          FAILURE_BUCKET_NAME: { Ref: Match.stringLikeRegexp('^FailureBucket') },
          PIPELINE_NAME: 'ContactRecordPipeline',
          NODE_OPTIONS: '--max-semi-space-size=16',
          NOTIFY_WITHIN_HOURS: Match.absent(),
          CONTACT_RETENTION_DAYS: Match.absent(),
        },
      },
      TracingConfig: Match.absent(),
      LoggingConfig: { LogFormat: 'JSON' },
    });
  });

  it('gets its settings, where they are set', () => {
    const set = templateOf({
      notifyWithinHours: 8,
      contactRetentionDays: 30,
      tracing: true,
      logRetentionDays: RetentionDays.ONE_MONTH,
    });
    set.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { NOTIFY_WITHIN_HOURS: '8', CONTACT_RETENTION_DAYS: '30' } },
      TracingConfig: { Mode: 'Active' },
    });
    set.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });

  it('logs into a group of its own, which is encrypted, kept, and not kept for ever', () => {
    template.hasResource('AWS::Logs::LogGroup', {
      Properties: { KmsKeyId: KEY_ARN, RetentionInDays: 180 },
      DeletionPolicy: 'RetainExceptOnCreate',
    });
  });

  it('has no managed policy: what it may do is in `settings-matrix.test.ts`, for all settings', () => {
    template.allResourcesProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
  });
});

describe('the event source mapping', () => {
  it('retries from the first record that is not done, as long as records live, and then keeps them', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 500,
      MaximumBatchingWindowInSeconds: 0,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: Match.absent(),
      MaximumRecordAgeInSeconds: 6 * 24 * 60 * 60,
      MetricsConfig: { Metrics: ['EventCount'] },
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^FailureBucket'), 'Arn'] } },
      },
      FilterCriteria: Match.absent(),
    });
  });

  it('gives records up before they expire in Kinesis, where they would reach no destination', () => {
    const [stream] = propertiesOf('AWS::Kinesis::Stream', template);
    const [mapping] = propertiesOf('AWS::Lambda::EventSourceMapping', template);
    expect(mapping?.MaximumRecordAgeInSeconds).toBeLessThan(Number(stream?.RetentionPeriodHours) * 3600);
  });

  it('is set as the settings say', () => {
    templateOf({
      batchSize: 10,
      batchingWindowSeconds: 5,
      parallelizationFactor: 3,
      maxRecordAgeHours: 2,
    }).hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 5,
      ParallelizationFactor: 3,
      MaximumRecordAgeInSeconds: 7_200,
    });
  });
});

describe('what was stored', () => {
  const policies = (settings: ContactRecordPipelineSettings, ...types: string[]) =>
    Object.values(templateOf(settings).toJSON().Resources as Record<string, Record<string, string>>)
      .filter(({ Type = '' }) => types.includes(Type))
      .map(
        ({ DeletionPolicy, UpdateReplacePolicy }) => `${DeletionPolicy ?? ''} ${UpdateReplacePolicy ?? ''}`,
      );
  const STORES = [
    'AWS::Kinesis::Stream',
    'AWS::DynamoDB::Table',
    'AWS::S3::Bucket',
    'AWS::KMS::Key',
    'AWS::Logs::LogGroup',
  ];

  it('outlives the stack, unless it is set otherwise', () => {
    expect(policies({}, ...STORES)).toEqual(Array(6).fill('RetainExceptOnCreate Retain'));
    expect(policies({ removalPolicy: 'destroy' }, ...STORES)).toEqual(Array(6).fill('Delete Delete'));
  });
});

it('the template is the one that was reviewed', () => {
  const json = JSON.stringify(template.toJSON()).replace(/[0-9a-f]{64}/g, '<hash>');
  expect(JSON.parse(json)).toMatchSnapshot();
});
