/**
 * The stack, part by part, as CloudFormation would get it. Resources are found by what they are, and told apart by the
 * part of the logical id that we chose.
 */
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ContactRecordPipelineStack } from '../../lib/contact-record-pipeline-stack';
import type { ContactRecordPipelineSettings } from '../../lib/settings';

/** The synthesized template; the bundle is left out, as it is the local stack's tests that run it. */
function templateOf(settings: ContactRecordPipelineSettings = {}): Template {
  const app = new App({
    context: { 'aws:cdk:bundling-stacks': [], '@aws-cdk/aws-iam:minimizePolicies': true },
  });
  return Template.fromStack(new ContactRecordPipelineStack(app, 'ContactRecordPipeline', settings));
}

const template = templateOf();
const KEY_ARN = { 'Fn::GetAtt': [Match.stringLikeRegexp('^EncryptionKey'), 'Arn'] };

describe('the key', () => {
  it('is one, rotates, and is kept: without it nothing that was kept could be read', () => {
    template.resourceCountIs('AWS::KMS::Key', 1);
    template.hasResource('AWS::KMS::Key', {
      Properties: { EnableKeyRotation: true },
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });
});

describe('the key policy', () => {
  it("lets Connect write encrypted records, as this account's service-linked role and as nothing else", () => {
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
  it('name what has to be entered elsewhere', () => {
    expect(Object.keys(template.toJSON().Outputs as object)).toEqual([
      'StreamName',
      'RecordsTableName',
      'AbandonedContactsTopicArn',
      'FailureBucketName',
    ]);
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
      DeletionPolicy: 'Retain',
    });
  });
});

describe('the tables', () => {
  const table = (TimeToLiveSpecification: unknown) => ({
    Properties: {
      KeySchema: [{ AttributeName: 'ContactId', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'ContactId', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: KEY_ARN },
      TimeToLiveSpecification,
    },
    DeletionPolicy: 'Retain',
  });

  it('are two, keyed on ContactId, restorable, encrypted and kept', () => {
    template.resourceCountIs('AWS::DynamoDB::Table', 2);
    template.hasResource('AWS::DynamoDB::Table', table(Match.absent()));
    template.hasResource('AWS::DynamoDB::Table', table({ AttributeName: 'ExpiresAt', Enabled: true }));
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
      DeletionPolicy: 'Retain',
    });
  });

  it.each(['AWS::S3::BucketPolicy', 'AWS::SNS::TopicPolicy'])(
    'refuses plain HTTP, as does the topic: %s',
    (type) => {
      template.hasResourceProperties(type, {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          ]),
        },
      });
    },
  );
});

describe('the topic', () => {
  it('is a standard topic, encrypted with our key', () => {
    template.hasResourceProperties('AWS::SNS::Topic', { FifoTopic: Match.absent(), KmsMasterKeyId: KEY_ARN });
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
        },
      },
    });
  });

  it('logs into a group of its own, which is encrypted, kept, and not kept for ever', () => {
    template.hasResource('AWS::Logs::LogGroup', {
      Properties: { KmsKeyId: KEY_ARN, RetentionInDays: 180 },
      DeletionPolicy: 'Retain',
    });
  });

  it('may do exactly this', () => {
    expect(permissionsOf(template)).toEqual([
      'dynamodb:PutItem on LedgerTable.Arn, RecordsTable.Arn',
      'kinesis:DescribeStream, kinesis:DescribeStreamSummary, kinesis:GetRecords, kinesis:GetShardIterator, kinesis:ListShards, kinesis:ListStreams on ContactRecordStream.Arn',
      'kms:Decrypt, kms:DescribeKey, kms:Encrypt, kms:GenerateDataKey*, kms:ReEncrypt* on EncryptionKey.Arn',
      'logs:CreateLogStream, logs:PutLogEvents on ContactRecordFunctionLogs.Arn',
      's3:ListBucket on FailureBucket.Arn',
      's3:PutObject on FailureBucket.Arn/aws/lambda/*, FailureBucket.Arn/conflicting/*, FailureBucket.Arn/quarantined/*, FailureBucket.Arn/refused/*',
      'sns:Publish on AbandonedContactsTopic',
    ]);
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

  it('takes batch size and window from the settings', () => {
    templateOf({ batchSize: 10, batchingWindowSeconds: 5 }).hasResourceProperties(
      'AWS::Lambda::EventSourceMapping',
      {
        BatchSize: 10,
        MaximumBatchingWindowInSeconds: 5,
      },
    );
  });
});

it('the template is the one that was reviewed', () => {
  const json = JSON.stringify(template.toJSON()).replace(/[0-9a-f]{64}/g, '<hash>');
  expect(JSON.parse(json)).toMatchSnapshot();
});

/** The policy of the function's role, a line for each statement. */
function permissionsOf(of: Template): string[] {
  const statements = propertiesOf('AWS::IAM::Policy', of).flatMap(
    ({ PolicyDocument }) => (PolicyDocument as { Statement: Statement[] }).Statement,
  );
  return statements
    .map(({ Effect, Action, Resource }) => {
      expect(Effect).toBe('Allow');
      return `${[Action].flat().sort().join(', ')} on ${[Resource].flat().map(readable).sort().join(', ')}`;
    })
    .sort();
}

const propertiesOf = (type: string, of: Template): Record<string, unknown>[] =>
  Object.values(of.findResources(type)).map((resource) => resource.Properties as Record<string, unknown>);

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

/** `{"Fn::GetAtt": ["FailureBucket3E840368", "Arn"]}` as `FailureBucket.Arn`. */
function readable(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const [kind, value] = Object.entries(resource as Record<string, unknown>)[0] ?? [];
  if (kind === 'Ref') return (value as string).replace(/[0-9A-F]{8}$/, '');
  if (kind === 'Fn::GetAtt')
    return (value as string[]).map((part) => part.replace(/[0-9A-F]{8}$/, '')).join('.');
  if (kind === 'Fn::Join') return (value as [string, unknown[]])[1].map(readable).join('');
  throw new Error(`unexpected resource ${JSON.stringify(resource)}`);
}
