/**
 * Reads the documents of a file or object, including those inside error objects of Firehose. Recognises other formats in
 * which contact records are exported.
 */
import { decompress } from './decompress';
import { type HowToRead, readDocuments, type Segment } from './documents';
import { findOtherDocument, type OtherDocument, refuseOtherFormats } from './other-formats';
import { parseJsonObject } from './parse-json';

/** A line of a source. */
export interface Place {
  name: string;
  line: number;
}

export interface ContentSegment extends Omit<Segment, 'kind'> {
  kind: Segment['kind'] | OtherDocument;
  /** Where reading can continue after this segment. It lies after an error object only for its last segment. */
  next: number;
}

/** @throws UnreadableSourceError, BrokenGzipError */
export async function* readContent(
  source: AsyncIterable<Buffer>,
  how: HowToRead = {},
): AsyncGenerator<ContentSegment> {
  for await (const segment of readDocuments(refuseOtherFormats(decompress(source)), how)) {
    yield* await lookInto(segment, how);
  }
}

/** Marks of documents that need to be parsed here. Most documents have none of them. */
const MARKS = ['"rawData"', '"contactid"', '"Contact"'].map((mark) => Buffer.from(mark));

async function lookInto(segment: Segment, how: HowToRead): Promise<ContentSegment[]> {
  const { kind, bytes, at, line } = segment;
  const next = at + Math.max(1, bytes.length);
  const isToParse = kind === 'document' && MARKS.some((mark) => bytes.includes(mark));
  // TextDecoder removes a byte order mark.
  const document = isToParse ? parseJsonObject(new TextDecoder().decode(bytes)) : undefined;
  const rawData = document && findRawData(document);
  if (rawData === undefined) {
    return [{ ...segment, kind: (document && findOtherDocument(document)) ?? kind, next }];
  }

  const inside: ContentSegment[] = [];
  for await (const one of readDocuments([rawData], how)) inside.push(...(await lookInto(one, how)));
  // An empty record is reported as well.
  if (inside.length === 0) inside.push({ kind: 'document', bytes: rawData, at, line, next });
  return inside.map((one, i) => ({
    ...one,
    // A broken document inside does not continue a broken document before it.
    kind: one.kind === 'rest' ? 'document' : one.kind,
    ...{ at, line, next: i + 1 < inside.length ? at : next },
  }));
}

/** Finds the original record in an error object. Firehose writes one if it could not process a record. */
function findRawData({ rawData, errorCode, ContactId }: Record<string, unknown>): Buffer | undefined {
  const isErrorObject = typeof rawData === 'string' && errorCode !== undefined && ContactId === undefined;
  return isErrorObject ? Buffer.from(rawData, 'base64') : undefined;
}
