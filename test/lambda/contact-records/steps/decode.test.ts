import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { NumberValue } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { type Decoded, decode, UNREADABLE_REASONS } from '../../../../lambda/contact-records/steps/decode';
import { toExactNumber } from '../../../../lambda/contact-records/json/exact-number';
import { aContactRecord, decoded } from '../../../factories';
import { aKplAggregate } from '../../../kpl-aggregate';

const decodeBytes = (payload: Uint8Array | string): Decoded =>
  decode(Buffer.from(payload).toString('base64'));
const fixture = (name: string): string => readFileSync(join(__dirname, '../../../fixtures', name), 'utf8');
const ids = '"ContactId":"c-1","LastUpdateTimestamp":"2024-03-05T09:32:11Z"';

/** The number that was put at `a`, however deep. */
function leafOf(result: Decoded, lexeme: string): unknown {
  if (result.kind !== 'contact-record') throw new Error(`${lexeme} was not read`);
  let leaf = result.item.a;
  while (Array.isArray(leaf) || (typeof leaf === 'object' && leaf !== null && 'b' in leaf)) {
    leaf = Array.isArray(leaf) ? leaf.at(-1) : leaf.b;
  }
  return leaf;
}

describe('a contact record', () => {
  it('is kept with every field, unknown ones and nulls included', () => {
    const record = aContactRecord({ BrandNew: { deep: [{ er: null }] }, Agent: null, Empty: {}, Text: '' });
    expect(decoded(record).item).toEqual(record);
    expect(decoded(record).record).toEqual(record);
  });

  it.each(['abandoned-in-queue.json', 'ended-by-flow-never-queued.json'])(
    'as found in practice is read: %s',
    (name) => {
      expect(decoded(fixture(name)).item).toEqual(JSON.parse(fixture(name)));
    },
  );

  it('may be delivered in several versions', () => {
    const lines = fixture('one-contact-three-deliveries.ndjson').trim().split('\n');
    expect(lines.map((line) => decoded(line).item.LastUpdateTimestamp)).toEqual([
      '2022-01-05T17:48:35Z',
      '2022-01-11T03:41:32Z',
      '2022-01-11T04:09:47Z',
    ]);
  });

  it.each([
    ['a newline behind it', `{${ids}}\n`],
    ['a byte order mark before it', `\ufeff{${ids}}`],
    ['white space around it', ` \r\n\t{${ids}} `],
  ])('may have %s', (_what, text) => {
    expect(decodeBytes(text)).toMatchObject({ kind: 'contact-record', record: { ContactId: 'c-1' } });
  });

  it('may name an attribute of our own below the top level', () => {
    const record = aContactRecord({ Attributes: { 'contact-record-pipeline:ExpiresAt': '1' } });
    expect(decoded(record).item).toEqual(record);
  });

  it('keeps names that differ by case alone apart', () => {
    const record = aContactRecord({ Attributes: { GreetingPlayed: 'false', greetingPlayed: 'true' } });
    expect(decoded(record).item).toEqual(record);
  });

  it('may have an EventType of its own, as it has a LastUpdateTimestamp', () => {
    expect(decodeBytes(`{${ids},"EventType":"x"}`).kind).toBe('contact-record');
  });

  it('may hold a member called constructor or hasOwnProperty', () => {
    expect(decodeBytes(`{${ids},"hasOwnProperty":1,"constructor":{"prototype":1}}`).kind).toBe(
      'contact-record',
    );
  });
});

