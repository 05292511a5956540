/**
 * Generates the JSON Schemas of item and message from the model and its docstrings. They are as tolerant as the pipeline
 * (`drift.ts`): additions that Connect may make without notice (a field, a word, a longer name) are valid, and so is
 * null. A value of another type is not valid, although the pipeline stores and publishes it.
 */
import { join } from 'node:path';
import * as z from 'zod/mini';
import * as model from '../../lambda/contact-records/contact-record/model';
import { REDUCED_TO } from '../../lambda/contact-records/steps/message';
import { RECORDS_TTL_ATTRIBUTE, TOMBSTONE_ATTRIBUTE } from '../../lambda/contact-records/contract';
import { type Docstrings, docstringsOf } from './docstrings';

export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly type?: string | readonly string[];
  readonly description?: string | undefined;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

const MODEL = 'lambda/contact-records/contact-record/model.ts';

/** Returns the schemas by their file names in `docs/schema/`. */
export function schemas(): Readonly<Record<string, JsonSchema>> {
  const { record, parts } = described();
  return {
    'contact-record.schema.json': itemSchema(record, parts),
    'abandoned-contact-message.schema.json': messageSchema(record, parts),
  };
}

const HEADER = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $comment: `Made by npm run schema, of ${MODEL}.`,
};

function itemSchema(record: JsonSchema, parts: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return {
    ...HEADER,
    title: 'Item of the records table',
    ...record,
    description:
      'An item of the records table: the newest version of one contact, as Connect sent it. All fields except ContactId ' +
      'and LastUpdateTimestamp may be absent or null. Connect may add fields.',
    properties: {
      ...record.properties,
      [RECORDS_TTL_ATTRIBUTE]: {
        type: 'integer',
        description:
          'Not of Connect: when DynamoDB deletes the item, in seconds since 1970; only with the setting contactRetentionDays, ' +
          'and in a tombstone.',
      },
      [TOMBSTONE_ATTRIBUTE]: {
        type: 'string',
        description:
          'Not of Connect: when npm run forget deleted the contact. The item is a tombstone: it has no other fields of a ' +
          'contact record than ContactId and LastUpdateTimestamp. Readers skip it.',
      },
    },
    $defs: parts,
  };
}

function messageSchema(record: JsonSchema, parts: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return {
    ...HEADER,
    title: 'Message for an abandoned contact',
    description:
      'The body of a message, parsed. Its attributes are $defs/MessageAttributes. The contract is docs/message.md.',
    anyOf: [{ $ref: '#/$defs/ContactRecord' }, { $ref: '#/$defs/ReducedContactRecord' }],
    $defs: {
      ContactRecord: record,
      ReducedContactRecord: reduced(),
      MessageAttributes: MESSAGE_ATTRIBUTES,
      ...parts,
    },
  };
}

/** Describes the body of a message whose record is too large for SNS. The attribute `Reduced` marks it. */
function reduced(): JsonSchema {
  const { record, CustomerEndpoint, SystemEndpoint, Queue } = REDUCED_TO;
  const fields = (of: string, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, { $ref: `#/$defs/${of}/properties/${name}` }]));
  const part = (of: string, names: readonly string[]): JsonSchema => ({
    type: ['object', 'null'],
    properties: fields(of, names),
    additionalProperties: false,
  });
  const parts = {
    CustomerEndpoint: part('Endpoint', CustomerEndpoint),
    SystemEndpoint: part('Endpoint', SystemEndpoint),
    Queue: part('QueueInfo', Queue),
  };
  return {
    description:
      'A contact record that is too large for SNS, reduced to these fields. The records table has the whole record.',
    type: 'object',
    properties: { ...fields('ContactRecord', record), ...parts },
    required: ['ContactId', 'LastUpdateTimestamp', ...Object.keys(parts)],
    additionalProperties: false,
  };
}

const attribute = (DataType: 'String' | 'Number', StringValue: JsonSchema, description: string) => ({
  description,
  type: 'object',
  properties: { DataType: { const: DataType }, StringValue: { type: 'string', ...StringValue } },
  required: ['DataType', 'StringValue'],
});
const string = (description: string) => attribute('String', { minLength: 1, maxLength: 1_024 }, description);

