/** Reads from AWS what the checks need. It changes nothing. */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  ConnectClient,
  DescribeInstanceCommand,
  type InstanceStorageConfig,
  ListInstanceStorageConfigsCommand,
} from '@aws-sdk/client-connect';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DescribeStreamSummaryCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda';
import { ListSubscriptionsByTopicCommand, SNSClient, type Subscription } from '@aws-sdk/client-sns';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { SMALL_REQUEST_LIMITS } from '../shared/aws-clients';
import { callService, ServiceError } from '../shared/service-error';
import { isNoSuchStack } from '../shared/stack-outputs';

export type DoctorServices = ReturnType<typeof createDoctorServices>;

export interface Stack {
  status: string;
  outputs: ReadonlyMap<string, string>;
}

/** The parameter for the CDK's default qualifier, which the stack uses. */
const BOOTSTRAP_VERSION = '/cdk-bootstrap/hnb659fds/version';

/** Errors of calls that describe one resource. */
const ABSENT = /^(ParameterNotFound|(Resource)?NotFoundException)$/;

/** A page has 100 subscriptions. */
const MAX_PAGES = 50;

/**
 * Creates the calls. They resolve to undefined if a resource does not exist. They throw `ServiceError`, and the reason of
 * `stopping`. Region, credentials and endpoints come from the environment, as for the AWS CLI.
 */
export function createDoctorServices(stopping: AbortSignal) {
  const options = { requestHandler: SMALL_REQUEST_LIMITS };
  const sts = new STSClient(options);
  const ssm = new SSMClient(options);
  const connect = new ConnectClient(options);
  // The local emulator of Kinesis supports only HTTP/1.1.
  const kinesis = new KinesisClient({ requestHandler: new NodeHttpHandler(SMALL_REQUEST_LIMITS) });
  const kms = new KMSClient(options);
  const cloudFormation = new CloudFormationClient(options);
  const lambda = new LambdaClient(options);
  const sns = new SNSClient(options);
  const dynamodb = new DynamoDBClient(options);
  const ask: typeof callService = (call, send) => callService(call, send, { stopping });
  const find = <T>(...request: Parameters<typeof ask<T>>): Promise<T | undefined> =>
    ask(...request).catch((error: unknown) => {
      if (error instanceof ServiceError && ABSENT.test(error.reason)) return undefined;
      throw error;
    });

  return {
    identifyCaller: async () => {
      const { Account = '', Arn = '' } = await ask('sts:GetCallerIdentity', (limit) =>
        sts.send(new GetCallerIdentityCommand(), limit),
      );
      return { account: Account, arn: Arn };
    },

    /** Reads the version of the CDK's bootstrap. */
    readBootstrapVersion: async () => {
      const command = new GetParameterCommand({ Name: BOOTSTRAP_VERSION });
      const answer = await find('ssm:GetParameter', (limit) => ssm.send(command, limit));
      return answer && Number(answer.Parameter?.Value);
    },

    describeInstance: async (InstanceId: string) => {
      const answer = await find('connect:DescribeInstance', (limit) =>
        connect.send(new DescribeInstanceCommand({ InstanceId }), limit),
      );
      const { Arn: arn, ServiceRole: role, InstanceStatus: status } = answer?.Instance ?? {};
      const { ReplicationStatusSummaryList: replicas = [] } = answer?.ReplicationConfiguration ?? {};
      return answer && { arn, role, status, regions: replicas.flatMap(({ Region }) => Region ?? []) };
    },

    /** Finds the target of the instance's export; there is at most one. */
    findExport: async (InstanceId: string): Promise<InstanceStorageConfig | undefined> => {
      const request = { InstanceId, ResourceType: 'CONTACT_TRACE_RECORDS' } as const;
      const { StorageConfigs = [] } = await ask('connect:ListInstanceStorageConfigs', (limit) =>
        connect.send(new ListInstanceStorageConfigsCommand(request), limit),
      );
      return StorageConfigs[0];
    },

    describeStream: async (StreamARN: string) => {
      const answer = await find('kinesis:DescribeStreamSummary', (limit) =>
        kinesis.send(new DescribeStreamSummaryCommand({ StreamARN }), limit),
      );
      return answer?.StreamDescriptionSummary;
    },

    describeKey: async (KeyId: string) => {
      const answer = await find('kms:DescribeKey', (limit) =>
        kms.send(new DescribeKeyCommand({ KeyId }), limit),
      );
      return answer?.KeyMetadata;
    },

    readKeyPolicy: async (KeyId: string) => {
      const { Policy = '' } = await ask('kms:GetKeyPolicy', (limit) =>
        kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }), limit),
      );
      return Policy;
    },

    describeStack: async (StackName: string): Promise<Stack | undefined> => {
      const { Stacks = [] } = await ask('cloudformation:DescribeStacks', (limit) =>
        cloudFormation.send(new DescribeStacksCommand({ StackName }), limit).catch((error: unknown) => {
          if (!isNoSuchStack(error)) throw error;
          return { Stacks: [] };
        }),
      );
      const [stack] = Stacks;
      const outputs = stack?.Outputs?.map(
        ({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue] as const,
      );
      return stack && { status: stack.StackStatus ?? '', outputs: new Map(outputs) };
    },

    /** Finds the ARN of a function's execution role. */
    findRole: async (FunctionName: string) => {
      const command = new GetFunctionConfigurationCommand({ FunctionName });
      const answer = await find('lambda:GetFunctionConfiguration', (limit) => lambda.send(command, limit));
      return answer?.Role;
    },

    listMappings: async (FunctionName: string, EventSourceArn: string) => {
      const command = new ListEventSourceMappingsCommand({ FunctionName, EventSourceArn });
      const answer = await find('lambda:ListEventSourceMappings', (limit) => lambda.send(command, limit));
      return answer?.EventSourceMappings ?? [];
    },

    listSubscriptions: async (TopicArn: string): Promise<Subscription[]> => {
      const subscriptions: Subscription[] = [];
      let NextToken: string | undefined;
      for (let page = 0; page < MAX_PAGES; page++) {
        const command = new ListSubscriptionsByTopicCommand({ TopicArn, NextToken });
        const answer = await ask('sns:ListSubscriptionsByTopic', (limit) => sns.send(command, limit));
        subscriptions.push(...(answer.Subscriptions ?? []));
        NextToken = answer.NextToken;
        if (NextToken === undefined) break;
      }
      return subscriptions.filter(({ SubscriptionArn }) => SubscriptionArn !== 'Deleted');
    },

    /** Returns whether a table has an item. It reads only a count. */
    hasItem: async (TableName: string) => {
      const command = new ScanCommand({ TableName, Limit: 1, Select: 'COUNT' });
      const { Count = 0 } = await ask('dynamodb:Scan', (limit) => dynamodb.send(command, limit));
      return Count > 0;
    },
  };
}
