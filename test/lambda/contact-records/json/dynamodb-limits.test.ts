import { findUnstorableReason } from '../../../../lambda/contact-records/json/dynamodb-limits';

/** Creates a map whose one attribute has this number of nested maps. */
const maps = (depth: number, leaf: unknown = 'leaf'): unknown =>
  depth === 0 ? leaf : { inner: maps(depth - 1, leaf) };
const lists = (depth: number): unknown => (depth === 0 ? 'leaf' : [lists(depth - 1)]);

describe('DynamoDB can hold', () => {
  it.each<[string, object]>([
    ['31 maps inside each other below an attribute', { attribute: maps(31) }],
    ['31 lists inside each other below an attribute', { attribute: lists(31) }],
    ['empty strings, empty containers and nulls', { a: '', b: {}, c: [], d: null, e: [''] }],
    ['names of any other kind', { ' ': 1, 'a:b': 1, ünï: 1, constructor: 1, hasOwnProperty: 1 }],
    ['surrogates in pairs', { a: '😀' }],
    ['a name of 65,535 bytes', { ['é'.repeat(32_767) + 'x']: 1 }],
    ['what may just fit', { a: 'x'.repeat(409_599) }],
    ['31 maps inside each other around what is no text', { attribute: maps(31, true) }],
    ['tens of thousands of lists, which have no names', { a: new Array(30_000).fill([]) }],
  ])('%s', (_what, item) => {
    expect(findUnstorableReason(item)).toBeUndefined();
  });
});

describe('DynamoDB can not hold', () => {
  it.each<[string, object, string]>([
    ['32 maps inside each other below an attribute', { attribute: maps(32) }, 'nested-too-deep'],
    ['32 lists inside each other below an attribute', { attribute: lists(32) }, 'nested-too-deep'],
    ['hundreds of them', { attribute: lists(500) }, 'nested-too-deep'],
    ['a name of 65,536 bytes', { a: { ['é'.repeat(32_768)]: 1 } }, 'attribute-name-too-long'],
    ['a byte more than may just fit', { a: 'x'.repeat(409_600) }, 'item-too-large'],
    [
      'more than 400 KB of names',
      { a: Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`name-${i}`, 1])) },
      'item-too-large',
    ],
    [
      'elements of one byte each, which take another as elements',
      { a: new Array(205_000).fill(0) },
      'item-too-large',
    ],
    ['more values than there are bytes', { a: [new Array(500_000).fill(0)] }, 'item-too-large'],
    ['an empty attribute name', { a: 1, '': 1 }, 'empty-attribute-name'],
    ['an empty name far inside', { a: [{ b: { '': null } }] }, 'empty-attribute-name'],
    ['a __proto__ member', JSON.parse('{"a":{"__proto__":{"b":1}}}') as object, 'reserved-attribute-name'],
    ['half a surrogate pair', { a: '\ud83d' }, 'unpaired-surrogate'],
    ['half a surrogate pair in a name', { '\ude00': 1 }, 'unpaired-surrogate'],
    ['a number beyond any double', { a: JSON.parse('1e400') as unknown }, 'number-out-of-range'],
  ])('%s', (_what, item, reason) => {
    expect(findUnstorableReason(item)).toBe(reason);
  });
});
