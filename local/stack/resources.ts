/** Creates the template's resources in the emulators, as far as the emulators support them. */
import {
  CreateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  type CreateTableCommandInput,
  type TimeToLiveSpecification,
} from '@aws-sdk/client-dynamodb';
import { CreateStreamCommand, waitUntilStreamExists } from '@aws-sdk/client-kinesis';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { RECORDS_TTL_ATTRIBUTE } from '../../lambda/contact-records/contract';
import { ACCOUNT, REGION, type Clients } from './emulator-clients';
import type { Emulators } from '../emulators/start-emulators';
import type { Resource, ResourceValues, Template } from './template';

/** The number of shards of a new on-demand stream in Kinesis. */
const SHARDS_OF_AN_ON_DEMAND_STREAM = 4;
const WAIT = { maxWaitTime: 30, minDelay: 0.05, maxDelay: 0.5 };

export interface ResourceOptions {
  /** Prefix of every physical name that the template does not set. */
  stackName: string;
  /** Shards of the stream; overrides the template. */
  shards?: number | undefined;
}

/** Creates the resources; resolves to their `Ref` and `Fn::GetAtt` values once they can be used. */
export async function createResources(
  template: Template,
  clients: Clients,
  emulator: Emulators['dynamodbEmulator'],
  options: ResourceOptions,
): Promise<Map<string, ResourceValues>> {
  const created = new Map<string, ResourceValues>();
  const create = async (resource: Resource) => {
    const values = await createResource(resource, clients, emulator, options);
    if (values !== undefined) created.set(resource.logicalId, values);
  };
  await Promise.all([...template.values()].map(create));
  return created;
}

/** Creates one resource; one without references to it (an alarm, a policy) has no values. */
async function createResource(
  { logicalId, type, properties }: Resource,
  clients: Clients,
  emulator: Emulators['dynamodbEmulator'],
  { stackName, shards }: ResourceOptions,
): Promise<ResourceValues | undefined> {
  const getName = (property: string) =>
    (properties[property] as string | undefined) ?? `${stackName}-${logicalId}`;
  switch (type) {
    case 'AWS::Kinesis::Stream': {
      const declared = properties.ShardCount as number | undefined;
      return createStream(clients, getName('Name'), shards ?? declared ?? SHARDS_OF_AN_ON_DEMAND_STREAM);
    }
    case 'AWS::DynamoDB::Table':
      return createTable(clients, emulator, getName('TableName'), properties);
    case 'AWS::SNS::Topic': {
      const TopicName = getName('TopicName');
      const { TopicArn = '' } = await clients.sns.send(new CreateTopicCommand({ Name: TopicName }));
      return { ref: TopicArn, attributes: { TopicArn, TopicName } };
    }
    case 'AWS::S3::Bucket': {
      const Bucket = getName('BucketName').toLowerCase();
      await clients.s3.send(new CreateBucketCommand({ Bucket }));
      return createValues(Bucket, 'arn:aws:s3:::');
    }
    case 'AWS::KMS::Key':
      return createValues(logicalId, `arn:aws:kms:${REGION}:${ACCOUNT}:key/`);
    case 'AWS::Lambda::Function':
      return createValues(getName('FunctionName'), `arn:aws:lambda:${REGION}:${ACCOUNT}:function:`);
    case 'AWS::Logs::LogGroup': {
      const values = createValues(getName('LogGroupName'), `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:`);
      return { ...values, attributes: { Arn: `${values.attributes.Arn ?? ''}:*` } };
    }
    case 'AWS::IAM::Role':
      return createValues(getName('RoleName'), `arn:aws:iam::${ACCOUNT}:role/`);
    default:
      return undefined;
  }
}

const createValues = (ref: string, prefix: string): ResourceValues => ({
  ref,
  attributes: { Arn: prefix + ref },
});

async function createStream({ kinesis }: Clients, name: string, shards: number): Promise<ResourceValues> {
  await kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
  await waitUntilStreamExists({ client: kinesis, ...WAIT }, { StreamName: name });
  return createValues(name, `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/`);
}

async function createTable(
  { dynamodb }: Clients,
  emulator: Emulators['dynamodbEmulator'],
  name: string,
  properties: Resource['properties'],
): Promise<ResourceValues> {
  // These properties have the same shapes as in the API.
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, StreamSpecification } =
    properties as Partial<CreateTableCommandInput>;
  const schema = { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes };
  // CloudFormation enables the stream by naming its view type. dynalite has no streams.
  const stream =
    StreamSpecification !== undefined && emulator === 'DynamoDB Local'
      ? { StreamSpecification: { ...StreamSpecification, StreamEnabled: true } }
      : {};
  const { TableDescription } = await dynamodb.send(
    new CreateTableCommand({ TableName: name, ...schema, ...stream, BillingMode: 'PAY_PER_REQUEST' }),
  );
  await waitUntilTableExists({ client: dynamodb, ...WAIT }, { TableName: name });
  const timeToLive = properties.TimeToLiveSpecification as TimeToLiveSpecification | undefined;
  // dynalite keeps all items. DynamoDB Local deletes expired items within seconds, but contact records of any age must stay
  // until the results are read.
  const isKept = timeToLive?.AttributeName === RECORDS_TTL_ATTRIBUTE;
  if (timeToLive !== undefined && !isKept && emulator === 'DynamoDB Local') {
    const input = { TableName: name, TimeToLiveSpecification: timeToLive };
    await dynamodb.send(new UpdateTimeToLiveCommand(input));
  }
  const { ref, attributes } = createValues(name, `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/`);
  return { ref, attributes: { ...attributes, StreamArn: TableDescription?.LatestStreamArn ?? '' } };
}

/** Creates a queue that receives the topic's messages with their attributes; returns its URL. */
export async function subscribeQueue(
  { sns, sqs }: Clients,
  { endpoints }: Pick<Emulators, 'endpoints'>,
  topicArn: string,
  queueName: string,
  attributes: { queue?: Record<string, string>; subscription?: Record<string, string> } = {},
): Promise<string> {
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName: queueName, Attributes: attributes.queue }),
  );
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  await sns.send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: 'sqs',
      Endpoint: Attributes?.QueueArn,
      Attributes: { RawMessageDelivery: 'true', ...attributes.subscription },
    }),
  );
  // The emulator returns a host name that not every machine can resolve.
  return `${endpoints.sqs}${new URL(QueueUrl).pathname}`;
}