/** Describes the attributes that `message.ts` creates. */
const MESSAGE_ATTRIBUTES: JsonSchema = {
  description:
    "A message's attributes, as SNS takes them and as raw delivery to SQS hands them over. Elsewhere DataType and " +
    'StringValue are called Type and Value.',
  type: 'object',
  properties: {
    EventType: attribute('String', { const: 'ContactAbandoned' }, 'What has happened.'),
    EventVersion: attribute('String', { const: '1' }, 'Version of the contract.'),
    ContactId: string('The contact. Deduplicate on it.'),
    InstanceARN: string('ARN of the Connect instance.'),
    Channel: string('How the contact reached the contact centre; never TASK or EMAIL.'),
    InitiationMethod: string('How the contact was initiated.'),
    QueueARN: string('ARN of the queue in which the customer waited.'),
    QueueName: string("Name of the queue; an agent's own has none."),
    QueueDuration: attribute('Number', { pattern: '^[0-9]' }, 'Seconds in the queue.'),
    Reduced: attribute('String', { const: 'true' }, 'Only where the body is a reduced record.'),
  },
  required: ['EventType', 'EventVersion'],
  maxProperties: 10,
};

/** Returns the schemas of the contact record and its objects, with the model's docstrings. */
function described(): { record: JsonSchema; parts: Readonly<Record<string, JsonSchema>> } {
  const docstrings = docstringsOf(join(__dirname, '../..', MODEL));
  const { $defs = {}, ...record } = generated();
  const parts = Object.keys(model).flatMap((constant) => {
    const name = typeName(constant);
    const part = $defs[name];
    return part === undefined ? [] : [[name, documented(part, docstrings.get(constant))] as const];
  });
  return { record: documented(record, docstrings.get('contactRecord')), parts: Object.fromEntries(parts) };
}

/** Generates zod's schema of the model. Each exported object is a separate definition. */
function generated(): JsonSchema {
  const named = z.registry<{ id: string }>();
  for (const [constant, value] of Object.entries(model)) {
    if (isSchema(value) && value !== model.contactRecord) named.add(value, { id: typeName(constant) });
  }
  return z.toJSONSchema(model.contactRecord, { metadata: named, unrepresentable: 'any' }) as JsonSchema;
}

const isSchema = (value: unknown): value is z.core.$ZodType =>
  typeof value === 'object' && value !== null && '_zod' in value;

const typeName = (constant: string): string => constant.charAt(0).toUpperCase() + constant.slice(1);

/** Adds docstrings to a schema, and relaxes all fields except those that identify a version. */
function documented(schema: JsonSchema, docstrings: Docstrings | undefined): JsonSchema {
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const keywords = schema.required?.includes(name) ? field : tolerant(field);
    return [name, { description: docstrings?.fields[name], ...keywords }];
  });
  return {
    description: docstrings?.object,
    ...tolerant(schema),
    ...(fields.length > 0 && { properties: Object.fromEntries(fields) as JsonSchema['properties'] }),
  };
}

/** Keywords that would reject later additions of Connect, and zod's own header. */
const LEFT_OUT = ['$schema', 'format', 'minimum', 'maximum', 'minLength', 'maxLength', 'propertyNames'];

/** Removes bounds and closed objects. Words of a closed list become examples. */
function tolerant(schema: JsonSchema): JsonSchema {
  const { enum: words, anyOf, items, additionalProperties, ...others } = schema;
  return {
    ...Object.fromEntries(Object.entries(others).filter(([keyword]) => !LEFT_OUT.includes(keyword))),
    ...(words !== undefined && { examples: words }),
    ...(anyOf !== undefined && union(anyOf.map(tolerant))),
    ...(items !== undefined && { items: tolerant(items) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: tolerant(additionalProperties) }),
  };
}

/** Combines alternatives of simple types, null included. */
function union(alternatives: readonly JsonSchema[]): JsonSchema {
  if (alternatives.some(({ type }) => type === undefined)) return { anyOf: alternatives };
  const others = alternatives.filter(({ type }) => type !== 'null');
  const [only] = others;
  const examples = others.flatMap((alternative) => alternative.examples ?? []);
  return {
    ...(others.length === 1 ? only : examples.length > 0 && { examples }),
    type: [...new Set(alternatives.flatMap(({ type }) => type ?? []))],
  };
}
