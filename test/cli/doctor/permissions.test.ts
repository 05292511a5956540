/** Decides on each request of doctor with the policy of its page, and with each part of that policy left out. */
import { readFileSync } from 'node:fs';
import { findKeyActions } from '../../../local/authorizer/key-use';
import { type AwsRequest, findDenial, parsePolicy, type Principal } from '../../../local/authorizer/policy';
import { removeEachPart } from '../../policy-removals';
import * as account from './account';
import { examine, type Examined } from './account';

const STACK = 'ContactRecordPipeline';
const OPERATOR: Principal = {
  ...{ kind: 'role', account: account.ACCOUNT, arn: `arn:aws:iam::${account.ACCOUNT}:role/operator` },
};
const createArn = (service: string, resource: string) =>
  `arn:aws:${service}:${account.REGION}:${account.ACCOUNT}:${resource}`;
const STREAM_KEY = account.KEY;
const KEY = createArn('kms', 'key/0a1b2c3d-0000-4000-8000-000000000003');

/** CloudFormation begins the names that it chooses with the name of the stack. */
const STACK_NAMES = {
  FunctionArn: createArn('lambda', `function:${STACK}-ContactRecordFunction-AbC`),
  RecordsTableName: `${STACK}-RecordsTable-AbC`,
  AbandonedContactsTopicArn: createArn('sns', `${STACK}-AbandonedContacts-AbC`),
  OperationsTopicArn: createArn('sns', `${STACK}-Operations-AbC`),
};

function readPolicy(): { Statement: Record<string, unknown>[] } {
  const page = readFileSync('docs/doctor.md', 'utf8');
  const [, policy = ''] = /```json\n(\{\n {2}"Version".*?)```/s.exec(page) ?? [];
  const names: Record<string, string> = {
    ...{ REGION: account.REGION, ACCOUNT: account.ACCOUNT, INSTANCE: account.INSTANCE_ID, STACK },
    ...{ STREAM: 'exports', STREAM_KEY: STREAM_KEY.split('/')[1] ?? '', KEY: KEY.split('/')[1] ?? '' },
    RECORDS_TABLE: STACK_NAMES.RecordsTableName,
  };
  const named = policy.replace(/\b[A-Z]{3}[A-Z_]*\b/g, (name) => {
    const value = names[name];
    if (value === undefined) throw new Error(`docs/doctor.md: what is ${name}?`);
    return value;
  });
  return JSON.parse(named) as ReturnType<typeof readPolicy>;
}

/** Returns the resource of a call as the service authorization reference has it. */
function findResource({ call, body, path }: Examined['requests'][number]): string {
  const read = (name: string) => (JSON.parse(body) as Partial<Record<string, string>>)[name] ?? '';
  const readForm = (name: string) => new URLSearchParams(body).get(name) ?? '';
  const readPath = (pattern: RegExp) => decodeURIComponent(pattern.exec(path)?.[1] ?? '');
  const find: Partial<Record<string, () => string>> = {
    'cloudformation:DescribeStacks': () =>
      createArn('cloudformation', `stack/${readForm('StackName')}/00000000-0000-4000-8000-000000000000`),
    'connect:DescribeInstance': () => createArn('connect', `instance/${readPath(/^\/instance\/([^/]+)$/)}`),
    'connect:ListInstanceStorageConfigs': () =>
      createArn('connect', `instance/${readPath(/^\/instance\/([^/]+)\/storage-configs/)}`),
    'dynamodb:Scan': () => createArn('dynamodb', `table/${read('TableName')}`),
    'ds:DescribeDirectories': () => '*',
    'kinesis:DescribeStreamSummary': () => read('StreamARN'),
    'kms:DescribeKey': () => read('KeyId'),
    'kms:GetKeyPolicy': () => read('KeyId'),
    'lambda:GetFunctionConfiguration': () => readPath(/\/functions\/([^/]+)\/configuration$/),
    'lambda:ListEventSourceMappings': () => '*',
    'sns:ListSubscriptionsByTopic': () => readForm('TopicArn'),
    'ssm:GetParameter': () => createArn('ssm', `parameter${read('Name')}`),
  };
  const resource = find[call]?.();
  if (resource === undefined) throw new Error(`a call that this test does not know: ${call}`);
  return resource;
}

/** The requests that IAM decides on: doctor's own, and what Connect and DynamoDB send for it. */
function findRequests(requests: Examined['requests']): AwsRequest[] {
  const context = {};
  const principal = OPERATOR;
  const onBehalf = { call: 'ds:DescribeDirectories', body: '', path: '' };
  // AWS allows sts:GetCallerIdentity to every identity.
  const decided = requests.filter(({ call }) => call !== 'sts:GetCallerIdentity');
  return [...decided, onBehalf].flatMap((request) => {
    const own = { principal, context, action: request.call, resource: findResource(request) };
    const keyContext = { 'kms:ViaService': [`dynamodb.${account.REGION}.amazonaws.com`] };
    const uses = findKeyActions(request.call);
    return [own, ...uses.map((action) => ({ principal, action, resource: KEY, context: keyContext }))];
  });
}

function decide(policy: object, request: AwsRequest): string | undefined {
  const delegation = { Version: '2012-10-17', Statement: [account.ROOT_STATEMENT] };
  const isOnKey = request.action.startsWith('kms:');
  return findDenial(request, {
    identity: parsePolicy(policy, 'identity'),
    resource: isOnKey ? parsePolicy(delegation, 'resource') : [],
    owner: account.ACCOUNT,
  });
}

it('allows each request of doctor, and needs each of its parts, when doctor examines a deployed stack', async () => {
  const stack = account.aStack('CREATE_COMPLETE', STACK_NAMES);
  const { requests } = await examine({ 'cloudformation:DescribeStacks': stack }, { stack: STACK });
  const policy = readPolicy();

  const decided = findRequests(requests);
  const denied = decided.filter((request) => decide(policy, request) !== undefined);
  const notNeeded = removeEachPart(policy).filter(({ without }) =>
    decided.every((request) => decide(without, request) === undefined),
  );

  expect(denied.map(({ action, resource }) => `${action} on ${resource}`)).toEqual([]);
  expect(notNeeded.map(({ what }) => what)).toEqual([]);
});
