/**
 * What can be wrong with a payload, and what may look wrong and isn't: changes to a document, to its text, to its bytes
 * and to their base64. Each takes what it changes and chance, and gives back the changed.
 */
import { gzipSync } from 'node:zlib';
import type { Random } from '../../local/generator/random';
import { aKplAggregate } from '../kpl-aggregate';
import { escaped, type Json, type Member, type Style } from './json-text';

export type Change<Material> = (material: Material, random: Random) => Material;

const word = (lexeme: 'true' | 'false' | 'null'): Json => ({ kind: 'word', lexeme });
const string = (value: string): Json => ({ kind: 'string', value });
const number = (lexeme: string): Json => ({ kind: 'number', lexeme });
const array = (...elements: Json[]): Json => ({ kind: 'array', elements });
const object = (...members: Member[]): Json => ({ kind: 'object', members });

/** Numbers in every notation: exact, rounded by a double, held by DynamoDB or not. */
const NUMBERS = [
  '0',
  '-0',
  '0.0',
  '-0.0',
  '-0e5',
  '0e999',
  '1E+2',
  '1e2',
  '1.50',
  '12e-1',
  '0.1',
  '-1.5e-7',
  '1e-7',
  '1e21',
  '1e22',
  '9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '-9007199254740993',
  '12345678901234567890',
  '123456789012345',
  '1234567890123456',
  '0.1234567890123456789',
  '0.30000000000000004',
  '100000000000000000000000',
  '1e400',
  '-1e400',
  '1e126',
  '9.9e125',
  '9.999999999999999e125',
  '1e125',
  '1e-130',
  '9.9e-131',
  '1e-131',
  '1e-400',
  '5e-324',
  '1e99999999999999999999',
  '0.1e-99999999999999999999',
  '0e99999999999999999999',
  '1'.repeat(38),
  '1'.repeat(39),
  `${'1'.repeat(38)}000`,
  `0.${'1'.repeat(38)}`,
  `0.${'1'.repeat(39)}`,
  `1${'0'.repeat(125)}`,
  `1${'0'.repeat(126)}`,
  `0.${'0'.repeat(129)}1`,
  `0.${'0'.repeat(130)}1`,
  `1.${'0'.repeat(300)}`,
  `1.${'0'.repeat(300)}1`,
  '0.5E+00000',
  '123456.789e+003',
  '4.35',
  '1e23',
  '2.5e-8',
];

const NAMES = [
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'prototype',
  'length',
  'S',
  'N',
  'M',
  'NULL',
  'toJSON',
  '0',
  '1',
  '-1',
  '4294967295',
  ' ',
  '\u0000',
  'a:b',
  'a.b',
  '#n',
  ':v',
  'ü',
  '😀',
  '\uffff',
  '\ufeff',
  'contactid',
  'x'.repeat(300),
  'null',
  'value',
  'N\u0000',
  '__proto',
  '__defineGetter__',
  'contact-record-pipeline:ExpiresAt',
];

const TEXTS = [
  '',
  ' ',
  '\u0000',
  '\u001f\u007f',
  '\r\n',
  '\u2028\u2029',
  '\ufeff',
  '\ufffe\uffff',
  '😀',
  '\\',
  '"',
  '\\u0000',
  "<>&'",
  '1e400',
  '-0',
  'null',
  '[object Object]',
  '2024-03-05T09:32:11Z',
  '{"a":1}',
  'x'.repeat(2_000),
  'é'.repeat(1_100),
];

function randomValue(random: Random, levels = 2): Json {
  const inner = () => randomValue(random, levels - 1);
  const some = () => Array.from({ length: random.whole(0, 3) }, inner);
  const kinds: (() => Json)[] = [
    () => number(random.pick(NUMBERS)),
    () => number(randomNumber(random)),
    () => string(random.pick(TEXTS)),
    () => word(random.pick(['true', 'false', 'null'] as const)),
  ];
  if (levels > 0) {
    kinds.push(
      () => array(...some()),
      () => object(...some().map((value): Member => [random.pick(NAMES), value])),
    );
  }
  return random.pick(kinds)();
}

function randomNumber(random: Random): string {
  const digits = (most: number) =>
    Array.from({ length: random.whole(1, most) }, () => random.whole(0, 9)).join('');
  const whole = String(BigInt(digits(random.pick([1, 5, 16, 20, 40]))));
  const fraction = random.chance(0.5) ? `.${digits(random.pick([1, 5, 20, 40]))}` : '';
  const sign = random.pick(['', '+', '-']);
  const exponent = random.chance(0.4) ? `${random.pick(['e', 'E'])}${sign}${random.whole(0, 140)}` : '';
  return random.pick(['', '-']) + whole + fraction + exponent;
}

