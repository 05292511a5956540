/** Opens the input of a run: a generated contact centre, files, or standard input. */
import { generateContactCentre, type Expected } from '../generator/contact-centre';
import type { Delivery } from '../stack/put-records';
import { readDocuments } from '../../cli/shared/documents';
import { findPathKind, listFiles, UnreadableSourceError } from '../../cli/shared/sources';
import { countBytes, MAX_RECORD_BYTES } from '../../cli/shared/stream';
import { BrokenGzipError, decompress } from '../../cli/shared/decompress';
import { parseJsonObject } from '../../cli/shared/parse-json';
import { UsageError } from '../../cli/shared/usage-error';
import type { Settings } from './start-options';

export interface Input {
  deliveries: Iterable<Delivery> | AsyncIterable<Delivery>;
  /** The number of deliveries, if it is known in advance. */
  total?: number;
  /** The expected results, if they are known. */
  expected?: Expected;
}

/** Opens the input, and checks it as far as possible before anything is started. */
export async function openInput(input: Settings['input']): Promise<Input> {
  switch (input.kind) {
    case 'generated': {
      const { deliveries, expected } = generateContactCentre(input);
      return { deliveries, expected, total: deliveries.length };
    }
    case 'stdin':
      return requireDelivery(readDeliveries(process.stdin, 'Standard input'), 'Standard input');
    case 'path': {
      const { path } = input;
      // A pipe can be read only once. A file is read twice, so that a line that cannot be sent is found at once.
      if ((await findPathKind(path)) === 'pipe') return requireDelivery(readDeliveriesFrom(path), path);
      let total = 0;
      for (const all = readDeliveriesFrom(path); !(await all.next()).done;) total++;
      if (total === 0) throw new UsageError(`${path} is empty.`);
      return { deliveries: readDeliveriesFrom(path), total };
    }
  }
}

async function* readDeliveriesFrom(path: string): AsyncGenerator<Delivery> {
  for await (const { name, open } of listFiles(path)) yield* readDeliveries(open(), name);
}

/**
 * Reads deliveries: each JSON document is one, and so is each line that is not part of a document.
 *
 * The partition key is the contact's id, so that the records of one contact use one shard and stay in order, while
 * different contacts may use different shards, as in AWS.
 *
 * @param name - of the source
 * @throws UsageError if a line is too long for a record, or the bytes cannot be read
 */
export async function* readDeliveries(source: AsyncIterable<Buffer>, name: string): AsyncGenerator<Delivery> {
  try {
    for await (const { kind, bytes, line } of readDocuments(decompress(source), { asLines: true })) {
      if (kind === 'too-long') throw createTooLongError(name, line);
      const lines = kind === 'rest' ? splitLines(bytes) : [bytes];
      for (const [i, data] of lines.entries()) {
        const delivery = { data, partitionKey: readContactId(data) };
        if (countBytes(delivery) > MAX_RECORD_BYTES) throw createTooLongError(name, line + i);
        yield delivery;
      }
    }
  } catch (error) {
    if (error instanceof BrokenGzipError) throw new UsageError(`${name} is gzip, but not to its end.`);
    if (error instanceof UnreadableSourceError)
      throw new UsageError(`${name} can't be read: ${error.message}.`);
    throw error;
  }
}

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

const createTooLongError = (name: string, line: number) =>
  new UsageError(`${name}: line ${line} is too long: a Kinesis record takes 1 MiB, partition key included.`);

/** Reads the contact's id; lines without one share a key, so they stay in order. */
function readContactId(line: Buffer): string {
  const { ContactId } = parseJsonObject(line.toString()) ?? {};
  const isUsable = typeof ContactId === 'string' && ContactId.length >= 1 && ContactId.length <= 256;
  return isUsable ? ContactId : 'no-contact-id';
}

async function requireDelivery(deliveries: AsyncGenerator<Delivery>, name: string): Promise<Input> {
  const first = await deliveries.next();
  if (first.done) throw new UsageError(`${name} is empty.`);
  const all = async function* () {
    yield first.value;
    yield* deliveries;
  };
  return { deliveries: all() };
}
