/**
 * Tests that the policies on the pages for operators are sufficient and minimal: each command runs with the policy of its
 * page, and its requests are evaluated with each part of the policy left out.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Emulators } from '../../local/emulators/start-emulators';
import { decide } from '../../local/authorizer/authorizer';
import { startAuthorizingProxy } from '../../local/authorizer/authorizing-proxy';
import { type AwsRequest, parsePolicy, type Principal } from '../../local/authorizer/policy';
import { readStackPolicies, type StackPolicies } from '../../local/authorizer/stack-policies';
import { ACCOUNT, REGION } from '../../local/stack/emulator-clients';
import { closeServer, startListening } from '../../local/stack/http-forwarding';
import { type LocalStack, startLocalStack } from '../../local/stack/local-stack';
import { aContactRecord } from '../factories';
import { removeEachPart } from '../policy-removals';
import { startVersionedS3, type VersionedS3 } from '../versioned-s3';
import { aGivenUp } from '../cli/shared/failure-objects';
import { aCommand } from './command';
import { aName, emulators, synthesized } from './emulators';

jest.setTimeout(180_000);

const OPERATOR: Principal & { kind: 'role' } = {
  kind: 'role',
  account: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:role/operator`,
};
/** The stack's name for CloudFormation. */
const STACK = 'a-stack';
const EXPORTS = aName('exports');
const EXPORT_KEY = 'the-key-of-the-exports';

let stack: LocalStack;
let s3: VersionedS3;
/** The emulators, with a bucket that has versions. */
let services: Emulators;
let receipts: string;
let cloudFormation: Server;
let cloudFormationEndpoint: string;
let key: string;
let policies: StackPolicies;

beforeAll(async () => {
  const { template, folder } = await synthesized();
  s3 = await startVersionedS3();
  services = { ...emulators, endpoints: { ...emulators.endpoints, s3: s3.endpoint } };
  receipts = mkdtempSync(join(tmpdir(), 'operators-'));
  stack = await startLocalStack({
    ...{ emulators: services, synthesized: { template, folder }, stackName: aName('operators'), shards: 1 },
  });
  policies = readStackPolicies(template, stack.created);
  key = policies.keys.get(stack.names.topicArn) ?? '';
  const exportKey = createArn('kms', `key/${EXPORT_KEY}`);
  policies.keys.set(`arn:aws:s3:::${EXPORTS}`, exportKey);
  policies.resource.set(exportKey, policies.resource.get(key)?.map(forAnyKey) ?? []);
  cloudFormation = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/xml' }).end(describeStack());
  });
  cloudFormationEndpoint = await startListening(cloudFormation);

  const records = [aContactRecord({ ContactId: 'stored' }), 'quarantined'];
  await stack.putRecords(
    records.map((record) => ({
      data: Buffer.from(typeof record === 'string' ? record : JSON.stringify(record)),
      partitionKey: 'key',
    })),
  );
  await stack.whenCaughtUp(120_000);
  const batch = aGivenUp(
    ['forgotten', 'other'].map((ContactId, index) => ({
      ...{ payload: JSON.stringify(aContactRecord({ ContactId })), sequenceNumber: index + 1 },
      streamArn: createArn('kinesis', `stream/${stack.names.stream}`),
    })),
  );
  await stack.clients.s3.send(
    new PutObjectCommand({ Bucket: stack.names.bucket, Key: batch.key, Body: batch.body }),
  );
  await stack.clients.s3.send(new CreateBucketCommand({ Bucket: EXPORTS }));
  const exported = JSON.stringify(aContactRecord({ ContactId: 'exported' }));
  await stack.clients.s3.send(
    new PutObjectCommand({ Bucket: EXPORTS, Key: 'a-prefix/records', Body: exported }),
  );
});
afterAll(async () => {
  await stack.stop();
  await s3.stop();
  await closeServer(cloudFormation);
  rmSync(receipts, { recursive: true });
});

const createArn = (service: string, resource: string) =>
  `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

/** A key with the same policy. */
const forAnyKey = (statement: ReturnType<typeof parsePolicy>[number]) => ({
  ...statement,
  appliesTo: (request: AwsRequest) => statement.appliesTo({ ...request, resource: key }),
});

function describeStack(): string {
  const { stream, recordsTable, ledgerTable, topicArn, bucket } = stack.names;
  const outputs = {
    StreamName: stream,
    RecordsTableName: recordsTable,
    LedgerTableName: ledgerTable,
    FailureBucketName: bucket,
    AbandonedContactsTopicArn: topicArn,
    NotifyWithinHours: 'none',
  };
  const members = Object.entries(outputs).map(
    ([name, value]) => `<member><OutputKey>${name}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult>
    <Stacks><member><StackName>${STACK}</StackName><StackStatus>CREATE_COMPLETE</StackStatus>
    <Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
}

