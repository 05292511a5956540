/**
 * Tests that the policies of the stack are sufficient and minimal: the requests of a complete run, and those that AWS sends
 * for the stack, are evaluated with the synthesized policies, and with each of their parts left out.
 */
import { Agent, createServer, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { decide } from '../../local/authorizer/authorizer';
import { type AwsRequest, parsePolicy, type Principal } from '../../local/authorizer/policy';
import { readStackPolicies, type StackPolicies } from '../../local/authorizer/stack-policies';
import { ACCOUNT, REGION } from '../../local/stack/emulator-clients';
import { closeServer, forwardRequest, sendAnswer, startListening } from '../../local/stack/http-forwarding';
import { type LocalStack, startLocalStack } from '../../local/stack/local-stack';
import { synthesize, type SynthesizedStack } from '../../local/stack/synthesize';
import { aContactRecord } from '../factories';
import { removeEachPart } from '../policy-removals';
import { aName, clients, emulators } from './emulators';

jest.setTimeout(180_000);

const OTHER_ACCOUNT = '444455556666';
const THIRD_ACCOUNT = '777788889999';

let folder: string;
let synthesized: SynthesizedStack;
let stack: LocalStack;
/** Like the first one, but records are too old as soon as they arrive. */
let givingUp: LocalStack;
const refusing: Server[] = [];
const agent = new Agent({ keepAlive: true });
/** The distinct requests of functions and mappings. */
const recorded = new Map<string, AwsRequest>();
const denied: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'permissions-test-'));
  synthesized = await synthesize(folder, { tracing: true, subscriberAccounts: [OTHER_ACCOUNT] });
  stack = await startRecordedStack();
  givingUp = await startRecordedStack(0.001);
  await run(stack, [
    aContactRecord({ ContactId: 'abandoned' }),
    aContactRecord({ ContactId: 'first', NextContactId: 'second' }),
    aContactRecord({ ContactId: 'refused' }),
    'quarantined',
    aContactRecord({ ContactId: 'conflicting', Mark: 1 }),
  ]);
  await run(stack, [aContactRecord({ ContactId: 'conflicting', Mark: 2 })]);
  await run(givingUp, [aContactRecord()]);
});
afterAll(async () => {
  await Promise.all([stack.stop(), givingUp.stop()]);
  await Promise.all(refusing.map(closeServer));
  agent.destroy();
  rmSync(folder, { recursive: true });
});

function startRecordedStack(maximumRecordAgeSeconds?: number): Promise<LocalStack> {
  return startLocalStack({
    ...{ emulators, synthesized, stackName: aName('permissions'), shards: 1 },
    ...(maximumRecordAgeSeconds !== undefined && { maximumRecordAgeSeconds }),
    functionEndpoints: async (endpoints) => ({ ...endpoints, sns: await startRefusing(endpoints.sns) }),
    onRequest: (request) => {
      // One object of each folder, one item of each table.
      const resource = request.resource.replace(/^(arn:aws:s3:::[^/]+\/(?:aws\/)?[^/]+\/).*/, '$1object');
      const one = { ...request, resource, context: { ...request.context, 'dynamodb:LeadingKeys': [] } };
      recorded.set(JSON.stringify(one), one);
    },
    onDenied: (message) => denied.push(message),
  });
}

/** Refuses the message of one contact, as SNS does; the emulator accepts all. */
async function startRefusing(target: string): Promise<string> {
  const error =
    '<Code>InvalidParameter</Code><Message>Invalid parameter: Message too long</Message><Type>Sender</Type>';
  const refusal = Buffer.from(`<ErrorResponse><Error>${error}</Error></ErrorResponse>`);
  const server = createServer((incoming, outgoing) => {
    void buffer(incoming).then(async (body) => {
      const answer = body.includes('refused')
        ? { status: 400, headers: ['content-type', 'text/xml'], body: refusal }
        : await forwardRequest(target, incoming, body, agent);
      sendAnswer(outgoing, answer);
    });
  });
  refusing.push(server);
  return startListening(server);
}

async function run({ putRecords, whenCaughtUp }: LocalStack, payloads: (object | string)[]): Promise<void> {
  await putRecords(
    payloads.map((payload) => ({
      data: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
      partitionKey: 'key',
    })),
  );
  await whenCaughtUp(120_000);
}

async function listFolders({ names }: LocalStack): Promise<string[]> {
  const { Contents = [] } = await clients.s3.send(new ListObjectsV2Command({ Bucket: names.bucket }));
  return Contents.map(({ Key = '' }) => Key.split('/')[0] ?? '').sort();
}

const aRole = (name: string, account = ACCOUNT): Principal & { kind: 'role' } => ({
  kind: 'role',
  account,
  arn: `arn:aws:iam::${account}:role/${name}`,
});
const aService = (name: string): Principal => ({ kind: 'service', name });
const CONNECT_ROLE = 'aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect_a1B2c3';
const SUBSCRIBER = 'subscriber';

