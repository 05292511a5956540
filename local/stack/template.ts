/** Reading a CloudFormation template: its resources, and what its references become. */
import { ACCOUNT, REGION } from './emulator-clients';

export interface Resource {
  logicalId: string;
  type: string;
  properties: Record<string, unknown>;
  metadata: Record<string, unknown>;
}

/** What `Ref` and `Fn::GetAtt` give for a resource that has been created. */
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

/** The resource of a type, of which the template has exactly one. */
export function onlyResource(template: Template, type: string): Resource {
  const [found, ...others] = resourcesOfType(template, type);
  if (found === undefined) throw new Error(`the template has no ${type}`);
  if (others.length > 0) {
    const ids = [found, ...others].map(({ logicalId }) => logicalId).join(', ');
    throw new Error(`the template has more than one ${type}: ${ids}`);
  }
  return found;
}

export function resourcesOfType(template: Template, type: string): Resource[] {
  return [...template.values()].filter((resource) => resource.type === type);
}

/** The resource that a `Ref` or a `Fn::GetAtt` names. */
export function referencedResource(template: Template, value: unknown): Resource {
  const [intrinsic, argument] = intrinsicOf(value) ?? [];
  const logicalId =
    intrinsic === 'Ref' ? String(argument) : intrinsic === 'Fn::GetAtt' ? getAttArguments(argument)[0] : '';
  const resource = template.get(logicalId);
  if (resource === undefined) throw new Error(`${JSON.stringify(value)} names no resource of the template`);
  return resource;
}

/**
 * Replaces every reference in a value by what it refers to: `Ref`, `Fn::GetAtt`, `Fn::Join`, `Fn::Sub`, and the pseudo
 * parameters of account and region.
 *
 * @throws Error that shows the first expression which it can't replace
 */
export function resolve(value: unknown, created: ReadonlyMap<string, ResourceValues>): unknown {
  if (Array.isArray(value)) return value.map((element) => resolve(element, created));
  if (typeof value !== 'object' || value === null) return value;
  const [intrinsic, argument] = intrinsicOf(value) ?? [];
  switch (intrinsic) {
    case undefined:
      return Object.fromEntries(
        Object.entries(value).map(([name, member]) => [name, resolve(member, created)]),
      );
    case 'Ref':
      return reference(String(argument), undefined, created) ?? unresolvable(value);
    case 'Fn::GetAtt':
      return reference(...getAttArguments(argument), created) ?? unresolvable(value);
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]];
      return (resolve(parts, created) as string[]).join(separator);
    }
    case 'Fn::Sub':
      if (typeof argument !== 'string') return unresolvable(value);
      return argument.replace(
        /\$\{([^!}.]+)(?:\.([^}]+))?\}/g,
        (_, logicalId: string, attribute?: string) =>
          reference(logicalId, attribute, created) ?? unresolvable(value),
      );
    default:
      return unresolvable(value);
  }
}

const PSEUDO_PARAMETERS: Record<string, string> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::URLSuffix': 'amazonaws.com',
};

function reference(
  logicalId: string,
  attribute: string | undefined,
  created: ReadonlyMap<string, ResourceValues>,
): string | undefined {
  if (attribute !== undefined) return created.get(logicalId)?.attributes[attribute];
  return PSEUDO_PARAMETERS[logicalId] ?? created.get(logicalId)?.ref;
}

/** An intrinsic function is an object with one member, `Ref` or `Fn::…`. */
function intrinsicOf(value: unknown): [name: string, argument: unknown] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const [member, ...others] = Object.entries(value) as [string, unknown][];
  if (member === undefined || others.length > 0) return undefined;
  return member[0] === 'Ref' || member[0].startsWith('Fn::') ? member : undefined;
}

function getAttArguments(argument: unknown): [logicalId: string, attribute: string] {
  const [logicalId = '', ...attribute] = Array.isArray(argument)
    ? (argument as string[])
    : String(argument).split('.');
  return [logicalId, attribute.join('.')];
}

function unresolvable(value: unknown): never {
  throw new Error(`can't resolve ${JSON.stringify(value)} of the template`);
}
