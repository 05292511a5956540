/**
 * Tests all sensible combinations of settings: resources that are replaced, permissions of the function, and the rules of
 * cdk-nag.
 */
import { Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { ContactRecordPipelineStack } from '../../lib/contact-record-pipeline-stack';
import type { ContactRecordPipelineSettings } from '../../lib/settings';
import { SAMPLE } from '../sample';
import { findingsOf } from './nag-findings';
import { EVERYTHING_ELSE, instance, streamArn, streamKeyArn } from './settings-variants';
import { appWithoutBundle, logicalIdsOf, permissionsOf, propertiesOf } from './synthesized';

type Part = Record<string, ContactRecordPipelineSettings>;
const STREAMS: Part = {
  'own stream': {},
  'existing stream': { streamArn },
  'existing stream with a key': { streamArn, streamKeyArn },
};
const INSTANCES: Part = {
  'no instance': {},
  'an instance': { connectInstanceArn: instance(1) },
  'two instances': { connectInstanceArn: [instance(2), instance(1)] },
};
const OTHERS: Part = {
  'nothing else': {},
  'everything else': EVERYTHING_ELSE,
};
const COMBINATIONS = Object.entries(STREAMS).flatMap(([ofStream, stream], s) =>
  Object.entries(INSTANCES).flatMap(([ofInstance, instances], i) =>
    Object.entries(OTHERS)
      // Pairwise: each stream meets each instance once, and each of both meets each of the others.
      .filter((_, o) => SAMPLE.settings === 'every combination' || (s + i + o) % 2 === 0)
      .map(
        ([ofOthers, others]) =>
          [`${ofStream}, ${ofInstance}, ${ofOthers}`, { ...stream, ...instances, ...others }] as const,
      ),
  ),
);

/** A resource with a new logical id would replace the old one, and the pipeline would lose its data. */
const STORES = [
  'AbandonedContactsTopicB6BD2A12: AWS::SNS::Topic',
  'ContactRecordMapping4E846243: AWS::Lambda::EventSourceMapping',
  'EncryptionKey514CDF8F: AWS::KMS::Key',
  'FailureBucket3E840368: AWS::S3::Bucket',
  'LedgerTable5E9AC36E: AWS::DynamoDB::Table',
  'OperationsTopic6000C985: AWS::SNS::Topic',
  'RecordsTableEC3C998C: AWS::DynamoDB::Table',
];
const OWN_STREAM = 'ContactRecordStreamECEDD669: AWS::Kinesis::Stream';

/** What the function may do with any settings. */
const PERMISSIONS = [
  'dynamodb:GetItem on RecordsTable.Arn',
  'dynamodb:PutItem on LedgerTable.Arn, RecordsTable.Arn',
  'kms:Decrypt, kms:GenerateDataKey on EncryptionKey.Arn',
  'logs:CreateLogStream, logs:PutLogEvents on ContactRecordFunctionLogs.Arn',
  's3:ListBucket on FailureBucket.Arn',
  's3:PutObject on FailureBucket.Arn/aws/lambda/*, FailureBucket.Arn/conflicting/*, FailureBucket.Arn/quarantined/*, FailureBucket.Arn/refused/*',
  'sns:Publish on AbandonedContactsTopic',
];

it('finds a violation of cdk-nag when there is one', () => {
  const app = appWithoutBundle();
  const stack = new ContactRecordPipelineStack(app, 'ContactRecordPipeline');
  const found = findingsOf(app);
  new Bucket(stack, 'Open');
  Template.fromStack(stack);
  expect(found().some((finding) => finding.startsWith('AwsSolutions-S10'))).toBe(true);
});

describe.each(COMBINATIONS)('%s', (_what, settings) => {
  let template: Template;
  let found: () => readonly string[];
  beforeAll(() => {
    const app = appWithoutBundle();
    const stack = new ContactRecordPipelineStack(app, 'ContactRecordPipeline', settings);
    found = findingsOf(app);
    template = Template.fromStack(stack);
  });

  it('replaces no stream, table, topic, bucket, key or mapping of a stack that is deployed', () => {
    expect(
      logicalIdsOf(
        template,
        'AWS::Kinesis::Stream',
        'AWS::DynamoDB::Table',
        'AWS::SNS::Topic',
        'AWS::S3::Bucket',
        'AWS::KMS::Key',
        'AWS::Lambda::EventSourceMapping',
      ),
    ).toEqual(settings.streamArn === undefined ? [...STORES, OWN_STREAM].sort() : STORES);
  });

  it('gives the function exactly these permissions', () => {
    const own = settings.streamArn === undefined;
    expect(permissionsOf(template)).toEqual(
      [
        ...PERMISSIONS,
        `kinesis:DescribeStream, kinesis:DescribeStreamSummary, kinesis:GetRecords, kinesis:GetShardIterator, kinesis:ListShards on ${own ? 'ContactRecordStream.Arn' : streamArn}`,
        ...(settings.streamKeyArn === undefined ? [] : [`kms:Decrypt on ${streamKeyArn}`]),
        ...(settings.tracing ? ['xray:PutTelemetryRecords, xray:PutTraceSegments on *'] : []),
      ].sort(),
    );
  });

  it('exports the contact records of exactly these instances to the stream', () => {
    const associations = propertiesOf('AWS::Connect::InstanceStorageConfig', template);
    expect(associations.map(({ InstanceArn }) => InstanceArn)).toEqual(
      [settings.connectInstanceArn ?? []].flat(),
    );
  });

  it('passes the rules of cdk-nag', () => {
    expect(found()).toEqual([]);
  });
});
