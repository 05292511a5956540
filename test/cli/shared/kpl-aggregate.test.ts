import fc from 'fast-check';
import { readKplAggregate, UnopenableError } from '../../../cli/shared/kpl-aggregate';
import {
  aKplAggregate,
  bytesField,
  KPL_MAGIC,
  numberField,
  sealKplAggregate,
  varint,
} from '../../kpl-aggregate';

const read = (aggregate: Buffer): [string, string][] =>
  Array.from(readKplAggregate(aggregate), ({ partitionKey, data }) => [
    partitionKey,
    Buffer.from(data).toString('latin1'),
  ]);

const readMessage = (...fields: Buffer[]) => read(sealKplAggregate(Buffer.concat(fields)));
const key = bytesField(1, Buffer.from('a-key'));
const record = (...fields: Buffer[]) => bytesField(3, Buffer.concat(fields));
const data = bytesField(3, Buffer.from('x'));

/** Of the package `aws-kinesis-agg` 4.2.1: three records under two keys, the first of them with a hash key. */
const WRITTEN_BY_ANOTHER_LIBRARY =
  '84mawgoDYy0xCgjQutC70Y7RhxICNDIaGQgAEAAaE3siQ29udGFjdElkIjoiYy0xIn0aFwgBGhN7IkNvbnRhY3RJZCI6ImMtMiJ9GgYIABoC/wDC1QU+' +
  '5jCk0Y+quRcPTUv1';

it('reads each record with its own partition key when another library wrote the aggregate', () => {
  expect(read(Buffer.from(WRITTEN_BY_ANOTHER_LIBRARY, 'base64'))).toEqual([
    ['c-1', '{"ContactId":"c-1"}'],
    ['ключ', '{"ContactId":"c-2"}'],
    ['c-1', '\xff\0'],
  ]);
});

it('reads any records in their order', () => {
  const records = fc.array(fc.record({ partitionKey: fc.string(), data: fc.string({ maxLength: 300 }) }));

  fc.assert(
    fc.property(records, (some) => {
      const aggregate = aKplAggregate(some.map((one) => ({ ...one, data: Buffer.from(one.data) })));

      expect(Array.from(readKplAggregate(aggregate))).toEqual(
        some.map((one) => ({ ...one, data: Buffer.from(one.data) })),
      );
    }),
  );
});

it('reads the records when the table of keys follows them', () => {
  expect(readMessage(record(numberField(1, 0), data), key)).toEqual([['a-key', 'x']]);
});

it.each([
  ['a varint', numberField(9, 2 ** 40)],
  ['a varint of ten bytes', Buffer.concat([varint(9 * 8), Buffer.alloc(9, 0xff), Buffer.of(1)])],
  ['64 bits', Buffer.concat([varint(9 * 8 + 1), Buffer.alloc(8)])],
  ['bytes', bytesField(9, Buffer.from('tag'))],
  ['32 bits', Buffer.concat([varint(9 * 8 + 5), Buffer.alloc(4)])],
])('skips a field that it does not need when it is %s', (_what, field) => {
  expect(readMessage(field, key, record(field, numberField(1, 0), field, data), field)).toEqual([
    ['a-key', 'x'],
  ]);
});

it.each<[string, Buffer]>([
  ['a byte is changed', Buffer.from(aKplAggregate([{ data: 'x' }]).map((byte, i) => (i === 6 ? 0 : byte)))],
  ['it is cut off', aKplAggregate([{ data: 'x' }]).subarray(0, -1)],
  ['it is cut off within the checksum', KPL_MAGIC],
  ['it is empty', Buffer.of()],
])('says that the checksum does not match when %s', (_what, aggregate) => {
  expect(() => read(aggregate)).toThrow(
    new UnopenableError('a KPL aggregate that is damaged or cut off: its checksum does not match'),
  );
});

it.each<[string, Buffer[]]>([
  ['a record has no key', [key, record(data)]],
  ['a record has a key that is not in the table', [key, record(numberField(1, 1), data)]],
  ['a record has no data', [key, record(numberField(1, 0))]],
  ['the data of a record is a number', [key, record(numberField(1, 0), numberField(3, 7))]],
  ['a record is a number', [key, numberField(3, 7)]],
  ['a key is a number', [numberField(1, 7)]],
  ['a key is not UTF-8', [bytesField(1, Buffer.of(0xff))]],
  [
    'a field is longer than the message',
    [key, record(numberField(1, 0), varint(3 * 8 + 2), varint(5), Buffer.from('four'))],
  ],
  ['a varint is cut off', [Buffer.of(0x80)]],
  ['a varint does not end', [varint(9 * 8), Buffer.alloc(20, 0xff)]],
  ['a field has a type that is not used', [varint(9 * 8 + 3)]],
])('says that the format is wrong when %s', (_what, fields) => {
  expect(() => readMessage(...fields)).toThrow(
    new UnopenableError('a KPL aggregate that does not follow its format'),
  );
});

it('reads a message or throws an UnopenableError, for any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (message) => {
      try {
        readMessage(Buffer.from(message));
      } catch (error) {
        expect(error).toBeInstanceOf(UnopenableError);
      }
    }),
    { numRuns: 2_000 },
  );
});
