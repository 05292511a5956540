/**
 * Opens packed records, which the function can't read. Gzip becomes its documents, and an aggregate of the Kinesis
 * Producer Library its user records. All other records stay unchanged.
 */
import { Readable } from 'node:stream';
import type { UnreadableReason } from '../../lambda/contact-records/steps/decode';
import { BrokenGzipError, decompress } from './decompress';
import { readDocuments } from './documents';
import { formatNumber } from './format';
import { countBytes, isPartitionKey, MAX_RECORD_BYTES, type StreamRecord } from './stream';
import { readKplAggregate, UnopenableError } from './kpl-aggregate';
import type { FailureContent, OriginalRecord } from './read-failure-object';

/** Upper bounds for the content of one record. 1 MiB of gzip can unpack to 1 GiB. */
const MAX_UNPACKED_BYTES = 32 * 1024 * 1024;
const MAX_RECORDS = 10_000;

type Open = (record: OriginalRecord) => Iterable<StreamRecord> | AsyncIterable<StreamRecord>;

const OPENERS: ReadonlyMap<string, Open> = new Map<UnreadableReason, Open>([
  ['gzip', openGzip],
  ['kpl-aggregate', ({ data }) => readKplAggregate(Buffer.from(data))],
]);

/** Returns whether records with this reason are opened before they are redriven. */
export const isPacked = (reason: string): boolean => OPENERS.has(reason);

/** Opens all records of an object, or returns why one can't be opened. An object is never redriven in part. */
export async function openRecords({
  reason,
  records,
}: Pick<FailureContent, 'reason' | 'records'>): Promise<OriginalRecord[] | { why: string }> {
  const open = OPENERS.get(reason);
  if (open === undefined) return records;
  try {
    return (await Promise.all(records.map((record) => openRecord(record, open)))).flat();
  } catch (error) {
    if (error instanceof UnopenableError) return { why: error.message };
    throw error;
  }
}

async function openRecord(record: OriginalRecord, open: Open): Promise<OriginalRecord[]> {
  const opened: OriginalRecord[] = [];
  for await (const { partitionKey, data } of open(record)) {
    if (!isPartitionKey(partitionKey)) {
      throw new UnopenableError('a packed record has a partition key that Kinesis does not accept');
    }
    if (countBytes({ partitionKey, data }) > MAX_RECORD_BYTES) throw createTooLongError();
    if (opened.length === MAX_RECORDS) {
      throw new UnopenableError(
        `more than ${formatNumber(MAX_RECORDS)} packed records: download them with --dest`,
      );
    }
    opened.push({ ...record, partitionKey, data });
  }
  if (opened.length === 0) throw new UnopenableError('it contains no records');
  return opened;
}

async function* openGzip({ partitionKey, data }: OriginalRecord): AsyncGenerator<StreamRecord> {
  for await (const { kind, bytes } of readDocuments(unpackGzip(data))) {
    if (kind === 'too-long') throw createTooLongError();
    if (kind === 'rest') {
      throw new UnopenableError(`gzip with other content than JSON documents: ${USE_BACKFILL}`);
    }
    yield { partitionKey, data: bytes };
  }
}

async function* unpackGzip(data: Uint8Array): AsyncGenerator<Buffer> {
  let unpacked = 0;
  try {
    for await (const chunk of decompress(Readable.from([Buffer.from(data)]))) {
      unpacked += chunk.length;
      if (unpacked > MAX_UNPACKED_BYTES) {
        throw new UnopenableError(`gzip that unpacks to more than 32 MiB: ${USE_BACKFILL}`);
      }
      yield chunk;
    }
  } catch (error) {
    throw error instanceof BrokenGzipError ? new UnopenableError('gzip that is damaged or cut off') : error;
  }
}

const createTooLongError = () =>
  new UnopenableError('a packed record is larger than 1 MiB, the default limit of a stream');

const USE_BACKFILL = 'download it with --dest, check it, and send it with npm run backfill';
