import { evaluateKeyPolicy, type KeyUse } from '../../../cli/doctor/key-policy';
import { resolve } from '../../../local/stack/template';
import { propertiesOf, templateOf } from '../../lib/synthesized';

const CONNECT_ROLE =
  'arn:aws:iam::111122223333:role/aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect_AbC';
const ROLE = 'arn:aws:iam::111122223333:role/path/writer';
const USE: KeyUse = {
  action: 'kms:GenerateDataKey',
  principalArn: ROLE,
  account: '111122223333',
  isAllowedByIam: false,
  context: { 'kms:ViaService': 'kinesis.eu-central-1.amazonaws.com' },
};
const ALLOW = { Effect: 'Allow', Principal: { AWS: ROLE }, Action: 'kms:GenerateDataKey', Resource: '*' };

const evaluate = (statement: unknown, use: Partial<KeyUse> = {}) =>
  evaluateKeyPolicy(JSON.stringify({ Statement: statement }), { ...USE, ...use });

it.each([
  ['the role', {}],
  ['the role among others', { Principal: { AWS: ['444455556666', ROLE] } }],
  ['all principals', { Principal: '*' }],
  ['all AWS principals', { Principal: { AWS: '*' } }],
  ['a pattern of actions', { Action: ['kms:Decrypt', 'kms:generatedatakey*'] }],
  ['all actions but another', { Action: undefined, NotAction: 'kms:Decrypt' }],
  [
    'an account of the caller',
    { Principal: '*', Condition: { StringEquals: { 'kms:CallerAccount': '111122223333' } } },
  ],
  [
    'a pattern of roles',
    { Principal: '*', Condition: { ArnLike: { 'aws:PrincipalArn': '*:role/*/w?iter' } } },
  ],
  ['a service in between', { Condition: { StringLike: { 'KMS:ViaService': ['s3.*', 'kinesis.*'] } } }],
  [
    'a key that is there, if it exists',
    { Condition: { StringEqualsIfExists: { 'kms:CallerAccount': '111122223333' } } },
  ],
])('allows it when the statement names %s', (_, change) => {
  expect(evaluate([{ ...ALLOW, ...change }])).toBe('allowed');
});

it.each([
  ['another role', { Principal: { AWS: `${ROLE}s` } }],
  ['a service', { Principal: { Service: 'connect.amazonaws.com' } }],
  ['another action', { Action: 'kms:GenerateDataKeyWithoutPlaintext' }],
  ['all actions but this', { Action: undefined, NotAction: 'kms:Generate*' }],
  ['another account of the caller', { Condition: { StringEquals: { 'kms:CallerAccount': '444455556666' } } }],
  ['a pattern where none counts', { Condition: { StringEquals: { 'kms:ViaService': 'kinesis.*' } } }],
  ['another role by a dot', { Condition: { ArnLike: { 'aws:PrincipalArn': ROLE.replace('/w', '.w') } } }],
  [
    'a condition that fails besides one that is not understood',
    { Condition: { Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 'kms:CallerAccount': '4' } } },
  ],
])('does not allow it when the statement names %s', (_, change) => {
  expect(evaluate([{ ...ALLOW, ...change }])).toBe('not-allowed');
});

it.each([
  ['an operator', { Condition: { Bool: { 'kms:CallerAccount': 'true' } } }],
  ['a context key', { Condition: { StringEquals: { 'aws:SourceVpc': 'vpc' } } }],
  ['a policy variable', { Condition: { StringEquals: { 'kms:CallerAccount': '${aws:PrincipalTag/a}' } } }],
  ['the form of a condition', { Condition: { StringEquals: 'text' } }],
  ['NotPrincipal', { Principal: undefined, NotPrincipal: { AWS: '444455556666' } }],
])('is unclear when %s is not understood', (_, change) => {
  expect(evaluate({ ...ALLOW, ...change })).toBe('unclear');
});

it.each(['', '{', '[]', '{"Statement":["text"]}'])('is unclear when the policy is %j', (policy) => {
  expect(evaluateKeyPolicy(policy, USE)).toBe('unclear');
});

it.each([
  ['not-allowed', false],
  ['allowed', true],
])('is %s when the policy leaves it to IAM, and what IAM allows counts: %s', (verdict, isAllowedByIam) => {
  const statement = { ...ALLOW, Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'kms:*' };

  expect(evaluate(statement, { isAllowedByIam })).toBe(verdict);
});

it('is denied when a statement allows it and another one denies it to the account', () => {
  const deny = { ...ALLOW, Effect: 'Deny', Principal: { AWS: '111122223333' } };

  expect(evaluate([ALLOW, deny])).toBe('denied');
});

it('is unclear when it is not understood whether a statement denies it', () => {
  const deny = { ...ALLOW, Effect: 'Deny', Condition: { Bool: { 'aws:ViaAWSService': 'false' } } };

  expect(evaluate([ALLOW, deny])).toBe('unclear');
});

it('is allowed when another statement is not understood', () => {
  const other = { ...ALLOW, Condition: { Bool: { 'aws:ViaAWSService': 'false' } } };

  expect(evaluate([other, ALLOW])).toBe('allowed');
});

const [{ KeyPolicy } = {}] = propertiesOf(
  'AWS::KMS::Key',
  templateOf({ env: { account: USE.account, region: 'eu-central-1' } }),
);

it.each([
  [{ action: 'kms:GenerateDataKey', principalArn: CONNECT_ROLE, isAllowedByIam: false }, 'allowed'],
  [{ action: 'kms:Decrypt', principalArn: CONNECT_ROLE, isAllowedByIam: false }, 'not-allowed'],
  [{ action: 'kms:GenerateDataKey', principalArn: ROLE, isAllowedByIam: false }, 'not-allowed'],
  [{ action: 'kms:Decrypt', principalArn: ROLE, isAllowedByIam: true }, 'allowed'],
])('reads the policy of the stack’s own key: %j is %s', (use, verdict) => {
  expect(evaluateKeyPolicy(JSON.stringify(resolve(KeyPolicy, new Map())), { ...USE, ...use })).toBe(verdict);
});
