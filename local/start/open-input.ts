/**
 * What goes into the stream: a generated contact centre, or the documents and lines of files or of standard input.
 */
import { contactCentre, type Expected } from '../generator/contact-centre';
import type { Delivery } from '../stack/put-records';
import { documentsIn } from '../../cli/shared/documents';
import { filesIn, kindOf, UnreadableSourceError } from '../../cli/shared/sources';
import { bytesOf, MOST_BYTES_IN_RECORD } from '../../cli/shared/stream';
import { BrokenGzipError, decompress } from '../../cli/shared/decompress';
import { UsageError } from '../../cli/shared/usage';
import type { Settings } from './start-options';

export interface Input {
  deliveries: Iterable<Delivery> | AsyncIterable<Delivery>;
  /** How many there are, if that can be known beforehand. */
  total?: number;
  /** What must come out, if that is known. */
  expected?: Expected;
}

/** Opens the input, and looks at it as far as that can be done before anything is started. */
export async function openInput(input: Settings['input']): Promise<Input> {
  switch (input.kind) {
    case 'generated': {
      const { deliveries, expected } = contactCentre(input);
      return { deliveries, expected, total: deliveries.length };
    }
    case 'stdin':
      return { deliveries: await notEmpty(deliveriesOf(process.stdin, 'Standard input'), 'Standard input') };
    case 'path': {
      const { path } = input;
      // A pipe can be read only once; a file is read twice, so that a line which can't be sent is found at once.
      if ((await kindOf(path)) === 'pipe') return { deliveries: await notEmpty(deliveriesIn(path), path) };
      let total = 0;
      for (const all = deliveriesIn(path); !(await all.next()).done;) total++;
      if (total === 0) throw new UsageError(`${path} is empty.`);
      return { deliveries: deliveriesIn(path), total };
    }
  }
}

async function* deliveriesIn(path: string): AsyncGenerator<Delivery> {
  for await (const { name, open } of filesIn(path)) yield* deliveriesOf(open(), name);
}

/**
 * A document is one delivery, and so is each line that is none, as it is. The partition key is the contact's id, so that
 * the records of one contact go through one shard and stay in order, while different contacts may go through different
 * shards, as in AWS.
 *
 * @param name - of where the bytes come from
 * @throws WrongUsage if a line is too long for a record, or the bytes can't be read
 */
export async function* deliveriesOf(source: AsyncIterable<Buffer>, name: string): AsyncGenerator<Delivery> {
  try {
    for await (const { kind, bytes, line } of documentsIn(decompress(source), { asLines: true })) {
      if (kind === 'too-long') throw tooLong(name, line);
      const lines = kind === 'rest' ? linesOf(bytes) : [bytes];
      for (const [i, data] of lines.entries()) {
        const delivery = { data, partitionKey: contactIdIn(data) };
        if (bytesOf(delivery) > MOST_BYTES_IN_RECORD) throw tooLong(name, line + i);
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

function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let begin = 0;
  for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, begin)) {
    lines.push(bytes.subarray(begin, end));
    begin = end + 1;
  }
  return [...lines, bytes.subarray(begin)];
}

const LF = 10;

const tooLong = (name: string, line: number) =>
  new UsageError(`${name}: line ${line} is too long: a Kinesis record takes 1 MiB, partition key included.`);

/** What has no contact id shares one key: all of it in order. */
function contactIdIn(line: Buffer): string {
  try {
    const { ContactId } = JSON.parse(line.toString()) as { ContactId?: unknown };
    if (typeof ContactId === 'string' && ContactId.length >= 1 && ContactId.length <= 256) return ContactId;
  } catch {
    // Not JSON, or null: to be delivered all the same.
  }
  return 'no-contact-id';
}

async function notEmpty(
  deliveries: AsyncGenerator<Delivery>,
  name: string,
): Promise<AsyncIterable<Delivery>> {
  const first = await deliveries.next();
  if (first.done) throw new UsageError(`${name} is empty.`);
  return (async function* () {
    yield first.value;
    yield* deliveries;
  })();
}
