/** Reads which actions a request needs, on which resources. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Service } from '../emulators/start-emulators';
import { ACCOUNT, REGION } from '../stack/emulator-clients';
import type { AwsRequest } from './policy';

export type AuthorizedService = Service | 'cloudformation';

export interface HttpRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export type NeededAction = Pick<AwsRequest, 'action' | 'resource' | 'context'>;

/**
 * Returns the actions that a request needs; an S3 copy needs reading and writing.
 *
 * @throws Error that names an unknown operation
 */
export function readNeededActions(service: AuthorizedService, request: HttpRequest): NeededAction[] {
  if (service === 's3') return readS3Actions(request);
  const [operation, input] = readOperation(request);
  const find = OPERATIONS[service][operation];
  if (find === undefined) throw new Error(`the authorizer does not know ${service}:${operation}`);
  return [{ action: `${service}:${operation}`, context: {}, ...find(input) }];
}

/** Reads the access key id that signed a request. */
export const readAccessKeyId = ({ headers }: HttpRequest): string | undefined =>
  /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1];

/** The parameters that name resources are strings. */
type Input = Readonly<Partial<Record<string, string>>>;

/** Reads the operation: JSON protocols name it in a header, query protocols in the body. */
function readOperation({ headers, body }: HttpRequest): [operation: string, input: Input] {
  const target = headers['x-amz-target'];
  if (typeof target === 'string')
    return [target.split('.').at(-1) ?? '', JSON.parse(body.toString()) as Input];
  const { Action = '', ...input } = Object.fromEntries(new URLSearchParams(body.toString()));
  return [Action, input];
}

const createArn = (service: string, resource: string): string =>
  `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

type Find = (input: Input) => { resource: string; context?: AwsRequest['context'] };

const ofTable: Find = ({ TableName, Key, Item }) => {
  const { ContactId } = (Key ?? Item ?? {}) as unknown as { ContactId?: { S?: string } };
  return {
    resource: createArn('dynamodb', `table/${TableName ?? ''}`),
    context: ContactId?.S === undefined ? {} : { 'dynamodb:LeadingKeys': [ContactId.S] },
  };
};
/** Throws if a request names its stream only by an opaque iterator, as `GetRecords` may. */
const ofStream: Find = ({ StreamARN, StreamName }) => {
  if (StreamARN === undefined && StreamName === undefined)
    throw new Error('the Kinesis request names no stream: it needs StreamARN or StreamName');
  return { resource: StreamARN ?? createArn('kinesis', `stream/${StreamName ?? ''}`) };
};
const ofTopic: Find = ({ TopicArn }) => ({ resource: TopicArn ?? '' });
const ofQueue: Find = ({ QueueName, QueueUrl }) => ({
  resource: createArn('sqs', QueueName ?? QueueUrl?.split('/').at(-1) ?? ''),
});
const ofStack: Find = ({ StackName }) => ({
  resource: createArn('cloudformation', `stack/${StackName ?? ''}/00000000-0000-4000-8000-000000000000`),
});
const ofNothing: Find = () => ({ resource: '*' });

const forEach = (operations: readonly string[], find: Find) =>
  Object.fromEntries(operations.map((operation) => [operation, find]));

const OPERATIONS: Record<Exclude<AuthorizedService, 's3'>, Readonly<Partial<Record<string, Find>>>> = {
  dynamodb: forEach(['PutItem', 'GetItem', 'DeleteItem', 'Scan', 'DescribeTable'], ofTable),
  kinesis: forEach(
    ['PutRecord', 'PutRecords', 'GetRecords', 'GetShardIterator', 'ListShards', 'DescribeStreamSummary'],
    ofStream,
  ),
  sns: { ...forEach(['Publish', 'Subscribe'], ofTopic), Unsubscribe: ofNothing },
  sqs: forEach(['CreateQueue', 'ReceiveMessage', 'DeleteQueue'], ofQueue),
  cloudformation: { DescribeStacks: ofStack },
};

function readS3Actions({ method, url, headers }: HttpRequest): NeededAction[] {
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const unknown = [...searchParams.keys()].filter((name) => !S3_PARAMETERS.includes(name));
  const [, bucket = '', ...key] = pathname.split('/').map(decodeURIComponent);
  const isObject = key.some((part) => part !== '');
  const source = headers['x-amz-copy-source'];
  const need = (action: string, path: string): NeededAction => ({
    action: `s3:${action}`,
    resource: `arn:aws:s3:::${path}`,
    context: {},
  });
  const path = [bucket, ...key].join('/');
  const version = searchParams.has('versionId') ? 'Version' : '';
  if (unknown.length === 0 && isObject) {
    if (method === 'PUT' && typeof source === 'string')
      return [need('GetObject', decodeURIComponent(source).replace(/^\//, '')), need('PutObject', path)];
    if (method === 'PUT') return [need('PutObject', path)];
    if (method === 'GET' || method === 'HEAD') return [need(`GetObject${version}`, path)];
    if (method === 'DELETE') return [need(`DeleteObject${version}`, path)];
  }
  if (unknown.length === 0 && method === 'GET') {
    return [need(searchParams.has('versions') ? 'ListBucketVersions' : 'ListBucket', bucket)];
  }
  throw new Error(`the authorizer does not know the S3 request ${method} ?${unknown.join('&')}`);
}

const S3_PARAMETERS = [
  'x-id',
  'list-type',
  'prefix',
  'continuation-token',
  'max-keys',
  'start-after',
  'delimiter',
  'versions',
  'key-marker',
  'version-id-marker',
  'versionId',
];
