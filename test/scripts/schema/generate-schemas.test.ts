/** That the JSON Schemas in `docs/schema/` are those of the model, and take what the pipeline stores and publishes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv/dist/2020';
import fc from 'fast-check';
import { type JsonSchema, schemas } from '../../../scripts/schema/generate-schemas';
import { findDrift } from '../../../lambda/contact-records/contact-record/drift';
import { contactRecord } from '../../../lambda/contact-records/contact-record/model';
import { createMessage } from '../../../lambda/contact-records/steps/message';
import { RECORDS_TTL_ATTRIBUTE } from '../../../lambda/contact-records/contract';
import { generateContactCentre } from '../../../local/generator/contact-centre';
import { aContactRecord, aQueue, decoded } from '../../factories';
import { jsonBlocksOf } from '../../markdown';

const read = (file: string): string => readFileSync(join(__dirname, '../../..', file), 'utf8');
const [item, message] = ['contact-record', 'abandoned-contact-message'].map(
  (name) => JSON.parse(read(`docs/schema/${name}.schema.json`)) as JsonSchema,
) as [JsonSchema, JsonSchema];

const ajv = new Ajv({ allowUnionTypes: true });
const isItem = ajv.compile(item);
ajv.addSchema(message, 'message');
const isBody = ajv.getSchema('message');
const isReducedBody = ajv.getSchema('message#/$defs/ReducedContactRecord');
const areAttributes = ajv.getSchema('message#/$defs/MessageAttributes');

/** What is wrong with a value, by paths alone. */
function wrongWith(value: unknown, isValid = isBody): string[] {
  if (isValid === undefined) throw new Error('no such schema');
  void isValid(value);
  return (isValid.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
}

it('the files are up to date: `npm run schema` writes them anew', () => {
  expect({ 'contact-record.schema.json': item, 'abandoned-contact-message.schema.json': message }).toEqual(
    JSON.parse(JSON.stringify(schemas())),
  );
});

it('every field of the model has a docstring, which is its description', () => {
  const described = (schema: JsonSchema, path: string): (readonly [string, string | undefined])[] => [
    [path, schema.description],
    ...Object.entries(schema.properties ?? {}).map(
      ([name, field]) => [`${path}.${name}`, field.description] as const,
    ),
  ];
  const all = Object.entries({ ContactRecord: item, ...item.$defs }).flatMap(([name, schema]) =>
    described(schema, name),
  );
  expect(all.length).toBeGreaterThan(150);
  expect(all.filter(([, description]) => !description)).toEqual([]);
});

describe('valid are', () => {
  const fixtures = [
    read('test/fixtures/abandoned-in-queue.json'),
    read('test/fixtures/ended-by-flow-never-queued.json'),
    ...read('test/fixtures/one-contact-three-deliveries.ndjson').trim().split('\n'),
  ].map((text) => JSON.parse(text) as unknown);

  it('contact records as they occur in practice', () => {
    expect(fixtures.map((record) => [wrongWith(record, isItem), wrongWith(record)])).toEqual(
      fixtures.map(() => [[], []]),
    );
  });

  it("a week's contact records of a contact centre", () => {
    const { newest } = generateContactCentre({ seed: 7, contacts: 500 }).expected;
    expect([...newest.values()].flatMap((record) => wrongWith(record, isItem))).toEqual([]);
  });

  it('an item that will expire, and nothing else at that place', () => {
    expect(wrongWith(aContactRecord({ [RECORDS_TTL_ATTRIBUTE]: 1_772_703_131 }), isItem)).toEqual([]);
    expect(wrongWith(aContactRecord({ [RECORDS_TTL_ATTRIBUTE]: 'soon' }), isItem)).not.toEqual([]);
  });

  it('messages: bodies, whole and reduced, with their attributes', () => {
    const huge = { Attributes: { note: 'x'.repeat(262_144) } };
    const reduced = {
      ...huge,
      Queue: aQueue({ Duration: null }),
      SystemEndpoint: { Address: '+18005550100' },
    };
    for (const fields of [{}, { Queue: aQueue({ Name: null }) }, reduced, { ...huge, Queue: null }]) {
      const { record, text } = decoded(aContactRecord(fields));
      const { Message, MessageAttributes } = createMessage(record, text);
      expect(wrongWith(JSON.parse(Message))).toEqual([]);
      expect(wrongWith(MessageAttributes, areAttributes)).toEqual([]);
      expect(wrongWith(JSON.parse(Message), isReducedBody).length === 0).toBe('Reduced' in MessageAttributes);
    }
  });

  it('the sample in docs/message.md, which shows every attribute but one', () => {
    const [body, attributes] = jsonBlocksOf('docs/message.md') as [object, object];
    expect(wrongWith(body)).toEqual([]);
    expect(wrongWith(attributes, areAttributes)).toEqual([]);
    const known = Object.keys(message.$defs?.MessageAttributes?.properties ?? {});
    expect(known).toEqual([...Object.keys(attributes), 'Reduced']);
  });
});

describe('not valid is', () => {
  it.each<[string, Record<string, unknown>]>([
    ['a record without its identity', { ContactId: undefined }],
    ['a record that says no version', { LastUpdateTimestamp: null }],
    ['a contact id that the pipeline does not take', { ContactId: '' }],
    ['a duration in words', { Queue: { Duration: '39' } }],
    ['a moment in milliseconds', { DisconnectTimestamp: '2024-03-05T09:31:04.000Z' }],
    ['a list of one word', { Channel: ['VOICE'] }],
  ])('%s', (_what, fields) => {
    const record = JSON.parse(JSON.stringify(aContactRecord(fields))) as unknown;
    expect(wrongWith(record, isItem)).not.toEqual([]);
    expect(wrongWith(record)).not.toEqual([]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['an event of another type', { EventType: { DataType: 'String', StringValue: 'ContactAnswered' } }],
    ['another version', { EventVersion: { DataType: 'String', StringValue: '2' } }],
    ['a duration that is no number', { QueueDuration: { DataType: 'String', StringValue: '39' } }],
  ])('%s in the attributes', (_what, attributes) => {
    const [, sample] = jsonBlocksOf('docs/message.md') as [object, object];
    expect(wrongWith({ ...sample, ...attributes }, areAttributes)).not.toEqual([]);
  });
});

it('a record is valid exactly if no field is of another type: what Connect adds one day never makes it invalid', () => {
  const value = fc.oneof(
    fc.constantFrom(
      null,
      {},
      [],
      'FAX',
      'OUTBOUND_X',
      '2024-03-05T09:31:04Z',
      'arn:aws:x',
      'x'.repeat(2_000),
    ),
    fc.constantFrom<unknown>(7, -1, 1.5, true, '', 'VOICE', ['a'], { a: null }, { a: 'b' }, { Type: 'FAX' }, [
      {},
    ]),
  );
  const name = fc.constantFrom(...Object.keys(contactRecord.shape), 'Sentiment', 'toString');
  const inner = fc.constantFrom(
    'ARN',
    'Name',
    'Duration',
    'EnqueueTimestamp',
    'Type',
    'Status',
    'Level1',
    'New',
  );
  const nested = fc.dictionary(inner, value, { maxKeys: 3 });
  const field = fc.oneof(
    value,
    nested,
    fc.array(nested, { maxLength: 2 }),
    fc.dictionary(fc.string(), nested),
  );
  const identity = { ContactId: 'c-1', LastUpdateTimestamp: '2024-03-05T09:32:11Z' };
  let valid = 0;
  fc.assert(
    fc.property(fc.dictionary(name, field, { maxKeys: 2 }), (fields) => {
      const record = { ...fields, ...identity };
      const isOfTypes = findDrift(record).every(({ kind }) => kind !== 'other-type');
      if (isOfTypes) valid++;
      return [isBody, isItem].every((schema) => (wrongWith(record, schema).length === 0) === isOfTypes);
    }),
    { numRuns: 2_000 },
  );
  expect(valid).toBeGreaterThan(200);
});
