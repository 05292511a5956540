import { readBatchResult } from '../../../local/event-source-mapping/batch-result';

const batch = ['100', '200', '300'];
const ALL = 3;
const doneOf = (...given: Parameters<typeof readBatchResult>) => readBatchResult(...given).done;
const returned = (payload: unknown) => ({ kind: 'returned', payload }) as const;
const naming = (...itemIdentifiers: unknown[]) =>
  returned({ batchItemFailures: itemIdentifiers.map((itemIdentifier) => ({ itemIdentifier })) });

describe('with partial responses', () => {
  it.each([null, [], {}, '', { batchItemFailures: [] }, { batchItemFailures: null }, { other: 1 }])(
    'an answer that names no record, %j, is success, as it silently is in AWS',
    (payload) => {
      expect(doneOf(returned(payload), batch, true)).toBe(ALL);
    },
  );

  it('a record that is named is the checkpoint: those before it are done', () => {
    expect(doneOf(naming('200'), batch, true)).toBe(1);
    expect(doneOf(naming('100'), batch, true)).toBe(0);
  });

  it('the lowest of several is the checkpoint, whatever their order', () => {
    expect(doneOf(naming('300', '200'), batch, true)).toBe(1);
  });

  it('the lowest is so as a number, not as text: sequence numbers may differ in length', () => {
    expect(doneOf(naming('1000', '999'), ['998', '999', '1000'], true)).toBe(1);
  });

  it.each<[what: string, identifier: unknown]>([
    ['a number', 123],
    ['a number that is in the batch as text', 200],
    ['an empty text', ''],
    ['null', null],
    ['a sequence number of another batch', '400'],
  ])('an identifier that is %s fails the whole batch', (_, identifier) => {
    expect(doneOf(naming(identifier), batch, true)).toBe(0);
  });

  it('one wrong identifier among right ones fails the whole batch', () => {
    expect(doneOf(naming('300', '400'), batch, true)).toBe(0);
  });

  it.each([{ foo: 123 }, { foo: null }, null, '200'])(
    'an entry without an identifier, %j, fails the whole batch',
    (entry) => {
      expect(doneOf(returned({ batchItemFailures: [entry] }), batch, true)).toBe(0);
    },
  );

  it('failures that are no list fail the whole batch', () => {
    expect(doneOf(returned({ batchItemFailures: '200' }), batch, true)).toBe(0);
  });
});

describe.each([true, false])('whether partial responses are on or not (%s)', (reportBatchItemFailures) => {
  it('a function that throws or times out fails the whole batch', () => {
    const functionError = { errorType: 'Error', errorMessage: 'no' };

    expect(doneOf({ kind: 'failed', functionError }, batch, reportBatchItemFailures)).toBe(0);
    expect(doneOf({ kind: 'timed-out' }, batch, reportBatchItemFailures)).toBe(0);
  });
});

it('without partial responses, what the function names does not count: the batch is done', () => {
  expect(doneOf(naming('200'), batch, false)).toBe(ALL);
});
