import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { parseExactly, stringifySorted } from '../../../local/start/stringify-exactly';

it.each([
  '{"a":[1,-2.5,true,null,"1e400",{"b":0.1}]}',
  '{"n":12345678901234567}',
  '{"__proto__":{"a":1}}',
  '[]',
  '"text"',
])('%s is unchanged after parsing and writing', (text) => {
  expect(Number(parseExactly('1'))).toBe(1);
  expect(JSON.parse(stringifySorted(parseExactly(text)))).toEqual(JSON.parse(text));
});

it('keeps the digits of a number that a double would round', () => {
  const text = '{"n":0.1234567890123456789}';
  expect(parseExactly(text)).toEqual({ n: expect.any(NumberValue) as unknown });
  expect(stringifySorted(parseExactly(text))).toMatch(/1234567890123456789/);
  expect(JSON.stringify(JSON.parse(text))).not.toMatch(/1234567890123456789/);
});

it('keeps a number in a string as a string', () => {
  expect(parseExactly('{"n":"12345678901234567890"}')).toEqual({ n: '12345678901234567890' });
});
