import { isConditionMet } from '../../../local/emulators/condition-expression';

const ITEM = { ContactId: { S: 'c-1' }, At: { S: 'b' }, Ends: { N: '10' } };

describe('a condition expression is evaluated as in DynamoDB', () => {
  it.each([
    ['attribute_exists(At)', {}, true],
    ['attribute_not_exists(At)', {}, false],
    ['attribute_not_exists(Other)', {}, true],
    ['At < :v', { ':v': { S: 'c' } }, true],
    ['At < :v', { ':v': { S: 'b' } }, false],
    ['At <= :v', { ':v': { S: 'b' } }, true],
    ['At > :v', { ':v': { S: 'a' } }, true],
    ['At >= :v', { ':v': { S: 'c' } }, false],
    ['At = :v', { ':v': { S: 'b' } }, true],
    ['At <> :v', { ':v': { S: 'b' } }, false],
    ['Ends < :v', { ':v': { N: '9' } }, false],
    ['Ends < :v', { ':v': { N: '11' } }, true],
    // Values of different types and missing attributes cannot be compared.
    ['Ends < :v', { ':v': { S: '9' } }, false],
    ['Other < :v', { ':v': { N: '9' } }, false],
    // Strings are ordered by UTF-8 bytes: U+FF5E before U+1F600, unlike in UTF-16.
    [':a < :v', { ':a': { S: '\uFF5E' }, ':v': { S: '\u{1F600}' } }, true],
    // AND binds tighter than OR.
    ['attribute_exists(At) OR At = :v AND At = :v', { ':v': { S: 'no' } }, true],
    ['(attribute_exists(At) OR At = :v) AND At = :v', { ':v': { S: 'no' } }, false],
  ])('%s', (expression, values, expected) => {
    expect(isConditionMet(expression, values, ITEM)).toBe(expected);
  });

  it('treats a missing item as one without attributes', () => {
    expect(isConditionMet('attribute_not_exists(ContactId)', {})).toBe(true);
  });

  it.each(['', 'At', 'At < ', 'size(At) < :v', 'At < :v)', 'At < :unknown', 'NOT At = :v'])(
    'refuses what it does not know: %s',
    (expression) => {
      expect(() => isConditionMet(expression, { ':v': { S: 'x' } }, ITEM)).toThrow(Error);
    },
  );
});