const nested = (levels: number, random: Random): Json => {
  let json = randomValue(random, 0);
  for (let level = 0; level < levels; level++) json = random.chance(0.5) ? array(json) : object(['n', json]);
  return json;
};

/** Changes one value anywhere in the document: by depth-first chance. */
const atSomePlace =
  (change: Change<Json>): Change<Json> =>
  (json, random) => {
    const places =
      json.kind === 'object' ? json.members.length : json.kind === 'array' ? json.elements.length : 0;
    if (places === 0 || random.chance(0.15)) return change(json, random);
    const place = random.whole(0, places - 1);
    const below = (value: Json) => atSomePlace(change)(value, random);
    return json.kind === 'object'
      ? object(...json.members.map(([name, value], i): Member => [name, i === place ? below(value) : value]))
      : json.kind === 'array'
        ? array(...json.elements.map((value, i) => (i === place ? below(value) : value)))
        : json;
  };

/** Changes the members of one object anywhere in the document. */
const inSomeObject = (change: Change<readonly Member[]>): Change<Json> =>
  function inside(json, random): Json {
    if (json.kind === 'array') {
      const place = random.whole(0, json.elements.length - 1);
      return array(...json.elements.map((value, i) => (i === place ? inside(value, random) : value)));
    }
    if (json.kind !== 'object') return json;
    const place = random.whole(0, json.members.length - 1);
    const below = json.members[place];
    const descends = below?.[1].kind === 'object' || (below?.[1].kind === 'array' && random.chance(0.5));
    if (!descends) return object(...change(json.members, random));
    return object(
      ...json.members.map(([name, value], i): Member => [name, i === place ? inside(value, random) : value]),
    );
  };

const inRecord =
  (change: Change<readonly Member[]>): Change<Json> =>
  (json, random) =>
    json.kind === 'object' ? object(...change(json.members, random)) : json;

const adding =
  (name: (random: Random) => string, value: (random: Random) => Json): Change<readonly Member[]> =>
  (members, random) => {
    const place = random.whole(0, members.length);
    return [...members.slice(0, place), [name(random), value(random)], ...members.slice(place)];
  };

const setting =
  (name: string, values: readonly (Json | undefined)[]): Change<readonly Member[]> =>
  (members, random) => {
    const value = random.pick([...values.entries()])[1];
    const others = members.filter(([other]) => other !== name);
    return value ? [...others, [name, value]] : others;
  };

/** A field that neither the model nor the rule of abandonment knows. */
const unknownName = (random: Random) => `X${random.whole(0, 99)}${random.pick(NAMES)}`;

/** What changes nothing about whether the contact is abandoned, if it is a contact record still. */
export const HARMLESS_TO_DOCUMENT: Record<string, Change<Json>> = {
  'an unknown field': inRecord(adding(unknownName, randomValue)),
  'a number in any notation': inRecord(adding(unknownName, (random) => number(random.pick(NUMBERS)))),
  'a number by chance': inRecord(adding(unknownName, (random) => number(randomNumber(random)))),
  'a field repeated, at last as it was': (json, random) => {
    if (json.kind !== 'object' || json.members.length === 0) return json;
    const [name] = random.pick(json.members);
    return object([name, randomValue(random)], ...json.members);
  },
  'lists in lists': inRecord(
    adding(unknownName, (random) => array(array(), array(array(randomValue(random))), array(array(array())))),
  ),
  'nested about as deep as it may be': inRecord(
    adding(unknownName, (random) => nested(random.whole(29, 34), random)),
  ),
};

