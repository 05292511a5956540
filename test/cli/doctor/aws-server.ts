/**
 * Serves the AWS APIs that doctor calls on loopback. Answers and error codes have the types of the SDK's models. Each goes
 * through the wire format of its service, so that the SDK deserializes it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type * as CloudFormation from '@aws-sdk/client-cloudformation';
import type * as Connect from '@aws-sdk/client-connect';
import type * as DynamoDB from '@aws-sdk/client-dynamodb';
import type * as Kinesis from '@aws-sdk/client-kinesis';
import type * as Kms from '@aws-sdk/client-kms';
import type * as Lambda from '@aws-sdk/client-lambda';
import type * as Sns from '@aws-sdk/client-sns';
import type * as Ssm from '@aws-sdk/client-ssm';
import type * as Sts from '@aws-sdk/client-sts';
import { startListening } from '../../../local/stack/http-forwarding';

/** `never`: the service accepts the request, but does not answer. */
type Answer<T> = Omit<T, '$metadata'> | AwsError | 'never';

/**
 * Errors of the models, and those that every service has: as on the wire, where SNS leaves out "Exception". Kinesis and
 * Lambda have the first one as well.
 */
type Code =
  | Connect.ResourceNotFoundException['name']
  | Kms.NotFoundException['name']
  | Ssm.ParameterNotFound['name']
  | 'AccessDenied'
  | 'AccessDeniedException'
  | 'AuthorizationError'
  | 'InvalidClientTokenId'
  | 'UnknownOperationException'
  | 'ValidationError';

export class AwsError {
  constructor(
    readonly code: Code,
    readonly status = 400,
    readonly message = 'CANARY in a message',
  ) {}
}

/** By call, as IAM names it. */
export interface Answers {
  'sts:GetCallerIdentity': Answer<Sts.GetCallerIdentityCommandOutput>;
  'ssm:GetParameter': Answer<Ssm.GetParameterCommandOutput>;
  'connect:DescribeInstance': Answer<Connect.DescribeInstanceCommandOutput>;
  'connect:ListInstanceStorageConfigs': Answer<Connect.ListInstanceStorageConfigsCommandOutput>;
  'kinesis:DescribeStreamSummary': Answer<{
    StreamDescriptionSummary: Partial<Kinesis.StreamDescriptionSummary>;
  }>;
  'kms:DescribeKey': Answer<Kms.DescribeKeyCommandOutput>;
  'kms:GetKeyPolicy': Answer<Kms.GetKeyPolicyCommandOutput>;
  'cloudformation:DescribeStacks': Answer<{ Stacks: Partial<CloudFormation.Stack>[] }>;
  'lambda:GetFunctionConfiguration': Answer<Lambda.GetFunctionConfigurationCommandOutput>;
  'lambda:ListEventSourceMappings': Answer<Lambda.ListEventSourceMappingsCommandOutput>;
  'sns:ListSubscriptionsByTopic': (
    topic: string,
    token: string | null,
  ) => Answer<Sns.ListSubscriptionsByTopicCommandOutput>;
  'dynamodb:Scan': Answer<DynamoDB.ScanCommandOutput>;
}

export interface AwsServer {
  answers: Answers;
  /** The calls in their order, with their input. */
  requests: { call: string; body: string; path: string }[];
  /** `AWS_ENDPOINT_URL`. */
  endpoint: string;
  close: () => void;
}

export async function startAwsServer(answers: Answers): Promise<AwsServer> {
  const requests: AwsServer['requests'] = [];
  const running: AwsServer = { answers, requests, endpoint: '', close: () => undefined };
  const server = createServer((request, response) => {
    void request.toArray().then((chunks) => {
      const body = Buffer.concat(chunks as Buffer[]).toString();
      const call = readCall(request, body);
      requests.push({ call, body, path: request.url ?? '' });
      answer(running.answers, call, body, response);
    });
  });
  running.endpoint = await startListening(server);
  running.close = () => {
    server.closeAllConnections();
    server.close();
  };
  return running;
}

/** The service is in the signature; the operation in a header, in the body, or in the path. */
function readCall({ headers, url = '', method = '' }: IncomingMessage, body: string): string {
  const [, service = ''] = /Credential=[^/]+\/\d+\/[^/]+\/(\w+)\//.exec(headers.authorization ?? '') ?? [];
  const target = headers['x-amz-target'];
  const operation =
    typeof target === 'string' ? target.split('.')[1] : new URLSearchParams(body).get('Action');
  return `${service}:${operation ?? PATHS.find(([path]) => path.test(`${method} ${url}`))?.[1] ?? url}`;
}

const PATHS: [RegExp, string][] = [
  [/^GET \/instance\/[\w-]+$/, 'DescribeInstance'],
  [
    /^GET \/instance\/[\w-]+\/storage-configs\?resourceType=CONTACT_TRACE_RECORDS$/,
    'ListInstanceStorageConfigs',
  ],
  [/^GET \/2015-03-31\/functions\/[^/]+\/configuration$/, 'GetFunctionConfiguration'],
  [/^GET \/2015-03-31\/event-source-mappings\?/, 'ListEventSourceMappings'],
];

function answer(answers: Answers, call: string, body: string, response: ServerResponse): void {
  const fields = new URLSearchParams(body);
  const found = call in answers ? answers[call as keyof Answers] : new AwsError('UnknownOperationException');
  const content =
    typeof found === 'function' ? found(fields.get('TopicArn') ?? '', fields.get('NextToken')) : found;
  const operation = fields.get('Action');
  if (content === 'never') return;
  if (content instanceof AwsError) {
    const { code, status, message } = content;
    if (operation !== null) {
      const error = toXml({ Error: { Type: 'Sender', Code: code, Message: message } });
      response
        .writeHead(status, { 'content-type': 'text/xml' })
        .end(`<ErrorResponse>${error}</ErrorResponse>`);
      return;
    }
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code };
    response.writeHead(status, headers).end(JSON.stringify({ __type: code, message }));
  } else if (operation !== null) {
    const result = toXml({ [`${operation}Response`]: { [`${operation}Result`]: content } });
    response.writeHead(200, { 'content-type': 'text/xml' }).end(result);
  } else {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(content));
  }
}

function toXml(value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => `<member>${toXml(one)}</member>`).join('');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, member]) => `<${name}>${toXml(member)}</${name}>`)
    .join('');
}
