import { decide } from '../../../local/authorizer/authorizer';
import type { AwsRequest } from '../../../local/authorizer/policy';
import { readStackPolicies, type StackPolicies } from '../../../local/authorizer/stack-policies';
import { ACCOUNT } from '../../../local/stack/emulator-clients';
import { parseTemplate, type ResourceValues, type Template } from '../../../local/stack/template';
import { streamArn, streamKeyArn } from '../../lib/settings-variants';
import { templateOf } from '../../lib/synthesized';

/** Made-up values for every resource. */
const createValues = (template: Template) =>
  new Map(
    [...template.keys()].map((id): [string, ResourceValues] => [
      id,
      { ref: id, attributes: { Arn: `arn:aws:any:us-east-1:${ACCOUNT}:${id}` } },
    ]),
  );
const read = (template: Template): StackPolicies => readStackPolicies(template, createValues(template));

const template = parseTemplate(JSON.stringify(templateOf({ streamArn, streamKeyArn })));

it('lets the function decrypt with the key of an existing stream, and with no other action', () => {
  const policies = read(template);
  const usual = policies.resource.get(`arn:aws:any:us-east-1:${ACCOUNT}:EncryptionKey514CDF8F`) ?? [];
  const ofOwner = usual.slice(0, 1).map((statement) => ({ ...statement, appliesTo: () => true }));
  policies.resource.set(streamKeyArn, ofOwner);
  const arn = `arn:aws:any:us-east-1:${ACCOUNT}:ContactRecordFunctionRoleF28216CD`;
  const use = (action: string): AwsRequest => ({
    ...{ principal: { kind: 'role', arn, account: ACCOUNT }, action, resource: streamKeyArn, context: {} },
  });

  expect(decide(policies, use('kms:Decrypt'))).toBeUndefined();
  expect(decide(policies, use('kms:GenerateDataKey'))?.message).toMatch(
    /no identity-based policy allows it$/,
  );
});

it.each<[what: string, type: string, properties: Record<string, unknown>]>([
  ['a kind of policy', 'AWS::Kinesis::ResourcePolicy', {}],
  ['a permission of a function', 'AWS::Lambda::Permission', {}],
  ['managed policies of a role', 'AWS::IAM::Role', { ManagedPolicyArns: ['arn:aws:iam::aws:policy/Any'] }],
  ["a table's own policy", 'AWS::DynamoDB::Table', { ResourcePolicy: {} }],
])('rejects %s that it does not know', (_, type, properties) => {
  const more: Template = new Map([['More', { logicalId: 'More', type, properties, metadata: {} }]]);

  expect(() => read(more)).toThrow('More: the authorizer does not know this kind of policy');
});
