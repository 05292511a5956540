import { deflateRawSync, gzipSync } from 'node:zlib';
import { isPacked, openRecords } from '../../../cli/shared/open-records';
import type { OriginalRecord } from '../../../cli/shared/read-failure-object';
import { aKplAggregate } from '../../kpl-aggregate';

const aRecord = (data: Buffer): OriginalRecord => ({
  ...{ partitionKey: 'a-key', data, sequenceNumber: '7', arrival: 1 },
});

async function open(reason: string, data: Buffer) {
  const opened = await openRecords({ reason, records: [aRecord(data)] });
  return 'why' in opened
    ? opened.why
    : opened.map((record) => `${record.partitionKey}: ${Buffer.from(record.data).toString()}`);
}

it.each(['gzip', 'kpl-aggregate'])('opens a record when its reason is %s', (reason) => {
  expect(isPacked(reason)).toBe(true);
});

it.each(['not-utf8', 'RecordAgeExceeded', 'toString'])(
  'returns a record unchanged when its reason is %s',
  async (reason) => {
    const records: [OriginalRecord] = [aRecord(gzipSync('{}'))];

    expect(isPacked(reason)).toBe(false);
    expect(await openRecords({ reason, records })).toBe(records);
  },
);

it.each([
  ['one document', '{"a":1.50}', ['{"a":1.50}']],
  ['a line for each document', '{"a":1}\n{"a":2}\n', ['{"a":1}', '{"a":2}']],
  ['documents directly behind each other', '{"a":1}{"a":2}', ['{"a":1}', '{"a":2}']],
  ['an array of documents', '[{"a":1},{"a":2}]', ['{"a":1}', '{"a":2}']],
])('puts documents under the key of the record when gzip contains %s', async (_what, text, documents) => {
  expect(await open('gzip', gzipSync(text))).toEqual(documents.map((document) => `a-key: ${document}`));
});

it('puts all documents when gzip has several members', async () => {
  const members = Buffer.concat([gzipSync('{"a":1}'), gzipSync('{"a":2}')]);

  expect(await open('gzip', members)).toEqual(['a-key: {"a":1}', 'a-key: {"a":2}']);
});

it('puts user records under their own keys when it is an aggregate', async () => {
  const aggregate = aKplAggregate([
    { data: '{"a":1}', partitionKey: 'one' },
    { data: '{"a":2}', partitionKey: 'two' },
  ]);

  expect(await open('kpl-aggregate', aggregate)).toEqual(['one: {"a":1}', 'two: {"a":2}']);
});

it('keeps the sequence number, which decides the order', async () => {
  const opened = await openRecords({ reason: 'gzip', records: [aRecord(gzipSync('{}'))] });

  expect(opened).toMatchObject([{ sequenceNumber: '7', arrival: 1 }]);
});

const BACKFILL = 'download it with --dest, check it, and send it with npm run backfill';
const CANARY = '"+12065550199"';
const MIB = 1024 * 1024;

it.each<[string, string, Buffer, string]>([
  ['gzip', 'is cut off', gzipSync(`{"a":${CANARY}}`).subarray(0, -9), 'gzip that is damaged or cut off'],
  ['gzip', 'has no header', deflateRawSync('{}'), `gzip with other content than JSON documents: ${BACKFILL}`],
  [
    'gzip',
    'contains a broken document',
    gzipSync(`{"a":1}\n{"a":${CANARY}`),
    `gzip with other content than JSON documents: ${BACKFILL}`,
  ],
  ['gzip', 'contains nothing', gzipSync(' \n'), 'it contains no records'],
  [
    'gzip',
    'contains a document that is too long',
    gzipSync(`{"a":1}{"a":"${'x'.repeat(2 * MIB)}"}`),
    'a packed record is larger than 1 MiB, the default limit of a stream',
  ],
  [
    'gzip',
    'contains a document that is too long with its key',
    gzipSync(`{"a":"${'x'.repeat(MIB - 12)}"}`),
    'a packed record is larger than 1 MiB, the default limit of a stream',
  ],
  [
    'gzip',
    'is a bomb of white space',
    gzipSync(' '.repeat(33 * MIB)),
    `gzip that unpacks to more than 32 MiB: ${BACKFILL}`,
  ],
  [
    'gzip',
    'is a bomb of documents',
    gzipSync('{}'.repeat(10_001)),
    'more than 10,000 packed records: download them with --dest',
  ],
  [
    'kpl-aggregate',
    'is a bomb of records',
    aKplAggregate(Array.from({ length: 10_001 }, () => ({ data: '' }))),
    'more than 10,000 packed records: download them with --dest',
  ],
  ['kpl-aggregate', 'contains nothing', aKplAggregate([]), 'it contains no records'],
  [
    'kpl-aggregate',
    'has an empty partition key',
    aKplAggregate([{ data: 'x', partitionKey: '' }]),
    'a packed record has a partition key that Kinesis does not accept',
  ],
  [
    'kpl-aggregate',
    'is cut off',
    aKplAggregate([{ data: CANARY }]).subarray(0, -9),
    'a KPL aggregate that is damaged or cut off: its checksum does not match',
  ],
])('says why %s cannot be opened when it %s', async (reason, _what, data, why) => {
  expect(await open(reason, data)).toBe(why);
});

it('opens records up to the limits', async () => {
  const documents = gzipSync('{}'.repeat(10_000));
  const long = gzipSync(`{"a":"${'x'.repeat(MIB - 13)}"}`);
  const white = gzipSync(`{}${' '.repeat(32 * MIB - 2)}`);

  expect(await open('gzip', documents)).toHaveLength(10_000);
  expect(await open('gzip', long)).toHaveLength(1);
  expect(await open('gzip', white)).toHaveLength(1);
});