/** What AWS sends for the stack and no emulator shows, and what must be denied. */
function createPlatformRequests() {
  const find = (part: string) => {
    const [, found] = [...stack.created].find(([logicalId]) => logicalId.startsWith(part)) ?? [];
    return { ref: found?.ref ?? '', arn: found?.attributes.Arn ?? found?.attributes.TopicArn ?? '' };
  };
  const role = { kind: 'role', account: ACCOUNT, arn: find('ContactRecordFunctionRole').arn } as const;
  const [key, stream, topic] = [
    find('EncryptionKey'),
    find('ContactRecordStream'),
    find('AbandonedContacts'),
  ];
  const [operations, logGroup] = [find('OperationsTopic').arn, find('ContactRecordFunctionLogs').arn];
  const bucket = find('FailureBucket').arn;
  const cloudWatch = aService('cloudwatch.amazonaws.com');
  const logs = aService(`logs.${REGION}.amazonaws.com`);
  const send =
    (principal: Principal, ...actions: string[]) =>
    (resource: string, context: AwsRequest['context'] = {}): AwsRequest[] =>
      actions.map((action) => ({
        ...{ principal, action, resource },
        context: { 'aws:SecureTransport': ['true'], ...context },
      }));
  const connect = (principal: Principal & { kind: 'role' }) =>
    send(principal, 'kms:GenerateDataKey')(key.arn, {
      'kms:CallerAccount': [principal.account],
      'aws:PrincipalArn': [principal.arn],
    });
  const publish = ['kms:Decrypt', 'kms:GenerateDataKey'];
  const encrypt = [
    'Encrypt',
    'DescribeKey',
    'GenerateDataKeyWithoutPlaintext',
    'ReEncryptFrom',
    'ReEncryptTo',
  ];
  const plain = { 'aws:SecureTransport': ['false'] };
  const sourceAccount = (account: string) => ({ 'aws:SourceAccount': [account] });
  const topicContext = (arn: string) => ({ 'kms:EncryptionContext:aws:sns:topicArn': [arn] });
  const logContext = (account: string) => ({
    'kms:EncryptionContext:aws:logs:arn': [`arn:aws:logs:${REGION}:${account}:log-group:any`],
  });
  return {
    allowed: [
      // Lambda: creates the mapping, and writes to its destination (AWS Lambda Developer Guide, "Process Amazon Kinesis
      // Data Streams records with Lambda", "Capturing discarded batches").
      send(aService('lambda.amazonaws.com'), 'sts:AssumeRole')(role.arn),
      send(role, 'kinesis:DescribeStream', 'kinesis:DescribeStreamSummary')(stream.arn),
      send(role, 's3:ListBucket')(bucket),
      // Lambda: logs and traces of the function ("Defining Lambda function permissions with an execution role").
      send(role, 'logs:CreateLogStream', 'logs:PutLogEvents')(logGroup.replace('*', 'log-stream:any')),
      send(role, 'xray:PutTraceSegments', 'xray:PutTelemetryRecords')('*'),
      // Connect writes to the encrypted stream; the policy of its role is AWS's own.
      connect(aRole(CONNECT_ROLE)),
      // CloudWatch publishes an alarm. Which of the two contexts KMS sees has not been observed.
      send(cloudWatch, 'sns:Publish')(operations, sourceAccount(ACCOUNT)),
      send(cloudWatch, ...publish)(key.arn, sourceAccount(ACCOUNT)),
      send(cloudWatch, ...publish)(key.arn, topicContext(operations)),
      // CloudWatch Logs encrypts as itself.
      send(logs, ...publish, ...encrypt.map((action) => `kms:${action}`))(key.arn, logContext(ACCOUNT)),
      // Subscribers, whose own policies allow it.
      send(aRole(SUBSCRIBER), 'sns:Subscribe')(topic.arn),
      send(aRole(SUBSCRIBER, OTHER_ACCOUNT), 'sns:Subscribe')(topic.arn),
    ].flat(),
    denied: [
      // Requests without TLS.
      send(role, 'sns:Publish')(topic.arn, plain),
      send(cloudWatch, 'sns:Publish')(operations, { ...sourceAccount(ACCOUNT), ...plain }),
      send(role, 's3:PutObject')(`${bucket}/quarantined/object`, plain),
      send(role, 's3:ListBucket')(bucket, plain),
      // Requests that the function does not need.
      send(role, 'dynamodb:DeleteItem', 'dynamodb:Scan')(find('RecordsTable').arn),
      send(role, 'dynamodb:GetItem')(find('LedgerTable').arn),
      send(role, 's3:GetObject', 's3:DeleteObject')(`${bucket}/quarantined/object`),
      send(role, 's3:PutObject')(`${bucket}/redriven/object`),
      send(role, 'sns:Publish')(operations),
      send(role, 'kinesis:PutRecord')(stream.arn),
      send(role, 'kms:Encrypt', 'kms:CreateGrant', 'kms:ScheduleKeyDeletion')(key.arn),
      // Callers that a condition excludes.
      connect(aRole(CONNECT_ROLE, OTHER_ACCOUNT)),
      connect(aRole('aws-service-role/other.amazonaws.com/AWSServiceRoleForAmazonConnect_a')),
      connect(aRole(SUBSCRIBER)),
      send(cloudWatch, 'sns:Publish')(operations, sourceAccount(OTHER_ACCOUNT)),
      send(cloudWatch, ...publish)(key.arn, {
        ...sourceAccount(OTHER_ACCOUNT),
        ...topicContext(operations.replace(ACCOUNT, OTHER_ACCOUNT)),
      }),
      send(cloudWatch, ...publish)(key.arn),
      send(logs, 'kms:Decrypt')(key.arn, logContext(OTHER_ACCOUNT)),
      send(aRole(SUBSCRIBER, THIRD_ACCOUNT), 'sns:Subscribe')(topic.arn),
      send(aRole(SUBSCRIBER, OTHER_ACCOUNT), 'sns:Publish')(topic.arn),
    ].flat(),
  };
}