describe('numbers', () => {
  it('that a double would round are kept exactly in the item', () => {
    const { item, record } = decoded(
      `{${ids},"a":12345678901234567890,"b":[{"c":0.1234567890123456789}],"d":39,"e":1.5}`,
    );
    expect(item).toMatchObject({
      a: NumberValue.from('12345678901234567890'),
      b: [{ c: NumberValue.from('0.1234567890123456789') }],
      d: 39,
      e: 1.5,
    });
    expect(record).toMatchObject({ a: 12345678901234567000, d: 39 });
  });

  it('called -0 are 0, as in DynamoDB', () => {
    expect(Object.is(decoded(`{${ids},"a": -0}`).item.a, 0)).toBe(true);
  });

  it.each([
    ['"a":9007199254740993', '9007199254740993'],
    ['"a": 9007199254740993', '9007199254740993'],
    ['"a":[0.1234567890123456789]', '0.1234567890123456789'],
    ['"a":0.1234567890123456789', '0.1234567890123456789'],
    ['"a":-0', '0'],
    ['"a": -0', '0'],
  ])('%s are kept exactly, whatever else the record looks like', (field, canonical) => {
    // Nothing in here but the number itself looks like one that a double would round.
    const text = `{"LastUpdateTimestamp":"2024-12-15T11:32:11Z","ContactId":"1",${field}}`;
    expect(leafOf(decodeBytes(text), field)).toEqual(toExactNumber(canonical));
  });

  it.each(['1e400', '-1e400', '1e126', '1e-200', '1'.repeat(39)])('such as %s are quarantined', (number) => {
    expect(decodeBytes(`{${ids},"a":{"b":[${number}]}}`)).toEqual({
      kind: 'unreadable',
      reason: 'number-out-of-range',
      contactId: 'c-1',
    });
  });

  it.each(['{"n":1e200,"n":1.5}', '[{"n":1e200,"n":1.5}]', '{"n":[1e200],"n":1.5}'])(
    'out of range do no harm where a member is repeated, as the last one counts: %s',
    (value) => {
      expect(JSON.stringify(decoded(`{${ids},"a":${value}}`).item.a)).toBe(JSON.stringify(JSON.parse(value)));
    },
  );

  it('out of range are found where the repeated member comes first', () => {
    expect(decodeBytes(`{${ids},"a":{"n":1.5,"n":1e200}}`)).toMatchObject({ reason: 'number-out-of-range' });
  });

  it('in any notation, anywhere, are what DynamoDB would make of them', () => {
    const digits = fc.stringMatching(/^(0|[1-9]\d{0,45})$/);
    const fraction = fc.stringMatching(/^(\.\d{1,45})?$/);
    const exponent = fc.stringMatching(/^([eE][+-]?\d{1,3})?$/);
    const lexeme = fc
      .tuple(fc.constantFrom('', '-'), digits, fraction, exponent)
      .map((parts) => parts.join(''));
    const place = fc.constantFrom(
      '"a":N',
      '"a": N',
      '"a":[N]',
      '"a":[1,N]',
      '"a":[1, N ]',
      '"a":[{"b":\nN}]',
    );
    fc.assert(
      fc.property(lexeme, place, (number, around) => {
        const result = decodeBytes(`{${ids},${around.replace('N', number)}}`);
        const exact = toExactNumber(number);
        if (exact === undefined) expect(result).toMatchObject({ reason: 'number-out-of-range' });
        else expect([leafOf(result, number), number]).toEqual([exact, number]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('in strings are left alone', () => {
    const record = aContactRecord({
      FragmentStartNumber: '91343852333181481910000000000000000000000000001',
      x: '1e400 -0',
    });
    expect(decoded(record).item).toEqual(record);
  });
});

describe('an event of another kind', () => {
  it('on a shared stream is ignored', () => {
    expect(decodeBytes(fixture('ignored-agent-event.json'))).toEqual({ kind: 'ignored' });
    expect(decodeBytes('{"EventType":"SEGMENTS","ContactId":"c-1"}')).toEqual({ kind: 'ignored' });
  });

  it('in an envelope of EventBridge is ignored', () => {
    const envelope = '{"detail-type":"Amazon Connect Contact Event","source":"aws.connect","detail":{}}';

    expect(decodeBytes(envelope)).toEqual({ kind: 'ignored' });
  });

  it.each([
    ['its envelope has no source', '{"detail-type":"x"}', 'invalid-contact-id'],
    ['its envelope has no detail-type', '{"source":"x"}', 'invalid-contact-id'],
    ['the source of its envelope is not a string', '{"detail-type":"x","source":1}', 'invalid-contact-id'],
    [
      'its envelope has a ContactId, if only null',
      '{"detail-type":"x","source":"y","ContactId":null}',
      'invalid-contact-id',
    ],
    [
      'its envelope has a LastUpdateTimestamp, if only null',
      '{"detail-type":"x","source":"y","LastUpdateTimestamp":null}',
      'invalid-contact-id',
    ],
    [
      'its envelope is around a contact record',
      `{"detail-type":"x","source":"y","detail":{${ids}}}`,
      'invalid-contact-id',
    ],
    ['its EventType is not a string', '{"EventType":null}', 'invalid-contact-id'],
    [
      'it has a LastUpdateTimestamp, if only null',
      '{"EventType":"x","LastUpdateTimestamp":null}',
      'invalid-contact-id',
    ],
    ['it is no object', '["EventType"]', 'not-an-object'],
    ['its envelope is no object', '["detail-type","source"]', 'not-an-object'],
  ])('is not ignored if %s: nothing disappears that could be a contact record', (_what, text, reason) => {
    expect(decodeBytes(text)).toEqual({ kind: 'unreadable', reason });
  });
});

describe('what can never be read says why', () => {
  it.each<[string, Uint8Array | string, string]>([
    ['nothing at all', '', 'not-json'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'not-utf8'],
    ['gzip', gzipSync(`{${ids}}`), 'gzip'],
    ['gzip that is cut off', Buffer.of(0x1f, 0x8b), 'gzip'],
    ['the first byte of gzip alone', Buffer.of(0x1f), 'not-json'],
    ['gzip behind something else', Buffer.concat([Buffer.of(0), gzipSync(`{${ids}}`)]), 'not-utf8'],
    ['an aggregate of the KPL', aKplAggregate([{ data: `{${ids}}` }]), 'kpl-aggregate'],
    ['an aggregate of the KPL that is cut off', Buffer.of(0xf3, 0x89, 0x9a, 0xc2), 'kpl-aggregate'],
    ['less than the beginning of an aggregate', Buffer.of(0xf3, 0x89, 0x9a), 'not-utf8'],
    ['UTF-16', Buffer.from(`{${ids}}`, 'utf16le'), 'not-json'],
    [
      'half a character at the end',
      Buffer.concat([Buffer.from('{"a":"'), Buffer.from('é').subarray(0, 1)]),
      'not-utf8',
    ],
    ['text', 'hello', 'not-json'],
    ['a truncated record', JSON.stringify(aContactRecord()).slice(0, -1), 'not-json'],
    ['two documents', `{${ids}}\n{${ids}}`, 'not-json'],
    ['NaN', `{${ids},"a":NaN}`, 'not-json'],
    ['a control character in a string', `{${ids},"a":"\u0000"}`, 'not-json'],
    ['null', 'null', 'not-an-object'],
    ['a number', '7', 'not-an-object'],
    ['a string', '"x"', 'not-an-object'],
    ['an array of records', `[{${ids}}]`, 'not-an-object'],
    ['an empty object', '{}', 'invalid-contact-id'],
    ['no ContactId', JSON.stringify(aContactRecord({ ContactId: undefined })), 'invalid-contact-id'],
    ['an empty ContactId', JSON.stringify(aContactRecord({ ContactId: '' })), 'invalid-contact-id'],
    [
      'a ContactId of 257 characters',
      JSON.stringify(aContactRecord({ ContactId: 'x'.repeat(257) })),
      'invalid-contact-id',
    ],
    ['a number as ContactId', JSON.stringify(aContactRecord({ ContactId: 7 })), 'invalid-contact-id'],
  ])('%s', (_what, payload, reason) => {
    expect(decodeBytes(payload)).toStrictEqual({ kind: 'unreadable', reason });
  });

  it.each<[string, string, string]>([
    ['no LastUpdateTimestamp', '{"ContactId":"c-1"}', 'invalid-last-update-timestamp'],
    [
      'a day that does not exist',
      '{"ContactId":"c-1","LastUpdateTimestamp":"2023-02-30T00:00:00Z"}',
      'invalid-last-update-timestamp',
    ],
    [
      'a fraction of a second',
      '{"ContactId":"c-1","LastUpdateTimestamp":"2024-03-05T09:32:11.123Z"}',
      'invalid-last-update-timestamp',
    ],
    ['half a surrogate pair', `{${ids},"a":"\\ud83d"}`, 'unpaired-surrogate'],
    ['a __proto__ member', `{${ids},"__proto__":{}}`, 'reserved-attribute-name'],
    [
      'a field named like an attribute of our own',
      `{${ids},"contact-record-pipeline:ExpiresAt":null}`,
      'reserved-attribute-name',
    ],
    ['an empty attribute name', `{${ids},"":1}`, 'empty-attribute-name'],
    ['too deep nesting', `{${ids},"a":${'['.repeat(32)}${']'.repeat(32)}}`, 'nested-too-deep'],
  ])('%s, with the id of the contact', (_what, text, reason) => {
    expect(decodeBytes(text)).toEqual({ kind: 'unreadable', reason, contactId: 'c-1' });
  });

  it('a megabyte of brackets, without exhausting the stack', () => {
    expect(decodeBytes('['.repeat(1_000_000))).toEqual({ kind: 'unreadable', reason: 'not-json' });
    const deep = `{${ids},"a":${'['.repeat(200_000)}1e5${']'.repeat(200_000)}}`;
    expect(decodeBytes(deep)).toMatchObject({ reason: 'nested-too-deep' });
  });
});

describe('whatever comes in', () => {
  it('any bytes give a value of the closed set, never an exception', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.string(), fc.json()), (payload) => {
        const result = decodeBytes(payload);
        if (result.kind === 'unreadable') expect(UNREADABLE_REASONS).toContain(result.reason);
      }),
    );
  });

  it('any JSON with the two ids keeps every field, or is quarantined', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (fields) => {
        const record = { ...fields, ContactId: 'c-1', LastUpdateTimestamp: '2024-03-05T09:32:11Z' };
        const text = JSON.stringify(record);
        const result = decodeBytes(text);
        if (result.kind === 'contact-record') {
          expect(JSON.stringify(result.record)).toEqual(text.replaceAll(/(?<=[:,[])-0(?=[,}\]])/g, '0'));
        } else {
          expect(result.kind).toBe('unreadable');
        }
      }),
    );
  });
});
