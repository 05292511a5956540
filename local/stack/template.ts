/** Parses a CloudFormation template, finds its resources, and resolves its references. */
import { ACCOUNT, REGION } from './emulator-clients';

export interface Resource {
  logicalId: string;
  type: string;
  properties: Record<string, unknown>;
  metadata: Record<string, unknown>;
}

/** The values of `Ref` and `Fn::GetAtt` for a resource that has been created. */
export interface ResourceValues {
  ref: string;
  attributes: Record<string, string>;
}

export type Template = Map<string, Resource>;

export function parseTemplate(json: string): Template {
  const { Resources } = JSON.parse(json) as {
    Resources: Record<
      string,
      { Type: string; Properties?: Record<string, unknown>; Metadata?: Record<string, unknown> }
    >;
  };
  return new Map(
    Object.entries(Resources).map(([logicalId, { Type, Properties = {}, Metadata = {} }]) => [
      logicalId,
      { logicalId, type: Type, properties: Properties, metadata: Metadata },
    ]),
  );
}

/** Finds the resource of a type; the template must have exactly one. */
export function findOnlyResource(template: Template, type: string): Resource {
  const [found, ...others] = findResources(template, type);
  if (found === undefined) throw new Error(`the template has no ${type}`);
  if (others.length > 0) {
    const ids = [found, ...others].map(({ logicalId }) => logicalId).join(', ');
    throw new Error(`the template has more than one ${type}: ${ids}`);
  }
  return found;
}

export function findResources(template: Template, type: string): Resource[] {
  return [...template.values()].filter((resource) => resource.type === type);
}

/** Finds the resource that a `Ref` or a `Fn::GetAtt` names. */
export function findReferencedResource(template: Template, value: unknown): Resource {
  const [intrinsic, argument] = parseIntrinsic(value) ?? [];
  // A `Ref` has no attribute: its argument is the logical id as well.
  const isReference = intrinsic === 'Ref' || intrinsic === 'Fn::GetAtt';
  const resource = isReference ? template.get(parseGetAttArguments(argument)[0]) : undefined;
  if (resource === undefined) throw new Error(`${JSON.stringify(value)} names no resource of the template`);
  return resource;
}

const EXISTING_STREAM = 'ExistingStream';

/**
 * Adds the existing stream that the mapping reads, if it names one by ARN.
 *
 * The local stack creates a stream of that name. The mapping and the policies then refer to it.
 */
export function addExistingStream(template: Template): Template {
  const mapping = findOnlyResource(template, 'AWS::Lambda::EventSourceMapping');
  const { EventSourceArn } = mapping.properties;
  if (typeof EventSourceArn !== 'string') return template;
  const stream = {
    logicalId: EXISTING_STREAM,
    type: 'AWS::Kinesis::Stream',
    properties: { Name: EventSourceArn.split('/').at(-1) },
    metadata: {},
  };
  const refer = (resource: Resource): Resource =>
    JSON.parse(JSON.stringify(resource), (_, value: unknown) =>
      value === EventSourceArn ? { 'Fn::GetAtt': [EXISTING_STREAM, 'Arn'] } : value,
    ) as Resource;
  const others = [...template].map(([logicalId, resource]) => [logicalId, refer(resource)] as const);
  return new Map([...others, [EXISTING_STREAM, stream]]);
}

/**
 * Replaces the references in a value: `Ref`, `Fn::GetAtt`, `Fn::Join`, and pseudo parameters.
 *
 * @throws Error that shows the first expression that cannot be replaced
 */
export function resolve(value: unknown, created: ReadonlyMap<string, ResourceValues>): unknown {
  if (Array.isArray(value)) return value.map((element) => resolve(element, created));
  if (typeof value !== 'object' || value === null) return value;
  const [intrinsic, argument] = parseIntrinsic(value) ?? [];
  switch (intrinsic) {
    case undefined:
      return Object.fromEntries(
        Object.entries(value).map(([name, member]) => [name, resolve(member, created)]),
      );
    case 'Ref': {
      const name = String(argument);
      return PSEUDO_PARAMETERS[name] ?? created.get(name)?.ref ?? throwUnresolvable(value);
    }
    case 'Fn::GetAtt': {
      const [logicalId, attribute] = parseGetAttArguments(argument);
      return created.get(logicalId)?.attributes[attribute] ?? throwUnresolvable(value);
    }
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]];
      return (resolve(parts, created) as string[]).join(separator);
    }
    default:
      return throwUnresolvable(value);
  }
}

const PSEUDO_PARAMETERS: Record<string, string> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::URLSuffix': 'amazonaws.com',
};

/** Parses an intrinsic function: an object with one member, `Ref` or `Fn::…`. */
function parseIntrinsic(value: unknown): [name: string, argument: unknown] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const [member, ...others] = Object.entries(value) as [string, unknown][];
  if (member === undefined || others.length > 0) return undefined;
  return member[0] === 'Ref' || member[0].startsWith('Fn::') ? member : undefined;
}

function parseGetAttArguments(argument: unknown): [logicalId: string, attribute: string] {
  const [logicalId = '', ...attribute] = Array.isArray(argument)
    ? (argument as string[])
    : String(argument).split('.');
  return [logicalId, attribute.join('.')];
}

function throwUnresolvable(value: unknown): never {
  throw new Error(`the local stack cannot resolve ${JSON.stringify(value)} of the template`);
}
