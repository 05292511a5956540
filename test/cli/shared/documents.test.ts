import { Readable } from 'node:stream';
import fc from 'fast-check';
import { readDocuments, type HowToRead, type Segment } from '../../../cli/shared/documents';

const MIB = 1024 * 1024;

async function readSegments(chunks: (string | Buffer)[], how?: HowToRead): Promise<Segment[]> {
  const segments: Segment[] = [];
  // An empty chunk would end the stream.
  const source = Readable.from(chunks.map((chunk) => Buffer.from(chunk)).filter(({ length }) => length > 0));
  for await (const segment of readDocuments(source, how)) segments.push(segment);
  return segments;
}

/** A segment with its bytes as text: Jest compares bytes one by one, as slow members of an object. */
const toText = (segment: Segment) => ({ ...segment, bytes: segment.bytes.toString() });

/** Expects each segment's bytes and line to be those of its position in the content. */
function expectPlacesIn(content: Buffer, segments: Segment[]): void {
  const places = segments.map(({ at, bytes }) => ({
    bytes: content.subarray(at, at + bytes.length).toString(),
    line: content.subarray(0, at).toString('latin1').split('\n').length,
  }));
  expect(segments.map(({ bytes, line }) => ({ bytes: bytes.toString(), line }))).toEqual(places);
}

/** `document` as its text, anything else as its kind, position and text. */
async function read(content: string): Promise<string[]> {
  const segments = await readSegments([content]);
  return segments.map(({ kind, at, bytes }) =>
    kind === 'document' ? bytes.toString() : `${kind} ${at}: ${bytes.toString()}`,
  );
}

const PRETTY = '{\n  "a": [\n    {"b": "}{"},\n    []\n  ]\n}';

describe('returns each document with its own bytes, in all formats', () => {
  it.each([
    ['one a line', '{"a":1}\n{"b":2}\n', ['{"a":1}', '{"b":2}']],
    ['with carriage returns and empty lines', '{"a":1}\r\n\r\n{"b":2}\r\n', ['{"a":1}', '{"b":2}']],
    ['one directly behind the other, as Firehose does', '{"a":1}{"b":2}{}', ['{"a":1}', '{"b":2}', '{}']],
    ['pretty-printed', `${PRETTY}\n${PRETTY}`, [PRETTY, PRETTY]],
    ['in an array', '[{"a":1},{"b":[{}]}]', ['{"a":1}', '{"b":[{}]}']],
    ['in a pretty-printed array', `[\n  {"a":1},\n\n  ${PRETTY}\n]\n`, ['{"a":1}', PRETTY]],
    [
      'in arrays, one directly behind the other',
      '[{"a":1}][{"b":2}]\n{"c":3}',
      ['{"a":1}', '{"b":2}', '{"c":3}'],
    ],
    [
      'in any mixture',
      `{"a":1}\n[{"b":2} , {"c":3}]{"d":4}${PRETTY}`,
      ['{"a":1}', '{"b":2}', '{"c":3}', '{"d":4}', PRETTY],
    ],
    [
      'behind byte order marks',
      '\ufeff{"a":1}\n\ufeff{"b":2}\ufeff[{"c":3}]',
      ['{"a":1}', '{"b":2}', '{"c":3}'],
    ],
    ['with numbers in any spelling', '{"a":1.10e+02,"b":-0}', ['{"a":1.10e+02,"b":-0}']],
    [
      'with brackets and quotation marks in strings',
      '{"a":"}\\"{[","\\\\":"\\u007d\\\\"}{}',
      ['{"a":"}\\"{[","\\\\":"\\u007d\\\\"}', '{}'],
    ],
    ['an array without any', '[]', ['[]']],
    ['nothing but white space', ' \r\n\t\n', []],
  ])('%s', async (_title, content, expected) => {
    expect(await read(content)).toEqual(expected);
  });

  it('with chunks that end anywhere', async () => {
    const document = fc
      .dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 })
      .chain((value) => fc.constantFrom(JSON.stringify(value), JSON.stringify(value, null, 2)));
    const separated = fc.record({ document, separator: fc.constantFrom('', '\n', '\r\n', ' \n\n') });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.boolean(), fc.array(separated, { minLength: 1, maxLength: 4 }))),
        fc.integer({ min: 1, max: 9 }),
        async (groups, size) => {
          const content = Buffer.from(
            groups
              .map(([isArray, members]) =>
                isArray
                  ? `[${members.map(({ document, separator }) => separator + document).join(',')}]`
                  : members.map(({ document, separator }) => document + separator).join(''),
              )
              .join(''),
          );
          const chunks = Array.from({ length: Math.ceil(content.length / size) }, (_, i) =>
            content.subarray(i * size, (i + 1) * size),
          );
          const segments = await readSegments(chunks);
          expect(segments.map(({ kind, bytes }) => [kind, bytes.toString()])).toEqual(
            groups.flatMap(([, members]) => members.map(({ document }) => ['document', document])),
          );
          expectPlacesIn(content, segments);
        },
      ),
    );
  });
});