export const CHANGES_TO_DOCUMENT: Record<string, Change<Json>> = {
  'another value': atSomePlace((_json, random) => randomValue(random)),
  'another type': atSomePlace((json, random) =>
    random.pick([string(JSON.stringify(json.kind)), array(json), object(['value', json]), word('null')]),
  ),
  'in an envelope of EventBridge': (json) =>
    object(['detail-type', string('x')], ['source', string('y')], ['detail', json]),
  'a field dropped': inSomeObject((members, random) => {
    const dropped = random.whole(0, members.length);
    return members.filter((_member, i) => i !== dropped);
  }),
  'a field renamed': inSomeObject((members, random) => {
    const renamed = random.whole(0, members.length);
    return members.map(([name, value], i): Member => [i === renamed ? random.pick(NAMES) : name, value]);
  }),
  'a field added': inSomeObject(adding((random) => random.pick(NAMES), randomValue)),
  'a field repeated': inSomeObject((members, random) =>
    members.length === 0 ? members : adding(() => random.pick(members)[0], randomValue)([...members], random),
  ),
  'fields in reverse': inSomeObject((members) => [...members].reverse()),
  'an empty name': inSomeObject(adding(() => '', randomValue)),
  'a __proto__ member': inSomeObject(adding(() => '__proto__', randomValue)),
  'half a surrogate pair': inSomeObject(
    adding(
      () => 'half',
      (random) => string(random.pick(['\ud83d', '\ude00', 'x\ud83dx', '\ude00\ud83d', '\ud83d\ud83d\ude00'])),
    ),
  ),
  'half a surrogate pair in a name': inSomeObject(
    adding((random) => random.pick(['\ud83d', 'x\ude00', '\ude00\ud83d']), randomValue),
  ),
  'another ContactId': inRecord(
    setting('ContactId', [
      undefined,
      word('null'),
      number('7'),
      string(''),
      string(' '),
      string('\u0000'),
      string('x'.repeat(256)),
      string('x'.repeat(257)),
      string('😀'.repeat(256)),
      string('😀'.repeat(257)),
      string('é'.repeat(256)),
      array(string('c-1')),
      object(['id', string('c-1')]),
      string('__proto__'),
      string('\ud83d'),
      word('true'),
    ]),
  ),
  'another LastUpdateTimestamp': inRecord(
    setting('LastUpdateTimestamp', [
      undefined,
      word('null'),
      number('1709631131'),
      string(''),
      ...[
        '2024-02-29T00:00:00Z',
        '2023-02-29T00:00:00Z',
        '2024-03-05T24:00:00Z',
        '2024-03-05T23:59:60Z',
        '2024-03-05T09:32:11.000Z',
        '2024-03-05T09:32:11+00:00',
        '2024-03-05t09:32:11z',
        '2024-3-5T09:32:11Z',
        ' 2024-03-05T09:32:11Z',
        '2024-03-05T09:32:11Z\n',
        '2024-13-01T00:00:00Z',
        '2024-00-01T00:00:00Z',
        '2024-04-31T00:00:00Z',
        '0000-01-01T00:00:00Z',
        '9999-12-31T23:59:59Z',
        '1900-02-29T00:00:00Z',
        '2000-02-29T00:00:00Z',
        '2024-03-05T09:60:11Z',
        '２024-03-05T09:32:11Z',
        '2024-03-00T09:32:11Z',
      ].map(string),
    ]),
  ),
  'an EventType': inRecord(
    setting('EventType', [string('STATE_CHANGE'), string(''), word('null'), number('1')]),
  ),
  'an event of another kind': (json, random) =>
    inRecord((members) => members.filter(([name]) => name !== 'LastUpdateTimestamp'))(
      inRecord(setting('EventType', [string('SEGMENTS')]))(json, random),
      random,
    ),
  'nested deeper than it may be': atSomePlace((_json, random) => nested(random.whole(30, 1_500), random)),
  'no object at all': (json, random) =>
    random.pick([array(json), array(), word('null'), word('true'), number('1e400'), string('x'), object()]),
};

/** Rare, as each takes milliseconds. */
export const LARGE_CHANGES_TO_DOCUMENT: Record<string, Change<Json>> = {
  'a huge string': inSomeObject(
    adding(
      () => 'huge',
      (random) => string(random.pick(['x', 'é', '😀', '\uffff']).repeat(random.whole(60_000, 210_000))),
    ),
  ),
  'a huge name': inSomeObject(
    adding(
      (random) => random.pick(['n', 'é', '😀']).repeat(random.whole(16_000, 66_000)),
      () => word('null'),
    ),
  ),
  'many elements': inSomeObject(
    adding(
      () => 'many',
      (random) => {
        const element = randomValue(random, 1);
        return array(...Array.from({ length: random.whole(1_000, 40_000) }, () => element));
      },
    ),
  ),
  'many fields': inSomeObject((members, random) => {
    const count = random.whole(1_000, 30_000);
    return [...members, ...Array.from({ length: count }, (_, i): Member => [`many${i}`, number(String(i))])];
  }),
};

export const STYLES: Record<string, (random: Random) => Style> = {
  compact: () => ({ space: () => '' }),
  'with white space': (random) => ({
    space: () => random.pick(['', ' ', '\n', '\r\n', '\t', ' \r \n\t']),
  }),
  'with escapes': (random) => ({
    space: () => '',
    character: (plain) =>
      random.chance(0.1) ? escaped(plain) : plain === '/' && random.chance(0.5) ? '\\/' : plain,
  }),
};

/** A document is still the same with these. */
export const HARMLESS_TO_TEXT: Record<string, Change<string>> = {
  'a byte order mark': (text) => `\ufeff${text}`,
  'a newline behind it': (text) => `${text}\n`,
  'CRLF behind it': (text) => `${text}\r\n`,
  'white space around it': (text) => ` \t\r\n${text} \t\r\n`,
};

const insertedAtSomePlace =
  (...insertions: string[]): Change<string> =>
  (text, random) => {
    const place = random.whole(0, text.length);
    return text.slice(0, place) + random.pick(insertions) + text.slice(place);
  };

