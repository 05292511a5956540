import { NumberValue } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { toExactNumber } from '../../../../lambda/contact-records/json/exact-number';

describe('a number', () => {
  it.each([
    ['0', 0],
    ['-0', 0],
    ['0.0', 0],
    ['0e99999', 0],
    ['39', 39],
    ['-39', -39],
    ['0.1', 0.1],
    ['1.50', 1.5],
    ['1e2', 100],
    ['1E+2', 100],
    ['12e-1', 1.2],
    ['9007199254740991', 9007199254740991],
    ['0.0000000000000000', 0],
    ['-0.0000000000000000', 0],
    ['1.50000000000000000e21', 1.5e21],
    ['1.50000000000000000e-9', 1.5e-9],
    ['-1.5000000000000000', -1.5],
    ['1.00000000000000000e-130', 1e-130],
    ['9.50000000000000000e125', 9.5e125],
    ['1e30', 1e30],
    [`1${'0'.repeat(30)}`, 1e30],
    ['-12345678901234567e4', -12345678901234567e4],
  ])('%s stays a number, as a double keeps it exactly', (lexeme, expected) => {
    expect(Object.is(toExactNumber(lexeme), expected)).toBe(true);
  });

  it.each([
    ['9007199254740993', '9007199254740993'],
    ['12345678901234567890', '12345678901234567890'],
    ['0.1234567890123456789', '0.1234567890123456789'],
    ['-12345678901234567.890', '-12345678901234567.89'],
    ['1.2345678901234567890e-5', '0.00001234567890123456789'],
    ['-1.5e-100', undefined],
  ])('%s is carried exactly where a double would not keep it', (lexeme, canonical) => {
    const exact = toExactNumber(lexeme);
    if (canonical === undefined) expect(exact).toBe(Number(lexeme));
    else expect(exact).toEqual(NumberValue.from(canonical));
  });

  it.each([
    ['1e400'],
    ['1e-400'],
    ['1.00000000000000000e-131'],
    ['9.99999999999999999e-131'],
    ['1.00000000000000000e126'],
    ['0.00000000000000000001e-111'],
    ['10000000000000000000e107'],
    ['1e126'],
    ['-1e126'],
    ['1e-131'],
    ['5e-324'],
    ['1'.repeat(39)],
    [`0.${'1'.repeat(39)}`],
    ['abc'],
    [''],
    ['1e'],
    ['0x10'],
  ])('%s is nothing that DynamoDB can hold', (lexeme) => {
    expect(toExactNumber(lexeme)).toBeUndefined();
  });

  it.each(['9.9e125', '1e-130', '1'.repeat(38)])('%s is just within what DynamoDB can hold', (lexeme) => {
    expect(toExactNumber(lexeme)).toBeDefined();
  });

  it('has one form, however it is spelt: DynamoDB spells numbers in its own way', () => {
    const spelling = fc.record({
      digits: fc.bigInt(1n, 10n ** 38n - 1n),
      exponent: fc.integer({ min: -60, max: 60 }),
    });
    fc.assert(
      fc.property(spelling, fc.integer({ min: 0, max: 20 }), ({ digits, exponent }, zeros) => {
        const plain = toExactNumber(`${digits}e${exponent}`);
        expect(plain).toBeDefined();
        expect(toExactNumber(`${digits}${'0'.repeat(zeros)}E${exponent - zeros}`)).toEqual(plain);
        expect(
          toExactNumber(`0.${'0'.repeat(zeros)}${digits}e${exponent + zeros + String(digits).length}`),
        ).toEqual(plain);
      }),
    );
  });

  it('of a hundred thousand zeros costs no more than reading it', () => {
    const startedAt = performance.now();
    toExactNumber(`1${'0'.repeat(100_000)}1`);
    toExactNumber(`0.${'0'.repeat(100_000)}1`);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
