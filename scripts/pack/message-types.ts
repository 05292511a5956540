/** Generates types of the message from its JSON Schema. So the npm package needs no other package. */
import type { JsonSchema } from '../schema/generate-schemas';

/** Generates a declaration file. `AbandonedContactMessage` is the body of a message. */
export function generateMessageTypes({ $defs = {}, anyOf = [] }: JsonSchema): string {
  const types = Object.entries($defs).map(
    ([name, schema]) => `${formatComment(schema, '')}export type ${name} = ${formatType(schema)};\n`,
  );
  const message = `/** The body of a message. */\nexport type AbandonedContactMessage = ${formatUnion(anyOf)};\n`;
  return [...types, message].join('\n');
}

function formatType(schema: JsonSchema): string {
  const { $ref, const: constant } = schema as { $ref?: string; const?: unknown };
  if ($ref !== undefined) return formatReference($ref);
  if (constant !== undefined) return JSON.stringify(constant);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf !== undefined) return formatUnion(schema.anyOf);
  const types = [schema.type ?? 'unknown'].flat();
  return types.map((type) => formatPlainType(type, schema)).join(' | ');
}

const formatUnion = (schemas: readonly JsonSchema[]): string => schemas.map(formatType).join(' | ');

/** Formats a reference: `#/$defs/Name`, or a property of it. */
function formatReference(reference: string): string {
  const [name = '', ...path] = reference.replace('#/$defs/', '').split('/properties/');
  return name + path.map((property) => `[${JSON.stringify(property)}]`).join('');
}

function formatPlainType(type: string, schema: JsonSchema): string {
  switch (type) {
    case 'integer':
      return 'number';
    case 'array':
      return `readonly (${schema.items === undefined ? 'unknown' : formatType(schema.items)})[]`;
    case 'object':
      return formatObject(schema);
    default:
      return type;
  }
}

function formatObject({ properties, required = [], additionalProperties }: JsonSchema): string {
  if (properties === undefined && typeof additionalProperties === 'object')
    return `Readonly<Record<string, ${formatType(additionalProperties)}>>`;
  const members = Object.entries(properties ?? {}).map(([name, schema]) => {
    const optional = required.includes(name) ? '' : '?';
    const comment = formatComment(schema, '  ');
    return `${comment}  readonly ${JSON.stringify(name)}${optional}: ${formatType(schema)};\n`;
  });
  return `{\n${members.join('')}}`;
}

const formatComment = ({ description }: JsonSchema, indent: string): string =>
  description === undefined ? '' : `${indent}/** ${description.replaceAll('*/', '*\\/')} */\n`;
