import { Readable } from 'node:stream';
import { findOtherDocument, refuseOtherFormats } from '../../../cli/shared/other-formats';
import { UnreadableSourceError } from '../../../cli/shared/sources';

/** Reads content in chunks; resolves to the text, or to why it is refused. */
async function read(content: Buffer | string, chunkBytes = 65_536): Promise<string> {
  const bytes = Buffer.from(content);
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, i) =>
    bytes.subarray(i * chunkBytes, (i + 1) * chunkBytes),
  );
  const parts: Buffer[] = [];
  try {
    for await (const part of refuseOtherFormats(Readable.from(chunks))) parts.push(part);
    return Buffer.concat(parts).toString();
  } catch (error) {
    if (error instanceof UnreadableSourceError) return error.message;
    throw error;
  }
}

const UTF_16 = 'this is UTF-16: convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)';
const utf16 = (text: string) => Buffer.from(text, 'utf16le');

describe('names the format of a file, and says what to do', () => {
  it.each([
    ['Parquet', 'PAR1\x15\x04\x15', /^this is Parquet, not JSON: use the JSON that Connect exported /],
    ['ORC', 'ORC\x11\x00', /^this is ORC, not JSON: use the JSON /],
    ['a zip archive', 'PK\x03\x04\x14\x00', /^this is a zip archive: unpack it, and give the folder /],
    ['UTF-16 with a byte order mark', utf16('\ufeff{"a":1}'), UTF_16],
    ['UTF-16, big-endian', utf16('\ufeff{"a":1}').swap16(), UTF_16],
    ['UTF-16 without a byte order mark', utf16('{"a":1}'), UTF_16],
    ['UTF-16, big-endian, without a byte order mark', utf16('[{"a":1}]').swap16(), UTF_16],
    ['CSV', 'contactid,channel\nc-1,VOICE\n', /^this is CSV, not JSON: use the JSON /],
    ['CSV as a spreadsheet writes it', '\ufeff"Contact ID";"Queue"\r\n"c-1";"Sales"\r\n', /^this is CSV, /],
    ['CSV without the id of a contact', 'queue,channel,agent.name\na,b,c\n', /^this is CSV, /],
  ])('%s', async (_title, content, sentence) => {
    expect(await read(content)).toMatch(sentence);
  });

  it('when the first chunk is a single byte', async () => {
    expect(await read('PAR1\x15\x04', 1)).toMatch(/^this is Parquet/);
  });
});

describe('returns content unchanged that may have contact records', () => {
  it.each([
    ['lines of JSON', '{"a":1}\n{"b":[1,2,3]}\n'],
    ['other text in the first line, and JSON in the second', 'one,two,three\n{"a":1}\n'],
    ['a first line with a comma', 'PING, PONG\n'],
    ['a first line of three parts that are not names', '1,2,3\n'],
    ['bytes that are not text', '\xff\x00\n'],
    ['less than a signature', 'PK'],
    ['nothing', ''],
  ])('%s', async (_title, content) => {
    expect(await read(content)).toBe(content);
  });
});

it('closes the source when it refuses it', async () => {
  const source = Readable.from([Buffer.from('PAR1'), Buffer.from('more')]);

  await expect(refuseOtherFormats(source).next()).rejects.toThrow(UnreadableSourceError);

  expect(source.destroyed).toBe(true);
});

describe('a document with data of a contact record in another format', () => {
  it.each([
    [{ contactid: 'c-1', lastupdatetimestamp: '2024-03-11T03:41:32Z' }, 'lower-case-names'],
    [{ Contact: { Arn: 'arn', Id: 'c-1' }, ResponseMetadata: {} }, 'describe-contact'],
    [{ ContactId: 'c-1', contactid: 'c-1' }, undefined],
    [{ EventType: 'LOGIN', contactid: 'c-1' }, undefined],
    [{ ContactId: 'c-1', Contact: { Id: 'c-1' } }, undefined],
    [{ Contact: null }, undefined],
    [{ Contact: 'Id' }, undefined],
    [{ contactid: 7 }, undefined],
  ])('%j is %s', (document, kind) => {
    expect(findOtherDocument(document)).toBe(kind);
  });
});
