import { type AwsRequest, findDenial, parsePolicy, type Principal } from '../../../local/authorizer/policy';

const ACCOUNT = '111122223333';
const OTHER_ACCOUNT = '444455556666';
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/id`;
const TOPIC = `arn:aws:sns:us-east-1:${ACCOUNT}:topic`;

const aRole = (name = 'role', account = ACCOUNT): Principal & { kind: 'role' } => ({
  kind: 'role',
  account,
  arn: `arn:aws:iam::${account}:role/${name}`,
});
const aRequest = (overrides: Partial<AwsRequest> = {}): AwsRequest => ({
  ...{ principal: aRole(), action: 'sns:Publish', resource: TOPIC, context: {} },
  ...overrides,
});
const parse = (statement: object, kind: 'identity' | 'resource') =>
  parsePolicy(
    { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*', ...statement } },
    kind,
  );

/** Checks whether an identity policy, a resource policy, or both allow the request. */
function isAllowed(request: AwsRequest, policies: { identity?: object; resource?: object }): boolean {
  const identity = policies.identity === undefined ? [] : parse(policies.identity, 'identity');
  const resource = policies.resource === undefined ? [] : parse(policies.resource, 'resource');
  return findDenial(request, { identity, resource, owner: ACCOUNT }) === undefined;
}

const ROOT = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
const OTHER_ROOT = { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` };

it.each<
  [does: string, request: Partial<AwsRequest>, policies: { identity?: object; resource?: object }, boolean]
>([
  ['denies when no policy speaks of the request', {}, {}, false],
  ['allows by the identity policy alone', {}, { identity: {} }, true],
  [
    'allows by a resource policy that names the role',
    {},
    { resource: { Principal: { AWS: aRole().arn } } },
    true,
  ],
  ['denies by a resource policy that names the account only', {}, { resource: { Principal: ROOT } }, false],
  [
    'denies when a resource policy denies what the identity policy allows',
    {},
    { identity: {}, resource: { Effect: 'Deny', Principal: '*' } },
    false,
  ],
  [
    'denies a key by the identity policy alone',
    { action: 'kms:Decrypt', resource: KEY },
    { identity: {} },
    false,
  ],
  [
    'allows a key by the identity policy when the key policy leaves it to the account',
    { action: 'kms:Decrypt', resource: KEY },
    { identity: {}, resource: { Principal: ROOT } },
    true,
  ],
  [
    'denies a key when the key policy leaves it to the account and no identity policy allows it',
    { action: 'kms:Decrypt', resource: KEY },
    { resource: { Principal: ROOT } },
    false,
  ],
  [
    'denies another account when only the resource policy allows it',
    { principal: aRole('role', OTHER_ACCOUNT) },
    { resource: { Principal: OTHER_ROOT } },
    false,
  ],
  [
    'denies another account when only its identity policy allows it',
    { principal: aRole('role', OTHER_ACCOUNT) },
    { identity: {} },
    false,
  ],
  [
    'allows another account when both sides do',
    { principal: aRole('role', OTHER_ACCOUNT) },
    { identity: {}, resource: { Principal: OTHER_ROOT } },
    true,
  ],
  [
    'allows a service that a resource policy names',
    { principal: { kind: 'service', name: 'cloudwatch.amazonaws.com' } },
    { resource: { Principal: { Service: 'cloudwatch.amazonaws.com' } } },
    true,
  ],
  [
    'denies a service that no resource policy names',
    { principal: { kind: 'service', name: 'events.amazonaws.com' } },
    { resource: { Principal: { Service: 'cloudwatch.amazonaws.com' } } },
    false,
  ],
  ['takes an action in any case', {}, { identity: { Action: 'SNS:publish' } }, true],
  ['takes a resource in its case only', {}, { identity: { Resource: TOPIC.toUpperCase() } }, false],
  [
    'takes wildcards',
    {},
    { identity: { Action: 'sns:Pub*', Resource: TOPIC.replace('topic', 't?pic') } },
    true,
  ],
  ['takes a dot literally', {}, { identity: { Resource: TOPIC.replace('topic', 'to.ic') } }, false],
  [
    'does not take an action that NotAction names',
    {},
    { identity: { Action: undefined, NotAction: 'sns:*' } },
    false,
  ],
  [
    'takes an action that NotAction does not name',
    {},
    { identity: { Action: undefined, NotAction: 's3:*' } },
    true,
  ],
])('%s', (_, request, policies, expected) => {
  expect(isAllowed(aRequest(request), policies)).toBe(expected);
});

