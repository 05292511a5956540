/** Opens the input of a run: a generated contact centre, files, or standard input. */
import { join } from 'node:path';
import { generateContactCentre, type Expected } from '../generator/contact-centre';
import type { Delivery } from '../stack/put-records';
import { findPathKind, listFiles, UnreadableSourceError } from '../../cli/shared/sources';
import { countBytes, MAX_RECORD_BYTES } from '../../cli/shared/stream';
import { BrokenGzipError } from '../../cli/shared/decompress';
import { isOtherDocument, OTHER_DOCUMENTS } from '../../cli/shared/other-formats';
import { parseJsonObject } from '../../cli/shared/parse-json';
import { type Place, readContent } from '../../cli/shared/read-content';
import { UsageError } from '../../cli/shared/usage-error';
import type { Settings } from './start-options';

export interface Input {
  deliveries: Iterable<InputDelivery> | AsyncIterable<InputDelivery>;
  /** The number of deliveries, if it is known in advance. */
  total?: number;
  /** The expected results, if they are known. */
  expected?: Expected;
}

/** A delivery, and its file and line. */
export type InputDelivery = Delivery & { place?: Place };

/** A file, or one of its records, that is not delivered. */
export interface Unread {
  name: string;
  line?: number;
  why: string;
}
type OnUnread = (unread: Unread) => void;

/**
 * Opens the input, and checks it before anything is started.
 *
 * @throws UsageError if it is empty, Error if nothing in it can be read
 */
export async function openInput(input: Settings['input'], onUnread: OnUnread): Promise<Input> {
  if (input.kind === 'generated') {
    const { deliveries, expected } = generateContactCentre(input);
    return { deliveries, expected, total: deliveries.length };
  }
  const paths = input.kind === 'paths' ? input.paths : [];
  const name = paths.length === 0 ? 'Standard input' : paths.join(', ');
  const kinds = await Promise.all(paths.map(findPathKind));
  const read = (onUnread: OnUnread) =>
    takeAtMost(
      input.limit ?? Infinity,
      input.kind === 'paths' ? readPaths(paths, onUnread) : readDeliveries(process.stdin, name, onUnread),
    );

  let unread = 0;
  const deliveries = read((one) => {
    unread++;
    onUnread(one);
  });
  const first = await deliveries.next();
  if (first.done && unread > 0) throw new Error(`${name} has no record that can be read.`);
  if (first.done) throw new UsageError(`${name} is empty.`);
  const isReadOnce = input.kind === 'stdin' || kinds.includes('pipe');
  if (isReadOnce) return { deliveries: prepend(first.value, deliveries) };
  // Files are read twice, to find unreadable records before anything is started.
  let total = 1;
  while (!(await deliveries.next()).done) total++;
  return { deliveries: read(() => undefined), total };
}

async function* readPaths(paths: readonly string[], onUnread: OnUnread): AsyncGenerator<InputDelivery> {
  for (const path of paths) {
    const isFolder = (await findPathKind(path)) === 'folder';
    for await (const { name, bytes, open } of listFiles(path)) {
      // Several folders may contain files of the same name.
      const shown = isFolder && paths.length > 1 ? join(path, name) : name;
      if (bytes === 0 && paths.length > 1 && !isFolder) onUnread({ name, why: 'the file is empty' });
      yield* readDeliveries(open(), shown, onUnread);
    }
  }
}

/** Yields at most `limit` values, and then stops reading. */
async function* takeAtMost<T>(limit: number, values: AsyncGenerator<T>): AsyncGenerator<T> {
  let taken = 0;
  for await (const value of values) {
    yield value;
    if (++taken >= limit) return;
  }
}

/**
 * Reads deliveries. Each JSON document is one, and so is each line that is not part of a document.
 *
 * The partition key is the contact's id, so that the records of one contact use one shard and stay in order, while
 * different contacts may use different shards, as in AWS.
 *
 * @param name - of the source
 * @param onUnread - gets what cannot be read, or is too long for a record
 */
export async function* readDeliveries(
  source: AsyncIterable<Buffer>,
  name: string,
  onUnread: OnUnread,
): AsyncGenerator<InputDelivery> {
  try {
    for await (const { kind, bytes, line } of readContent(source, { asLines: true })) {
      if (kind === 'too-long' || isOtherDocument(kind)) {
        onUnread({ name, line, why: kind === 'too-long' ? TOO_LONG : OTHER_DOCUMENTS[kind] });
        continue;
      }
      const lines = kind === 'rest' ? splitLines(bytes) : [bytes];
      for (const [i, data] of lines.entries()) {
        const place = { name, line: line + i };
        const delivery = { data, partitionKey: readContactId(data), place };
        if (countBytes(delivery) > MAX_RECORD_BYTES) onUnread({ ...place, why: TOO_LONG });
        else yield delivery;
      }
    }
  } catch (error) {
    if (error instanceof BrokenGzipError) onUnread({ name, why: 'the gzip data is incomplete or damaged' });
    else if (error instanceof UnreadableSourceError) onUnread({ name, why: error.message });
    else throw error;
  }
}

const TOO_LONG = 'too long: by default, a Kinesis record has at most 1 MiB, partition key included';

function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let begin = 0;
  for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, begin)) {
    lines.push(bytes.subarray(begin, end));
    begin = end + 1;
  }
  return [...lines, bytes.subarray(begin)];
}

const LF = 10;

/** Reads the contact's id; lines without one share a key, so they stay in order. */
function readContactId(line: Buffer): string {
  const { ContactId } = parseJsonObject(line.toString()) ?? {};
  const isUsable = typeof ContactId === 'string' && ContactId.length >= 1 && ContactId.length <= 256;
  return isUsable ? ContactId : 'no-contact-id';
}

async function* prepend<T>(first: T, others: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* others;
}
