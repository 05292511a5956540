/** Reads the policies of a synthesized stack, with the physical names of its resources. */
import { type Resource, type ResourceValues, resolve, type Template } from '../stack/template';
import { parsePolicy, type Statement } from './policy';

export interface StackPolicies {
  /** Identity policies, by the ARN of their role. */
  readonly identity: Map<string, Statement[]>;
  /** Resource policies, by the ARN of topic, bucket or key. */
  readonly resource: Map<string, Statement[]>;
  /** The key of each encrypted resource: an ARN by an ARN. */
  readonly keys: Map<string, string>;
}

type Created = ReadonlyMap<string, ResourceValues>;

/**
 * Reads all policies of the template.
 *
 * @throws Error that names an unknown kind of policy, element, operator or condition key
 */
export function readStackPolicies(template: Template, created: Created): StackPolicies {
  const policies: StackPolicies = { identity: new Map(), resource: new Map(), keys: new Map() };
  for (const resource of template.values()) {
    try {
      readResource(resource, created, policies);
    } catch (error) {
      throw new Error(`${resource.logicalId}: ${(error as Error).message}`, { cause: error });
    }
  }
  return policies;
}

function readResource(
  { logicalId, type, properties }: Resource,
  created: Created,
  { identity, resource, keys }: StackPolicies,
): void {
  const read = (name: string): unknown => resolve(properties[name], created);
  const arn = findArn(created.get(logicalId));
  switch (type) {
    case 'AWS::IAM::Policy':
      for (const role of read('Roles') as string[]) {
        const values = [...created.values()].find(({ ref, attributes }) => ref === role && attributes.Arn);
        add(identity, findArn(values), parsePolicy(read('PolicyDocument'), 'identity'));
      }
      return;
    case 'AWS::SNS::TopicPolicy':
      for (const topic of read('Topics') as string[])
        add(resource, topic, parsePolicy(read('PolicyDocument'), 'resource'));
      return;
    case 'AWS::S3::BucketPolicy':
      add(
        resource,
        `arn:aws:s3:::${read('Bucket') as string}`,
        parsePolicy(read('PolicyDocument'), 'resource'),
      );
      return;
    case 'AWS::IAM::Role':
      rejectHiddenPolicies(type, properties);
      add(resource, arn, parsePolicy(read('AssumeRolePolicyDocument'), 'resource'));
      return;
    case 'AWS::KMS::Key':
      add(resource, arn, parsePolicy(withOwnArn(read('KeyPolicy'), arn), 'resource'));
      return;
    default: {
      rejectHiddenPolicies(type, properties);
      const key = findKey(resolve(pickEncryption(properties), created));
      if (key !== undefined) keys.set(arn, key);
    }
  }
}

/** Rejects a resource that grants permissions in a form that this file does not read. */
function rejectHiddenPolicies(type: string, properties: Record<string, unknown>): void {
  const hidden = POLICY_PROPERTIES.filter((name) => properties[name] !== undefined);
  if (/Policy$|Permission$/.test(type) || hidden.length > 0)
    throw new Error(`the authorizer does not know this kind of policy: ${[type, ...hidden].join(' ')}`);
}

const POLICY_PROPERTIES = [
  'ManagedPolicyArns',
  'Policies',
  'PermissionsBoundary',
  'ResourcePolicy',
  'PolicyDocument',
];

const findArn = (values: ResourceValues | undefined): string =>
  values?.attributes.Arn ?? values?.attributes.TopicArn ?? '';

function add(to: Map<string, Statement[]>, arn: string, statements: Statement[]): void {
  to.set(arn, [...(to.get(arn) ?? []), ...statements]);
}

/** Replaces `*` by the key's ARN: in a key's policy, it means the key itself. */
const withOwnArn = (policy: unknown, arn: string): unknown =>
  JSON.parse(JSON.stringify(policy), (name, value: unknown) =>
    name === 'Resource' && value === '*' ? arn : value,
  );

const ENCRYPTION = ['SSESpecification', 'StreamEncryption', 'KmsMasterKeyId', 'BucketEncryption', 'KmsKeyId'];
const pickEncryption = (properties: Record<string, unknown>): unknown =>
  ENCRYPTION.map((name) => properties[name] ?? null);

/** Finds the key's ARN at any depth of the properties. */
function findKey(encryption: unknown): string | undefined {
  if (typeof encryption === 'string') return encryption.startsWith('arn:') ? encryption : undefined;
  return Object.values(encryption ?? {})
    .map(findKey)
    .find((key) => key !== undefined);
}
