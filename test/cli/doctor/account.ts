/** Provides an account in which all checks pass, and changes for the tests. */
import type { ChosenSettings } from '../../../cli/doctor/choose-settings';
import type { Finding } from '../../../cli/doctor/findings';
import { createDoctorServices } from '../../../cli/doctor/doctor-services';
import { createFindings } from '../../../cli/doctor/findings';
import { runChecks } from '../../../cli/doctor/run-checks';
import { type Answers, startAwsServer } from './aws-server';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';
export const INSTANCE_ID = '0a1b2c3d-0000-4000-8000-000000000001';
export const INSTANCE_ARN = `arn:aws:connect:${REGION}:${ACCOUNT}:instance/${INSTANCE_ID}`;
export const STREAM = `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/exports`;
export const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/0a1b2c3d-0000-4000-8000-000000000002`;
export const CONNECT_ROLE = `arn:aws:iam::${ACCOUNT}:role/aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect_AbC`;
export const FUNCTION_ROLE = `arn:aws:iam::${ACCOUNT}:role/ContactRecordPipeline-ContactRecordFunctionRole-AbC`;
export const OPERATIONS = `arn:aws:sns:${REGION}:${ACCOUNT}:operations`;
export const CONTACTS = `arn:aws:sns:${REGION}:${ACCOUNT}:contacts`;

export const ROOT_STATEMENT = {
  ...{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' },
};
export const CONNECT_STATEMENT = {
  ...{ Effect: 'Allow', Principal: { AWS: CONNECT_ROLE }, Action: 'kms:GenerateDataKey', Resource: '*' },
};

export const aPolicy = (...Statement: object[]) => ({
  Policy: JSON.stringify({ Version: '2012-10-17', Statement }),
});

export const aStreamExport = (StreamArn = STREAM): Answers['connect:ListInstanceStorageConfigs'] => ({
  StorageConfigs: [
    { AssociationId: 'association', StorageType: 'KINESIS_STREAM', KinesisStreamConfig: { StreamArn } },
  ],
});

export const aFirehoseExport = (): Answers['connect:ListInstanceStorageConfigs'] => ({
  StorageConfigs: [
    {
      ...{ AssociationId: 'association', StorageType: 'KINESIS_FIREHOSE' },
      KinesisFirehoseConfig: { FirehoseArn: `arn:aws:firehose:${REGION}:${ACCOUNT}:deliverystream/lake` },
    },
  ],
});

export const aStream = (change: object = {}): Answers['kinesis:DescribeStreamSummary'] => ({
  StreamDescriptionSummary: {
    ...{ StreamName: 'exports', StreamARN: STREAM, StreamStatus: 'ACTIVE', RetentionPeriodHours: 168 },
    ...{ EnhancedMonitoring: [], EncryptionType: 'KMS', KeyId: KEY, OpenShardCount: 1, ...change },
  },
});

export const aKey = (change: object = {}): Answers['kms:DescribeKey'] => ({
  KeyMetadata: {
    ...{
      KeyId: KEY.split('/')[1],
      Arn: KEY,
      AWSAccountId: ACCOUNT,
      KeyManager: 'CUSTOMER',
      KeyState: 'Enabled',
    },
    ...change,
  },
});

export const aMapping = (change: object = {}): Answers['lambda:ListEventSourceMappings'] => ({
  EventSourceMappings: [
    {
      ...{ UUID: 'mapping-id', State: 'Enabled', LastProcessingResult: 'OK' },
      ...{ EventSourceArn: STREAM, MaximumRecordAgeInSeconds: 144 * 3600, ...change },
    },
  ],
});

export const aStack = (
  StackStatus: 'CREATE_COMPLETE' | 'UPDATE_IN_PROGRESS' | 'ROLLBACK_COMPLETE',
  more = {},
) => {
  const outputs = {
    StreamArn: STREAM,
    FunctionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:pipeline`,
    RecordsTableName: 'records',
    AbandonedContactsTopicArn: CONTACTS,
    OperationsTopicArn: OPERATIONS,
    ...more,
  };
  const Outputs = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
  return { Stacks: [{ StackName: 'ContactRecordPipeline', StackStatus, Outputs }] };
};

export const aSubscription = (SubscriptionArn = 'arn:aws:sns:eu-central-1:111122223333:a:b') => ({
  Subscriptions: [{ SubscriptionArn, Owner: ACCOUNT, Protocol: 'email', Endpoint: 'operations@example.com' }],
});

/** Deployed on an existing, encrypted stream, which Connect exports to. */
export const aRightAccount = (): Answers => ({
  'sts:GetCallerIdentity': {
    Account: ACCOUNT,
    Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/operator/me`,
    UserId: 'A',
  },
  'ssm:GetParameter': {
    Parameter: { Name: '/cdk-bootstrap/hnb659fds/version', Type: 'String', Value: '28' },
  },
  'connect:DescribeInstance': {
    Instance: { Id: INSTANCE_ID, Arn: INSTANCE_ARN, ServiceRole: CONNECT_ROLE, InstanceStatus: 'ACTIVE' },
  },
  'connect:ListInstanceStorageConfigs': aStreamExport(),
  'kinesis:DescribeStreamSummary': aStream(),
  'kms:DescribeKey': aKey(),
  'kms:GetKeyPolicy': aPolicy(ROOT_STATEMENT, CONNECT_STATEMENT),
  'cloudformation:DescribeStacks': aStack('CREATE_COMPLETE'),
  'lambda:GetFunctionConfiguration': { FunctionName: 'pipeline', Role: FUNCTION_ROLE },
  'lambda:ListEventSourceMappings': aMapping(),
  'sns:ListSubscriptionsByTopic': () => aSubscription(),
  'dynamodb:Scan': { Count: 1, ScannedCount: 1 },
});

export interface Examined {
  findings: Finding[];
  settings: ChosenSettings | undefined;
  requests: { call: string; body: string; path: string }[];
  /** The findings of a check, as "level: text" with the further lines. */
  about: (check: string) => string[];
}

/** Runs all checks in an account that differs in `changes`. */
export async function examine(
  changes: Partial<Answers> = {},
  { stack, region = REGION }: { stack?: string; region?: string } = {},
): Promise<Examined> {
  const server = await startAwsServer({ ...aRightAccount(), ...changes });
  const before = { ...process.env };
  Object.assign(process.env, {
    ...{ AWS_ENDPOINT_URL: server.endpoint, AWS_REGION: region },
    ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
  });
  try {
    const findings: Finding[] = [];
    const settings = await runChecks(
      { instance: { id: INSTANCE_ID }, stack },
      region,
      createDoctorServices(new AbortController().signal),
      createFindings((finding) => findings.push(finding)),
    );
    const about = (check: string) =>
      findings
        .filter((finding) => finding.check === check)
        .map(({ level, text, lines }) => [`${level}: ${text}`, ...lines].join('\n'));
    return { findings, settings, requests: server.requests, about };
  } finally {
    process.env = before;
    server.close();
  }
}