/** The policy of a page, the statements of later blocks included, with names instead of placeholders. */
function readPolicy(page: string): { Version: string; Statement: Record<string, unknown>[] } {
  const text = readFileSync(join(__dirname, '../../docs', page), 'utf8');
  const section = text.slice(text.indexOf('\n## Permissions'));
  const { stream, recordsTable, ledgerTable, topicArn, bucket } = stack.names;
  const placeholders: Record<string, string> = {
    ...{ REGION, ACCOUNT, STACK, STREAM: stream, BUCKET: bucket, TOPIC_ARN: topicArn },
    ...{ RECORDS_TABLE: recordsTable, LEDGER_TABLE: ledgerTable, KEY: key.split('/').at(-1) ?? '' },
    ...{ EXPORTS, PREFIX: 'a-prefix', EXPORT_KEY },
  };
  const [policy, ...more] = Array.from(section.matchAll(/```json\n(.*?)```/gs), ([, json = '']) => {
    const named = json.replace(/\b[A-Z]{3}[A-Z_]*\b/g, (name) => {
      const value = placeholders[name];
      if (value === undefined) throw new Error(`docs/${page}: what is ${name}?`);
      return value;
    });
    return JSON.parse(named) as unknown;
  });
  const { Statement, ...others } = policy as ReturnType<typeof readPolicy>;
  return { ...others, Statement: [...Statement, ...(more.flat() as typeof Statement)] };
}

/** Runs commands one after the other with a policy; resolves to what they have sent. */
async function runWithPolicy(policy: object, calls: string[][]) {
  const recorded = new Map<string, AwsRequest>();
  const denied: string[] = [];
  const withPolicy = (document: object): StackPolicies => ({
    ...policies,
    identity: new Map(policies.identity).set(OPERATOR.arn, parsePolicy(document, 'identity')),
  });
  const proxy = await startAuthorizingProxy({
    targets: { ...services.endpoints, cloudformation: cloudFormationEndpoint },
    policies: withPolicy(policy),
    callers: { operator: OPERATOR },
    onRequest: (request) => recorded.set(JSON.stringify(request), request),
    onDenied: (message) => denied.push(message),
  });
  const endpoints = Object.entries(proxy.endpoints).map(([service, endpoint]) => [
    `AWS_ENDPOINT_URL_${service.toUpperCase()}`,
    endpoint,
  ]);
  const environment = { ...(Object.fromEntries(endpoints) as object), AWS_ACCESS_KEY_ID: 'operator' };
  try {
    const statuses: unknown[] = [];
    for (const [name = '', ...args] of calls) {
      const { status, errors } = await aCommand(name, args, environment).ended;
      statuses.push(status === 0 ? 0 : errors);
    }
    return { statuses, denied, requests: [...recorded.values()], withPolicy };
  } finally {
    await proxy.stop();
  }
}

const CALLS: Record<string, () => string[][]> = {
  'smoke.md': () => [['smoke', '--stack', STACK, '--abandoned', '--yes']],
  'explain.md': () => [
    ['explain', '--stack', STACK, '--contact', 'stored'],
    ['explain', '--stack', STACK, '--awaiting', '--yes'],
  ],
  'forget.md': () => [
    ['forget', '--stack', STACK, '--contact', 'forgotten', '--yes'],
    [
      ...['forget', '--stack', STACK, '--contact', 'forgotten', '--execute', '--yes', '--wait-seconds', '0'],
      ...['--receipt', join(receipts, 'receipt.json')],
    ],
  ],
  'redrive.md': () => [
    ['redrive', '--bucket', stack.names.bucket],
    ['redrive', '--bucket', stack.names.bucket, '--execute', '--yes'],
  ],
  'backfill.md': () => [
    [
      ...['backfill', `s3://${EXPORTS}/a-prefix/`, '--stack', STACK, '--notify-old-contacts', '--yes'],
      ...['--checkpoint', join(tmpdir(), `${EXPORTS}.json`)],
    ],
  ],
};

it.each(Object.keys(CALLS))(
  'the policy in docs/%s is enough, and each part of it is needed',
  async (page) => {
    const policy = readPolicy(page);

    const { statuses, denied, requests, withPolicy } = await runWithPolicy(policy, CALLS[page]?.() ?? []);
    const notNeeded = removeEachPart(policy).filter(({ without }) =>
      requests.every((request) => decide(withPolicy(without), request) === undefined),
    );

    expect(denied).toEqual([]);
    expect(statuses.filter((status) => status !== 0)).toEqual([]);
    expect(notNeeded.map(({ what }) => what)).toEqual([]);
  },
);

it('names the missing permission when a command lacks one', async () => {
  const policy = readPolicy('explain.md');
  const Statement = policy.Statement.filter(({ Action }) => String(Action) !== 'dynamodb:GetItem');

  const { statuses } = await runWithPolicy(
    { ...policy, Statement },
    CALLS['explain.md']?.().slice(0, 1) ?? [],
  );

  expect(statuses).toEqual([expect.stringContaining('the credentials lack dynamodb:GetItem')]);
});
