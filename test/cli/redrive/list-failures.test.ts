import { formatList } from '../../../cli/redrive/redrive-report';
import { listFailures } from '../../../cli/redrive/list-failures';
import { aGivenUp, aFailureObject, type AnObject } from '../shared/failure-objects';
import { aBucket, never } from './fake-services';

const CANARY = '+12065550199';

/** In the order in which they failed, a second apart. */
async function objects(): Promise<AnObject[]> {
  return [
    aGivenUp([
      { sequenceNumber: 5, arrival: 5, payload: CANARY, partitionKey: CANARY },
      { sequenceNumber: 6, arrival: 6 },
    ]),
    await aFailureObject({ sequenceNumber: 1, arrival: 1, payload: CANARY, partitionKey: CANARY }),
    await aFailureObject({ sequenceNumber: 2, arrival: 2 }, 'quarantined', 'not-utf8'),
    { key: 'another/file.txt', body: CANARY },
    { key: 'quarantined/', body: '' },
    await aFailureObject({ sequenceNumber: 3, arrival: 3 }, 'conflicting', 'same-second-other-content'),
    { ...(await aFailureObject({ sequenceNumber: 9 })), key: 'redriven/quarantined/s/shard/9.json' },
    { ...(await aFailureObject({ sequenceNumber: 8 })), key: 'redriven/redriven/quarantined/s/shard/8.json' },
  ];
}

const stock = async (filter: Partial<Parameters<typeof listFailures>[1]> = {}) => {
  const found = await listFailures(aBucket(await objects()), { prefix: '', ...filter }, never);
  return { ...found, numbers: found.entries.map(({ sequenceNumber }) => sequenceNumber) };
};

it('finds every kind of object, oldest first, except redriven ones', async () => {
  const { entries, numbers } = await stock();
  expect(numbers).toEqual(['1', '2', '3', '5']);
  expect(entries.map(({ kind, reason, records }) => [kind, reason, records])).toEqual([
    ['quarantined', 'not-json', 1],
    ['quarantined', 'not-utf8', 1],
    ['conflicting', 'same-second-other-content', 1],
    ['given-up', 'RecordAgeExceeded', 2],
  ]);
});

it('contains no bytes of records', async () => {
  const { entries } = await stock();
  expect(JSON.stringify(entries)).not.toContain('data');
  expect(JSON.stringify(entries)).not.toContain(CANARY);
});

it('reports unreadable objects, and continues', async () => {
  const { unreadable } = await stock();
  expect(unreadable).toEqual([{ key: 'another/file.txt', why: 'not a JSON object' }]);
});

it.each<[string, Partial<Parameters<typeof listFailures>[1]>, string[]]>([
  ['a reason', { reasons: ['not-utf8'] }, ['2']],
  ['several reasons', { reasons: ['not-utf8', 'RecordAgeExceeded'] }, ['2', '5']],
  ['a prefix', { prefix: 'aws/' }, ['5']],
  ['the beginning of a prefix, without redriven objects', { prefix: 'r' }, []],
  ['what failed since a time', { since: 2000 }, ['2', '3']],
  ['the oldest', { limit: 2 }, ['1', '2']],
  ['redriven objects, except those that were redriven again', { prefix: 'redriven/' }, ['9']],
  ['a folder of it', { prefix: 'redriven/quarantined/' }, ['9']],
  ['all of it at once', { prefix: 'quarantined/', since: 1000, limit: 5, reasons: ['not-json'] }, ['1']],
])('can select only %s', async (_what, filter, numbers) => {
  expect((await stock(filter)).numbers).toEqual(numbers);
});

it('reports an object with the name of the error when S3 does not return it, and ignores a missing one', async () => {
  const all = await objects();
  const bucket = aBucket(all);
  const read = (key: string) => {
    if (key === all[1]?.key) return Promise.resolve({ kind: 'unreadable', why: 'AccessDenied' } as const);
    if (key === all[2]?.key) return Promise.resolve({ kind: 'gone' } as const);
    return bucket.read(key);
  };
  const { entries, unreadable } = await listFailures({ ...bucket, read }, { prefix: '' }, never);
  expect(entries).toHaveLength(2);
  expect(unreadable).toContainEqual({ key: all[1]?.key, why: 'AccessDenied' });
});

it('ends at the next page when the run stops', async () => {
  const stopping = new AbortController();
  const ctrlC = new Error('Ctrl-C');
  let pages = 0;
  const list = async function* () {
    for (;;) {
      if (++pages === 3) stopping.abort(ctrlC);
      yield await Promise.resolve([{ key: `redriven/${pages}`, bytes: 1, failedAt: 0 }]);
    }
  };
  const bucket = { ...aBucket([]), list };
  await expect(listFailures(bucket, { prefix: '' }, stopping.signal)).rejects.toBe(ctrlC);
  expect(pages).toBe(3);
});

it('does not read an object when it is too large for the memory', async () => {
  const bucket = aBucket([]);
  const list = async function* () {
    yield await Promise.resolve([{ key: 'huge', bytes: 100 * 1024 * 1024, failedAt: 0 }]);
  };
  const { unreadable } = await listFailures({ ...bucket, list }, { prefix: '' }, never);
  expect(unreadable).toEqual([{ key: 'huge', why: 'larger than any object that the pipeline writes' }]);
});

/** Six days after 1970 began, when the fake's objects failed. */
const NOW = 6 * 86_400_000;

it('is printed by kind and reason, with the unreadable objects', async () => {
  const shown = formatList(await stock(), NOW);
  expect(shown).toBe(`\
kind         reason                     objects  records  oldest  newest
conflicting  same-second-other-content        1        1      6d      6d
given-up     RecordAgeExceeded                1        2      6d      6d
quarantined  not-json                         1        1      6d      6d
quarantined  not-utf8                         1        1      6d      6d
total                                         4        5      6d      6d

1 object skipped:
  another/file.txt: not a JSON object
`);
});

it('escapes a key when it could control a terminal', () => {
  const shown = formatList({ entries: [], unreadable: [{ key: 'a\u001b[2J b', why: 'x' }] }, NOW);
  expect(shown).toContain('  "a\\u001b[2J b": x');
});

it.each([
  [0, '1m'],
  [60_000, '1m'],
  [61_000, '2m'],
  [99 * 60_000, '99m'],
  [101 * 60_000, '2h'],
  [72 * 3_600_000 + 1, '73h'],
  [120 * 3_600_000, '5d'],
])('shows an age of %i ms so that --since selects the object', async (age, shown) => {
  const { entries } = await stock();
  const table = formatList(
    { entries: entries.map((entry) => ({ ...entry, failedAt: NOW - age })), unreadable: [] },
    NOW,
  );
  expect(table).toMatch(new RegExp(`^total .* ${shown} +${shown}$`, 'm'));
});
