import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import * as z from 'zod/mini';
import { compileSchema } from '../../../../lambda/contact-records/contact-record/compile-schema';
import { contactRecord } from '../../../../lambda/contact-records/contact-record/model';

const fixture = (file: string): string => readFileSync(join(__dirname, '../../../fixtures', file), 'utf8');

/** Names of fields of fields. */
const INNER = [
  'ARN',
  'Name',
  'Duration',
  'EnqueueTimestamp',
  'Address',
  'Type',
  'RoutingProfile',
  'ValueString',
];

const word = fc.oneof(
  fc.constantFrom('', 'a', 'ab', 'abc', 'abcd', 'arn:', 'arn:a', 'VOICE', 'OUT_1'),
  fc.string(),
);
const number = fc.oneof(fc.constantFrom(0, -0, 1, -1, 9, 10, 0.5, 2 ** 53, 2 ** 53 - 1), fc.double());
const json = fc.oneof(
  fc.constantFrom(undefined, null, true, false),
  word,
  number,
  fc.jsonValue({ maxDepth: 3 }).filter((value) => !JSON.stringify(value).includes('__proto__')),
  fc.array(fc.oneof(word, number, fc.constant(null))),
  fc.dictionary(fc.constantFrom('a', 'b', 'constructor'), fc.oneof(word, number, fc.constant(null))),
);

const KNOWN: [what: string, schema: z.ZodMiniType][] = [
  ['anything', z.unknown()],
  ['nothing', z.never()],
  ['a truth value', z.boolean()],
  ['what may be absent', z.optional(z.string())],
  ['what may be null', z.nullable(z.string())],
  ['what may be either', z.nullish(z.string())],
  ['a word of a list', z.enum(['VOICE', 'a'])],
  ['one of several', z.union([z.enum(['VOICE']), z.string().check(z.length(2)), z.int()])],
  ['text', z.string()],
  ['text of a form', z.string().check(z.regex(/^a+b?$/))],
  ['text that begins so', z.string().check(z.startsWith('arn:'))],
  ['text of bounded length', z.string().check(z.minLength(2), z.maxLength(3))],
  ['text of one length', z.string().check(z.length(3))],
  ['text of a rule of ours', z.string().check(z.refine((text) => text.length % 2 === 0))],
  ['a whole number', z.int()],
  ['a whole number between bounds', z.int().check(z.minimum(0), z.maximum(9))],
  ['a list', z.array(z.nullish(z.string()))],
  ['a map', z.record(z.string(), z.nullish(z.string()))],
  ['a map with names of a form', z.record(z.string().check(z.regex(/^a/)), z.string())],
  ['an object', z.strictObject({ a: z.string(), b: z.nullish(z.int()) })],
  ['an object that may have more', z.looseObject({ a: z.string() })],
  ['an object that may have more of one kind', z.catchall(z.object({ a: z.string() }), z.string())],
  ['an object that ignores more', z.object({ a: z.string() })],
];

const LEFT_TO_ZOD: [what: string, schema: z.ZodMiniType][] = [
  ['text of several parts', z.templateLiteral(['OUT_', z.string()])],
  ['text in lower case, as zod knows it', z.string().check(z.lowercase())],
  ['text of a form, and more than that', z.base64()],
  ['a number of another format', z.float32()],
  ['a number above a bound', z.number().check(z.gt(0))],
  ['a number below a bound', z.number().check(z.lt(9))],
  ['a number of steps', z.number().check(z.multipleOf(3))],
  ['a literal', z.literal('a')],
];

it.each([...KNOWN, ...LEFT_TO_ZOD])('%s: the answer is zod’s own', (_what, schema) => {
  expectTheAnswersOfZod(schema);
});

it.each(KNOWN)('%s: zod is not asked, which is what it is for', (_what, schema) => {
  forEachSchemaIn(schema, (each) => {
    jest.spyOn(each, 'safeParse').mockImplementation(() => {
      throw new Error(`zod was asked, about a schema of type ${each._zod.def.type}`);
    });
  });
  expectTheAnswersOfZod(schema);
});

function expectTheAnswersOfZod(schema: z.ZodMiniType): void {
  const matches = compileSchema(schema);
  fc.assert(
    fc.property(json, (value) => matches(value) === z.safeParse(schema, value).success),
    { numRuns: 500 },
  );
}

/** Returns the schema and all schemas that its description contains. */
function forEachSchemaIn(value: unknown, visit: (schema: z.ZodMiniType) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if ('_zod' in value && 'safeParse' in value) {
    const schema = value as z.ZodMiniType;
    visit(schema);
    forEachSchemaIn(schema._zod.def, visit);
  } else {
    for (const member of Object.values(value)) forEachSchemaIn(member, visit);
  }
}

it('the model: the answer is zod’s own, whatever stands in whatever field', () => {
  const matches = compileSchema(contactRecord);
  const real = JSON.parse(fixture('ended-by-flow-never-queued.json')) as object;
  expect(matches(real)).toBe(true);
  const field = fc.constantFrom(...Object.keys(contactRecord.shape), 'NobodyKnows');
  const changes = fc.dictionary(field, fc.oneof(json, fc.dictionary(fc.constantFrom(...INNER), json)));
  fc.assert(
    fc.property(changes, (fields) => {
      const record: unknown = JSON.parse(JSON.stringify({ ...real, ...fields }));
      return matches(record) === contactRecord.safeParse(record).success;
    }),
    { numRuns: 2_000 },
  );
});

it('an object with a member __proto__, of which zod takes no notice, may be said not to fit', () => {
  const value: unknown = JSON.parse('{"a": "x", "__proto__": 1}');
  const schema = z.record(z.string(), z.string());
  expect(schema.safeParse(value).success).toBe(true);
  expect(compileSchema(schema)(value)).toBe(false);
});
