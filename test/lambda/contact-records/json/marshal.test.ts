import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { toExactNumber } from '../../../../lambda/contact-records/json/exact-number';
import { marshal } from '../../../../lambda/contact-records/json/marshal';

describe('an item', () => {
  it('has an attribute value for each kind of JSON, and for exact numbers', () => {
    expect(
      marshal({ s: '', n: 1.5, e: NumberValue.from('1E40'), b: false, z: null, l: ['x', []], m: { n: {} } }),
    ).toEqual({
      s: { S: '' },
      n: { N: '1.5' },
      e: { N: '1E40' },
      b: { BOOL: false },
      z: { NULL: true },
      l: { L: [{ S: 'x' }, { L: [] }] },
      m: { M: { n: { M: {} } } },
    });
  });

  it('may have members that look like a type', () => {
    expect(marshal({ a: { constructor: { name: 'String' } } })).toEqual({
      a: { M: { constructor: { M: { name: { S: 'String' } } } } },
    });
  });

  it.each([undefined, Symbol('x'), () => 1, 1n])('of anything else is an internal error: %p', (value) => {
    expect(() => marshal({ value })).toThrow(new TypeError(`a ${typeof value} is not JSON`));
  });

  it('comes back as it went, whatever JSON it is', () => {
    const name = fc
      .oneof(fc.string(), fc.constantFrom('constructor', 'toString', 'S', 'M'))
      .filter((n) => n !== '__proto__');
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.boolean(),
        fc.constant(null),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => toExactNumber(String(n)) ?? 0),
        fc.array(tie('tree')),
        fc.dictionary(name, tie('tree'), { noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(unmarshall(marshal({ value }), { wrapNumbers: toExactNumber })).toEqual({ value });
      }),
    );
  });
});