describe('reports the place of broken bytes, and continues at the next document', () => {
  it.each([
    ['garbage on a line of its own', '{"a":1}\nPING\n{"b":2}', ['{"a":1}', 'rest 8: PING', '{"b":2}']],
    ['garbage between', '{"a":1}PING {"b":2}null', ['{"a":1}', 'rest 7: PING ', '{"b":2}', 'rest 19: null']],
    ['cut off at the end', '{"a":1}{"b":', ['{"a":1}', 'rest 7: {"b":']],
    ['a line cut off in a string', '{"a":"x\n{"b":2}', ['rest 0: {"a":"x', '{"b":2}']],
    ['a line cut off behind a value', '{"a":1\r\n{"b":2}', ['rest 0: {"a":1\r', '{"b":2}']],
    ['a line cut off behind an object', '{"a":{"n":1}\n{"b":2}', ['rest 0: {"a":{"n":1}', '{"b":2}']],
    ['a line cut off behind a colon', '{"a":\n{"b":2}\n{"c":3}', ['rest 0: {"a":', '{"b":2}', '{"c":3}']],
    ['the last but one cut off behind a colon', '{"a":\n{"b":2}\n', ['rest 0: {"a":', '{"b":2}']],
    ['cut off in a string, Firehose', '{"a":"x{"b":2}{"c":3}', ['rest 0: {"a":"x', '{"b":2}', '{"c":3}']],
    ['cut off in a name, Firehose', '{"a{"b":2}{"c":3}', ['rest 0: {"a', '{"b":2}', '{"c":3}']],
    ['cut off in an escape, Firehose', '{"a":"\\{"b":2}', ['rest 0: {"a":"\\', '{"b":2}']],
    ['cut off in a word, Firehose', '{"a":tru{"b":2}', ['rest 0: {"a":tru', '{"b":2}']],
    ['cut off behind a comma, Firehose', '{"a":1,{"b":2}', ['rest 0: {"a":1,', '{"b":2}']],
    ['cut off behind a colon, Firehose', '{"a":{"b":2}{"c":3}', ['rest 0: {"a":', '{"b":2}', '{"c":3}']],
    ['cut off in an array, Firehose', '{"a":[{"b":2}{"c":3}', ['rest 0: {"a":[', '{"b":2}', '{"c":3}']],
    [
      'cut off behind a number, Firehose',
      '{"a":{"n":1},"b":2{"c":3}',
      ['rest 0: {"a":{"n":1},"b":2', '{"c":3}'],
    ],
    ['cut off behind a list, Firehose', '{"a":[{}]{"c":3}', ['rest 0: {"a":[{}]', '{"c":3}']],
    [
      'cut off behind a colon, before garbage',
      '{"a":\n{"b":2}\nPING',
      ['rest 0: {"a":', '{"b":2}', 'rest 14: PING'],
    ],
    ['a comma too few', '{"a":1 "b":{"n":2}}{"c":3}', ['rest 0: {"a":1 "b":{"n":2}}', '{"c":3}']],
    ['a bracket of the wrong kind', '{"a":[1}}\n{"b":2}', ['rest 0: {"a":[1}}', '{"b":2}']],
    ['a broken element', '[{"a" 1},{"b":2}]{"c":3}', ['rest 1: {"a" 1},', '{"b":2}', '{"c":3}']],
    ['an element that is no object', '[{"a":1},7,\n{"b":2}]', ['{"a":1}', 'rest 9: 7,', '{"b":2}']],
    [
      'an array of something else',
      '[1,{"a":1}]\n{"b":2}',
      ['rest 0: [1,', '{"a":1}', 'rest 10: ]', '{"b":2}'],
    ],
    ['an array that never ends', '[{"a":1},{"b":2}', ['{"a":1}', '{"b":2}']],
    ['a word that is none, inside: for a parser to say', '{"a":oops}{"b":2}', ['{"a":oops}', '{"b":2}']],
  ])('%s', async (_title, content, expected) => {
    expect(await read(content)).toEqual(expected);
  });

  it('finds all later documents when one from Firehose is cut off anywhere', async () => {
    const whole = '{"ContactId":"a","n":-1.5e3,"x":{"y":[{"z":"\\"é\\u00e9"},true,[]],"w":null},"v":"{"}';
    const next = Array.from({ length: 4 }, (_, i) => `{"ContactId":"n${i}","x":{"y":[{}]}}`);
    for (let end = 1; end < whole.length; end++) {
      const found = await read(whole.slice(0, end) + next.join(''));
      expect(found.slice(-4)).toEqual(next);
    }
  });

  it('returns every byte in a document or a rest, except separators, for any bytes', async () => {
    const part = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ',',
      ':',
      '\n',
      ' ',
      '\\',
      '1',
      'é',
      '{"a":1}',
      '{"b":',
      '\ufeff',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 40 }), fc.boolean(), async (parts, asLines) => {
        const content = Buffer.from(parts.join(''));
        const segments = await readSegments(parts, { asLines });
        expect(segments.map(toText)).toEqual((await readSegments([content], { asLines })).map(toText));
        expectPlacesIn(content, segments);
        let end = 0;
        const between = segments.map(({ at, bytes }) => {
          const text = content.subarray(end, at).toString();
          end = at + bytes.length;
          return text;
        });
        const separators = [...between, content.subarray(end).toString()];
        expect(separators.filter((text) => !/^[\s,[\]\ufeff]*$/.test(text))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('bytes that are too many for a record', () => {
  const long = `{"a":"${'x'.repeat(2 * MIB)}"}`;
  const chunked = (content: string) =>
    Array.from({ length: Math.ceil(content.length / 65_536) }, (_, i) =>
      content.slice(i * 65_536, (i + 1) * 65_536),
    );

  it.each([
    ['a document', long],
    ['garbage', 'x'.repeat(2 * MIB)],
    ['brackets without end', '{"a":'.repeat(MIB)],
    ['a document that never ends', `{"a":"${'x'.repeat(2 * MIB)}`],
  ])('reports %s once, and finds the document in the next line', async (_title, content) => {
    const segments = await readSegments(chunked(`{}\n${content}\n{"b":2}`));
    expect(segments.map(({ kind, at, line, bytes }) => [kind, at, line, bytes.toString()])).toEqual([
      ['document', 0, 1, '{}'],
      ['too-long', 3, 2, ''],
      ['document', content.length + 4, 3, '{"b":2}'],
    ]);
  });

  it('finds the next document without a line feed between them', async () => {
    const segments = await readSegments(chunked(`${long}{"b":2}`));
    expect(segments.map(({ kind, at }) => [kind, at])).toEqual([
      ['too-long', 0],
      ['document', long.length],
    ]);
  });

  it('does not fill the memory with any content', async () => {
    const chunk = Buffer.from('{"a":['.repeat(10_000));
    const source = (function* () {
      for (let i = 0; i < 800; i++) yield chunk;
    })();
    const before = process.memoryUsage().rss;
    for await (const segment of readDocuments(Readable.from(source)))
      expect(segment.kind).not.toBe('document');
    expect(process.memoryUsage().rss - before).toBeLessThan(60 * MIB);
  });
});

describe('as lines', () => {
  const linesIn = async (content: string) =>
    (await readSegments([content], { asLines: true })).map(({ bytes }) => bytes.toString());

  it.each([
    [
      'a document that has its line to itself is the whole line',
      ' {"a":1} \r\n\ufeff{"b":2}\t',
      [' {"a":1} \r', '\ufeff{"b":2}\t'],
    ],
    ['an empty line is one', '\n{"a":1}\n\n \n', ['', '{"a":1}', '', ' ']],
    [
      'what begins with anything else is one',
      'x {"a":1}\n[{"a":1}\n[1,{}]\n[]\r\n',
      ['x {"a":1}', '{"a":1}', '[1,{}]', '[]\r'],
    ],
    ['documents share a line', '{"a":1} {"b":2}\n', ['{"a":1}', '{"b":2}']],
    ['a document has several lines', ` ${PRETTY}\r\n{}`, [` ${PRETTY}\r`, '{}']],
    [
      'empty lines in an array are nothing',
      '[\n\n{"a":1}\n,\n\n {"b":2}\n]\n{"c":3}',
      ['{"a":1}', '{"b":2}', '{"c":3}'],
    ],
  ])('%s', async (_title, content, expected) => {
    expect(await linesIn(content)).toEqual(expected);
  });
});
