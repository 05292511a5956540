/** Recognises exports that have no readable contact records, and advises what to do instead. */
import { peek } from './peek';
import { UnreadableSourceError } from './sources';

const UTF_16 = 'UTF-16: convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)';
const FROM_CONNECT = 'use the JSON that Connect exported to Kinesis or Firehose';

/** First bytes of files, as Latin-1, with the format that they mean. */
const SIGNATURES = [
  ['PAR1', `Parquet, not JSON: ${FROM_CONNECT}`],
  ['ORC', `ORC, not JSON: ${FROM_CONNECT}`],
  ['PK\x03\x04', 'a zip archive: unpack it, and give the folder with its files'],
  ...['\xff\xfe', '\xfe\xff', '{\0', '[\0', '\0{', '\0['].map((begin) => [begin, UTF_16] as const),
] as const;
const CSV = `CSV, not JSON: ${FROM_CONNECT}`;

/** @throws UnreadableSourceError if the unpacked content has another format, and errors of the source */
export async function* refuseOtherFormats(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { begin, whole } = await peek(source, 4);
  const text = begin.toString('latin1');
  const [, format] = SIGNATURES.find(([bytes]) => text.startsWith(bytes)) ?? [
    '',
    isCsv(text) ? CSV : undefined,
  ];
  for await (const chunk of whole) {
    if (format !== undefined) throw new UnreadableSourceError(`this is ${format}`);
    yield chunk;
  }
}

const COLUMN_NAME = /^\s*"?[a-z_][\w .:()/-]{0,99}"?\s*$/i;
const CONTACT_ID = /^\W*contact[ _]?id\W*$/i;

/** Returns whether the first line has column names, and no line near it is JSON. */
function isCsv(text: string): boolean {
  const [header = '', ...lines] = text.replace(/^\xef\xbb\xbf/, '').split('\n');
  const columns = header.split(/[,;\t]/);
  const isTable = columns.length > 2 || (columns.length > 1 && columns.some((name) => CONTACT_ID.test(name)));
  return (
    isTable && columns.every((name) => COLUMN_NAME.test(name)) && !lines.some((line) => /^\s*[{[]/.test(line))
  );
}

/** Documents that contain data of contact records in another format. */
export const OTHER_DOCUMENTS = {
  'lower-case-names': `these look like contact records with lower-case names, as Athena and Glue write them: ${FROM_CONNECT}`,
  'describe-contact': `this is output of the DescribeContact API, not a contact record: ${FROM_CONNECT}`,
};
export type OtherDocument = keyof typeof OTHER_DOCUMENTS;

export const isOtherDocument = (reason: string): reason is OtherDocument =>
  Object.hasOwn(OTHER_DOCUMENTS, reason);

/** Finds the kind of such a document. */
export function findOtherDocument(document: Record<string, unknown>): OtherDocument | undefined {
  const { ContactId, contactid, Contact, EventType } = document;
  if (ContactId !== undefined || EventType !== undefined) return undefined;
  if (typeof contactid === 'string') return 'lower-case-names';
  return typeof (Contact as { Id?: unknown } | null | undefined)?.Id === 'string'
    ? 'describe-contact'
    : undefined;
}