it.each<[does: string, Condition: object, context: AwsRequest['context'], boolean]>([
  [
    'meets StringEquals by an equal value',
    { StringEquals: { 'aws:SourceAccount': ['1', '2'] } },
    { 'aws:SourceAccount': ['2'] },
    true,
  ],
  ['does not meet a key that the request lacks', { StringEquals: { 'aws:SourceAccount': '1' } }, {}, false],
  [
    'meets StringLike by a wildcard',
    { StringLike: { 'kms:ViaService': 's*.amazonaws.com' } },
    { 'kms:ViaService': ['sns.amazonaws.com'] },
    true,
  ],
  [
    'meets ForAllValues when all values match',
    { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'a*' } },
    { 'dynamodb:LeadingKeys': ['a', 'ab'] },
    true,
  ],
  [
    'does not meet ForAllValues when one value does not match',
    { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'a*' } },
    { 'dynamodb:LeadingKeys': ['a', 'b'] },
    false,
  ],
  [
    'meets ForAllValues when there is no value',
    { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'a*' } },
    {},
    true,
  ],
  [
    'meets ArnLike part by part',
    { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/a_*' } },
    { 'aws:PrincipalArn': ['arn:aws:iam::1:role/a_b'] },
    true,
  ],
  [
    'does not let a wildcard of ArnLike pass a colon',
    { ArnLike: { 'aws:PrincipalArn': 'arn:*:role/a' } },
    { 'aws:PrincipalArn': ['arn:aws:iam::1:role/a'] },
    false,
  ],
  [
    'needs every key',
    { Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 'aws:SourceAccount': '1' } },
    { 'aws:SecureTransport': ['true'] },
    false,
  ],
])('%s', (_, Condition, context, expected) => {
  expect(isAllowed(aRequest({ context }), { identity: { Condition } })).toBe(expected);
});

it.each<[what: string, statement: object, kind: 'identity' | 'resource']>([
  ['element of a statement NotResource', { NotResource: '*' }, 'identity'],
  ['effect Maybe', { Effect: 'Maybe' }, 'identity'],
  [
    'condition operator StringNotEquals',
    { Condition: { StringNotEquals: { 'aws:SourceAccount': '1' } } },
    'identity',
  ],
  ['condition key aws:SourceIp', { Condition: { StringEquals: { 'aws:SourceIp': '1' } } }, 'identity'],
  ['policy variable ${aws:username}', { Resource: '${aws:username}' }, 'identity'],
  ['kind of principal Federated', { Principal: { Federated: 'x' } }, 'resource'],
  [
    'principal arn:aws:iam::111122223333:user/a',
    { Principal: { AWS: 'arn:aws:iam::111122223333:user/a' } },
    'resource',
  ],
])('rejects what it does not know: the %s', (what, statement, kind) => {
  expect(() => parse(statement, kind)).toThrow(`the authorizer does not know the ${what}`);
});

it.each<[why: string, statement: object, kind: 'identity' | 'resource']>([
  ['a resource policy without a principal', {}, 'resource'],
  ['an identity policy with a principal', { Principal: '*' }, 'identity'],
  ['a statement with Action and NotAction', { NotAction: '*' }, 'identity'],
])('rejects %s', (_, statement, kind) => {
  expect(() => parse(statement, kind)).toThrow();
});
