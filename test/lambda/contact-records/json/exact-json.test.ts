import fc from 'fast-check';
import { parseJson, readJson } from '../../../../lambda/contact-records/json/exact-json';

/** What `JSON.parse` makes of a text, in the same order of members. */
const asJsonParseDoes = (text: string) => {
  expect(JSON.stringify(readJson(text, Number))).toBe(again(text));
};
const again = (text: string) => JSON.stringify(JSON.parse(text));

it.each([
  ['true', 'false', 'null'],
  ['0', '-1', '12', '1.5', '-0.25', '1e3', '1E+3', '2.5e-3'],
  [
    '""',
    '"a"',
    '"\\""',
    '"\\\\"',
    '"\\\\\\""',
    '"\\u0041\\n\\/"',
    '"\\ud83d\\ude00"',
    '"{[,:]}"',
    '"é\u2028"',
  ],
  ['[]', '[ ]', '[1]', '[1,2]', '[[],[[]],{}]', '[true,false,null,"a",1]'],
  ['{}', '{ }', '{"a":1}', '{"a":1,"b":{"c":[{"d":null}]}}', '{"":0}', '{"a\\"b":1,"\\u0041":2}'],
  ['{"b":1,"a":2,"b":3}', '{"2":0,"1":0,"a":0}', '{"constructor":1,"toString":{"length":[]}}'],
  [' 1', '\n[\t1 ,\r\n2 ]\n', ' { "a" : [ 1 , 2 ] , "b" : true } ', '{"a":-1 ,"b":false }'],
])('reads as JSON.parse does: %s', (...texts) => {
  texts.forEach(asJsonParseDoes);
});

it('keeps "__proto__" as a member, and the prototype as it is', () => {
  const read = readJson('{"__proto__":{"a":1},"b":2}', Number) as object;
  expect(Object.entries(read)).toEqual([
    ['__proto__', { a: 1 }],
    ['b', 2],
  ]);
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  expect(Object.getOwnPropertyDescriptor(read, '__proto__')).toEqual({
    value: { a: 1 },
    configurable: true,
    enumerable: true,
    writable: true,
  });
});

it('hands over each number in its own spelling, wherever it stands, and nothing else', () => {
  const spellings: string[] = [];
  const text = '{"a":1.10,"b":[-0,1E+2, 12345678901234567890 ],"c":"7.0","d":{"e":0e-5},"f":[true,null]}';
  const read = readJson(text, (lexeme) => spellings.push(lexeme));
  expect(spellings).toEqual(['1.10', '-0', '1E+2', '12345678901234567890', '0e-5']);
  expect(read).toEqual({ a: 1, b: [2, 3, 4], c: '7.0', d: { e: 5 }, f: [true, null] });
});

it('reads any JSON as JSON.parse does, however it is spaced', () => {
  const indents = fc.constantFrom(undefined, 1, '\t', '\r\n ');
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), indents, (value, indent) => {
      asJsonParseDoes(JSON.stringify(value, undefined, indent));
    }),
    { numRuns: 500 },
  );
});

it('parseJson takes what JSON.parse takes, and nothing else', () => {
  expect(parseJson('{"a":[1.50]}', (lexeme) => lexeme)).toEqual({ a: ['1.50'] });
  for (const text of ['', '{', '[1,]', '{"a" 1}', '"a', '01', '1.', 'tru', '{"a":1}}', "{'a':1}"]) {
    expect(() => parseJson(text, Number)).toThrow(SyntaxError);
  }
});