/** The policies of both stacks, and those of subscribers, which may do anything with SNS. */
function readPolicies(template = synthesized.template): StackPolicies {
  const [one, other] = [stack, givingUp].map(({ created }) => readStackPolicies(template, created));
  const ofSubscriber = parsePolicy(
    { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sns:*', Resource: '*' }] },
    'identity',
  );
  const subscribers = [OTHER_ACCOUNT, THIRD_ACCOUNT, ACCOUNT].map(
    (account) => [aRole(SUBSCRIBER, account).arn, ofSubscriber] as const,
  );
  const merge = (name: 'identity' | 'resource') => [...(one?.[name] ?? []), ...(other?.[name] ?? [])];
  return {
    identity: new Map([...merge('identity'), ...subscribers]),
    resource: new Map(merge('resource')),
    keys: new Map([...(one?.keys ?? []), ...(other?.keys ?? [])]),
  };
}

const findDenials = (policies: StackPolicies, requests: readonly AwsRequest[]): string[] =>
  requests.flatMap((request) => decide(policies, request)?.message ?? []);

it('allows all requests of a complete run', async () => {
  const sent = [...new Set([...recorded.values()].map(({ action }) => action))].sort();

  expect(denied).toEqual([]);
  expect(await listFolders(stack)).toEqual(['conflicting', 'quarantined', 'refused']);
  expect(await listFolders(givingUp)).toEqual(['aws']);
  expect(sent).toEqual([
    ...['dynamodb:GetItem', 'dynamodb:PutItem', 'kinesis:GetRecords', 'kinesis:GetShardIterator'],
    ...['kinesis:ListShards', 'kms:Decrypt', 'kms:GenerateDataKey', 's3:PutObject', 'sns:Publish'],
  ]);
});

it('allows the requests that AWS sends for the stack', () => {
  expect(findDenials(readPolicies(), createPlatformRequests().allowed)).toEqual([]);
});

it('denies plain HTTP and all other requests', () => {
  const policies = readPolicies();
  const { denied } = createPlatformRequests();

  const allowed = denied.filter((request) => decide(policies, request) === undefined);

  expect(allowed).toEqual([]);
});

it('changes a decision when any statement, action or resource is left out', () => {
  const { allowed, denied } = createPlatformRequests();
  const requests = [...recorded.values(), ...allowed, ...denied];
  const decideAll = (template = synthesized.template) => {
    const policies = readPolicies(template);
    return requests.map((request) => String(decide(policies, request) === undefined)).join();
  };
  const removals = [...synthesized.template.values()].flatMap((resource) =>
    ['PolicyDocument', 'KeyPolicy', 'AssumeRolePolicyDocument'].flatMap((property) =>
      resource.properties[property] === undefined
        ? []
        : removeEachPart(resource.properties[property]).map(({ what, without }) => ({
            what: `${resource.logicalId}: ${what}`,
            properties: { ...resource.properties, [property]: without },
            resource,
          })),
    ),
  );
  const whole = decideAll();

  const notNeeded = removals.filter(({ resource, properties }) => {
    const template = new Map(synthesized.template).set(resource.logicalId, { ...resource, properties });
    return decideAll(template) === whole;
  });

  expect(notNeeded.map(({ what }) => what)).toEqual([]);
  expect(removals.length).toBeGreaterThan(45);
});