export const CHANGES_TO_TEXT: Record<string, Change<string>> = {
  truncated: (text, random) => text.slice(0, random.whole(0, text.length)),
  'begun too late': (text, random) => text.slice(random.whole(0, text.length)),
  'a character dropped': (text, random) => {
    const place = random.whole(0, text.length);
    return text.slice(0, place) + text.slice(place + 1);
  },
  'a control character': insertedAtSomePlace(
    '\u0000',
    '\u0001',
    '\u001f',
    '\u007f',
    '\r',
    '\n',
    '\t',
    '\b',
    '\u0085',
  ),
  'a byte order mark inside': insertedAtSomePlace('\ufeff', '\ufeff\ufeff', '\u200b', '\u00a0', '\u2028'),
  'two byte order marks': (text) => `\ufeff\ufeff${text}`,
  punctuation: insertedAtSomePlace(
    ',',
    ':',
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    '\\',
    '/*x*/',
    '//x\n',
    '.',
    '-',
    '+',
    'e',
    '0',
  ),
  'no JSON value': insertedAtSomePlace(
    'NaN',
    'Infinity',
    'undefined',
    '01',
    '.5',
    '1.',
    '0x10',
    '1_000',
    'True',
    '1n',
  ),
  'an escape': insertedAtSomePlace(
    '\\u',
    '\\ud83d',
    '\\ude00',
    '\\x41',
    '\\u00g0',
    '\\',
    '\\u0000',
    '\\v',
    '\\ud83d\\ude00',
  ),
  'two documents': (text, random) => text + random.pick(['', '\n', ',', ' ', '\u0000', '\r\n']) + text,
  'a document and a half': (text, random) => text + text.slice(0, random.whole(1, text.length)),
  'nothing at all': (_text, random) => random.pick(['', ' ', '\n', '\ufeff', '\u0000']),
  'the text as a string': (text) => JSON.stringify(text),
  'a trailing comma': (text) => text.replace(/\}\s*$/, ',}'),
  'single quotes': (text) => text.replaceAll('"', "'"),
};

const bytesAtSomePlace =
  (...insertions: number[][]): Change<Buffer> =>
  (bytes, random) => {
    const place = random.whole(0, bytes.length);
    return Buffer.concat([
      bytes.subarray(0, place),
      Buffer.from(random.pick(insertions)),
      bytes.subarray(place),
    ]);
  };

export const CHANGES_TO_BYTES: Record<string, Change<Buffer>> = {
  'a byte flipped': (bytes, random) => {
    const changed = Buffer.from(bytes);
    if (changed.length > 0) {
      const place = random.whole(0, changed.length - 1);
      changed[place] = (changed[place] ?? 0) ^ (1 << random.whole(0, 7));
    }
    return changed;
  },
  'no UTF-8': bytesAtSomePlace(
    [0xff],
    [0xfe],
    [0x80],
    [0xc3],
    [0xe2, 0x82],
    [0xf0, 0x9f, 0x98],
    [0xf5, 0x80, 0x80, 0x80],
  ),
  'half a surrogate pair, raw': bytesAtSomePlace(
    [0xed, 0xa0, 0x80],
    [0xed, 0xbf, 0xbf],
    [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
  ),
  'longer than needed': bytesAtSomePlace([0xc0, 0x80], [0xe0, 0x80, 0xaf], [0xf0, 0x80, 0x80, 0x80]),
  'beyond Unicode': bytesAtSomePlace([0xf4, 0x90, 0x80, 0x80], [0xfb, 0xbf, 0xbf, 0xbf, 0xbf]),
  'a raw NUL': bytesAtSomePlace([0]),
  'UTF-16': (bytes, random) => {
    const utf16 = Buffer.from(`${random.pick(['', '\ufeff'])}${bytes.toString()}`, 'utf16le');
    return random.chance(0.5) ? utf16 : Buffer.from(utf16.subarray(0, utf16.length & ~1)).swap16();
  },
  'Latin-1': (bytes) => Buffer.from(`${bytes.toString()}é`, 'latin1'),
  gzip: (bytes) => gzipSync(bytes),
  'a KPL aggregate': (bytes) => aKplAggregate([{ data: bytes }]),
  'cut anywhere': (bytes, random) => bytes.subarray(0, random.whole(0, bytes.length)),
};

export const CHANGES_TO_BASE64: Record<string, Change<string>> = {
  truncated: (base64, random) => base64.slice(0, random.whole(0, base64.length)),
  'no base64': insertedAtSomePlace('!', '\n', ' ', '=', '\u0000', 'é', '-', '_', '%3D'),
  'without padding': (base64) => base64.replace(/=+$/, ''),
  'in the alphabet of URLs': (base64) => base64.replaceAll('+', '-').replaceAll('/', '_'),
  'nothing at all': () => '',
};
