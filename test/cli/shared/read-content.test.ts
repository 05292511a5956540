import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { type ContentSegment, readContent } from '../../../cli/shared/read-content';

async function segmentsOf(content: string | Buffer, asLines = false): Promise<ContentSegment[]> {
  const segments: ContentSegment[] = [];
  for await (const segment of readContent(Readable.from([Buffer.from(content)]), { asLines }))
    segments.push(segment);
  return segments;
}

const textsOf = async (content: string | Buffer, asLines?: boolean) =>
  (await segmentsOf(content, asLines)).map(({ kind, bytes }) => [kind, bytes.toString()]);

/** As Firehose writes it, with the record in base64. */
const errorObject = (record: string | Buffer) =>
  JSON.stringify({
    attemptsMade: 1,
    arrivalTimestamp: 1_781_000_000_000,
    errorCode: 'DynamicPartitioning.MetadataExtractionFailed',
    errorMessage: 'partitionKeys values must not be null or empty',
    attemptEndingTimestamp: 1_781_000_001_000,
    rawData: Buffer.from(record).toString('base64'),
  });

describe('an error object of Firehose is opened', () => {
  it.each([false, true])('one directly behind the other (as lines: %s)', async (asLines) => {
    const content = ['{"a":1}', '{"b":2}\n', '{"c": 1.0}'].map(errorObject).join('');

    const found = await textsOf(content, asLines);

    expect(found).toEqual([
      ['document', '{"a":1}'],
      ['document', '{"b":2}'],
      ['document', '{"c": 1.0}'],
    ]);
  });

  it('in gzip, after a byte order mark', async () => {
    const content = gzipSync(`\ufeff${errorObject('{"a":1}')}\n`);

    expect(await textsOf(content, true)).toEqual([['document', '{"a":1}']]);
  });

  it('when it is inside another error object', async () => {
    expect(await textsOf(errorObject(errorObject('{"a":1}')))).toEqual([['document', '{"a":1}']]);
  });

  it.each(['PING', '', '{"a":'])(
    'its record comes as a document of its own if it is broken (%j)',
    async (record) => {
      const content = [record, record].map(errorObject).join('\n');

      expect(await textsOf(content)).toEqual([
        ['document', record],
        ['document', record],
      ]);
    },
  );

  it('names a record of another format in it', async () => {
    expect((await segmentsOf(errorObject('{"contactid":"c-1"}')))[0]?.kind).toBe('lower-case-names');
  });

  it('lets reading continue only after its last record', async () => {
    const first = `${errorObject('{"a":1}{"b":2}')}\n`;

    const segments = await segmentsOf(`${first}{"c":3}`);

    expect(segments.map(({ at, line, next }) => [at, line, next])).toEqual([
      [0, 1, 0],
      [0, 1, first.length - 1],
      [first.length, 2, first.length + 7],
    ]);
  });
});

it.each([
  '{"ContactId":"c-1","rawData":"e30=","errorCode":"x"}',
  '{"rawData":"e30="}',
  '{"errorCode":"x","rawData":7}',
])('%s is not an error object', async (document) => {
  expect(await textsOf(document)).toEqual([['document', document]]);
});

it('names a document of another format, and reads the documents around it', async () => {
  const content = '{"a":1}\n{\n  "Contact": {\n    "Id": "c-1"\n  }\n}\n{"contactid":"c-1"}{"b":2}';

  expect((await segmentsOf(content)).map(({ kind, line }) => [kind, line])).toEqual([
    ['document', 1],
    ['describe-contact', 2],
    ['lower-case-names', 7],
    ['document', 7],
  ]);
});
