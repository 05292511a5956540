/**
 * Payloads of a megabyte, each made to be as slow as can be for one of the steps: those that are refused late, and those
 * that are just within what is stored.
 */
const MEGABYTE = 1_000_000;

const IDENTITY = '"ContactId":"c-1","LastUpdateTimestamp":"2024-03-05T09:32:11Z"';

/** An abandoned contact with one field more. */
const record = (field: string): string =>
  `{${IDENTITY},"DisconnectTimestamp":"2024-03-05T09:31:04Z","Queue":{"EnqueueTimestamp":"2024-03-05T09:30:25Z"},${field}}`;

/** Joins elements until they have a megabyte, or until there are `most`. */
const filled = (element: string | ((i: number) => string), most = Infinity): string => {
  const elements: string[] = [];
  for (
    let length = 300;
    length < MEGABYTE && elements.length < most;
    length += (elements.at(-1)?.length ?? 0) + 1
  ) {
    elements.push(typeof element === 'string' ? element : element(elements.length));
  }
  return elements.join(',');
};

const name = (i: number): string => i.toString(36);
const list = (element: string, most?: number) => record(`"List":[${filled(element, most)}]`);
const withIn = (field: string, value: string, most?: number) =>
  record(`"${field}":{${filled((i) => `"${name(i)}":${value}`, most)}}`);

export const HOSTILE: Record<string, string> = {
  'maps in maps': record(`"a":${'{"a":'.repeat(165_000)}1${'}'.repeat(165_000)}`),
  'one string': record(`"a":"${'x'.repeat(999_000)}"`),
  'one string of 400 KB': record(`"a":"${'x'.repeat(400_000)}"`),
  'one string of what XML has no word for': record(`"a":"${'\uffff'.repeat(130_000)}"`),
  'one string of escapes': record(`"a":"${'\\n'.repeat(400_000)}"`),
  'surrogate escapes in pairs': record(`"a":"${'\\ud83d\\ude00'.repeat(80_000)}"`),
  'half surrogate escapes': record(`"a":"${'\\ud83d'.repeat(166_000)}"`),
  'white space': record('"a":1') + ' \n'.repeat(MEGABYTE / 2),
  'numbers of one digit': list('7'),
  '100,000 numbers with a fraction': record(`"List":[${filled((i) => `${i}.25`, 100_000)}]`),
  'numbers that a double rounds': list('0.1234567890123456789'),
  'large whole numbers': list('12345678901234567890'),
  'numbers with an exponent': list('1e22'),
  'numbers with an exponent, as many as may fit': list('1e22', 200_000),
  'negative zeros, as many as may fit': list('-0', 200_000),
  'numbers out of range': list('1e200'),
  'one long whole number': record(`"a":${'1'.repeat(999_000)}`),
  'one long fraction': record(`"a":0.${'1'.repeat(999_000)}`),
  'one long fraction of zeros': record(`"a":0.${'0'.repeat(999_000)}1`),
  'one long number that is a short one': record(`"a":0.${'0'.repeat(499_000)}1${'0'.repeat(490_000)}e499000`),
  'one long exponent': record(`"a":1e-${'1'.repeat(999_000)}`),
  'one long exponent of zeros': record(`"a":1e${'0'.repeat(999_000)}`),
  'repeated fields': record(filled('"a":1.5')),
  'repeated maps': record(filled('"a":{"b":[1.5]}')),
  'repeated numbers out of range': record(`${filled('"a":1e200')},"a":0`),
  'empty objects': list('{}'),
  'empty objects, as many as may fit': list('{}', 100_000),
  'empty lists in Recordings': record(`"Recordings":[${filled('[]', 100_000)}]`),
  'small objects': list('{"a":1.5}'),
  'digits as names': record(`"Attributes":{${filled((i) => `"${i}":1`, 55_000)}}`),
  garbage: 'x'.repeat(MEGABYTE),
  'a record cut off': list('{"a":1.5}').slice(0, -2),
};

/** Those that `JSON.parse` alone takes long for: brackets, and a hundred thousand distinct names. */
export const SLOW_TO_PARSE: Record<string, string> = {
  'brackets that never close': '['.repeat(MEGABYTE),
  'lists in lists': record(`"a":${'['.repeat(499_000)}${']'.repeat(499_000)}`),
  'fields in Agent': withIn('Agent', '1'),
  'fields in Queue': withIn('Queue', '1'),
  'fields in Attributes': withIn('Attributes', '1'),
  'strings in Attributes': withIn('Attributes', '"x"'),
  'nulls in Agent, as many as may fit': withIn('Agent', 'null', 60_000),
  '125,000 junk fields': record(filled((i) => `"${name(i)}":7`)),
  'junk fields, as many as may fit': record(filled((i) => `"${name(i)}":7`, 80_000)),
};
