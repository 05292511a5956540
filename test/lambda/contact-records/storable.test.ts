import { unstorableReason } from '../../../lambda/contact-records/storable';

/** A map with so many maps inside each other below its one attribute. */
const maps = (depth: number): unknown => (depth === 0 ? 'leaf' : { inner: maps(depth - 1) });
const lists = (depth: number): unknown => (depth === 0 ? 'leaf' : [lists(depth - 1)]);

describe('DynamoDB can hold', () => {
  it.each<[string, unknown]>([
    ['31 maps inside each other below an attribute', { attribute: maps(31) }],
    ['31 lists inside each other below an attribute', { attribute: lists(31) }],
    ['empty strings, empty containers and nulls', { a: '', b: {}, c: [], d: null, e: [''] }],
    ['names of any other kind', { ' ': 1, 'a:b': 1, ünï: 1, constructor: 1, hasOwnProperty: 1 }],
    ['surrogates in pairs', { a: '😀' }],
  ])('%s', (_what, item) => {
    expect(unstorableReason(item)).toBeUndefined();
  });
});

describe('DynamoDB can not hold', () => {
  it.each<[string, unknown, string]>([
    ['32 maps inside each other below an attribute', { attribute: maps(32) }, 'nested-too-deep'],
    ['32 lists inside each other below an attribute', { attribute: lists(32) }, 'nested-too-deep'],
    ['hundreds of them', { attribute: lists(500) }, 'nested-too-deep'],
    ['an empty attribute name', { a: 1, '': 1 }, 'empty-attribute-name'],
    ['an empty name far inside', { a: [{ b: { '': null } }] }, 'empty-attribute-name'],
    ['a __proto__ member', JSON.parse('{"a":{"__proto__":{"b":1}}}'), 'reserved-attribute-name'],
    ['half a surrogate pair', { a: '\ud83d' }, 'unpaired-surrogate'],
    ['half a surrogate pair in a name', { '\ude00': 1 }, 'unpaired-surrogate'],
    ['a number beyond any double', { a: JSON.parse('1e400') as unknown }, 'number-out-of-range'],
  ])('%s', (_what, item, reason) => {
    expect(unstorableReason(item)).toBe(reason);
  });
});
