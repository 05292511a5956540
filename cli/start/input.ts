/**
 * What goes into the stream: a generated contact centre, or the lines of a file or of standard input.
 */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { contactCentre, type Expected } from '../../local/contact-centre';
import type { Delivery } from '../../local/local-stack';
import { WrongUsage } from '../usage';
import type { Settings } from './arguments';

export interface Input {
  deliveries: Iterable<Delivery> | AsyncIterable<Delivery>;
  /** How many there are, if that can be known beforehand. */
  total?: number;
  /** What must come out, if that is known. */
  expected?: Expected;
}

/** Kinesis: a record's payload and partition key together. */
const MOST_BYTES = 1024 * 1024;

/** Opens the input, and looks at it as far as that can be done before anything is started. */
export async function openInput(input: Settings['input']): Promise<Input> {
  switch (input.kind) {
    case 'generated': {
      const { deliveries, expected } = contactCentre(input);
      return { deliveries, expected, total: deliveries.length };
    }
    case 'stdin':
      return {
        deliveries: await notEmpty(
          deliveriesOf(() => process.stdin),
          'Standard input',
        ),
      };
    case 'file': {
      const isRegular = await lookAt(input.path);
      const deliveries = () => deliveriesOf(() => createReadStream(input.path));
      // A pipe can be read only once; a file is read twice, so that a line which can't be sent is found at once.
      if (!isRegular) return { deliveries: await notEmpty(deliveries(), input.path) };
      let total = 0;
      for (const all = deliveries(); !(await all.next()).done;) total++;
      return { deliveries: deliveries(), total };
    }
  }
}

async function lookAt(path: string): Promise<boolean> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new WrongUsage(`${path} is a directory, not a file.`);
    await (await open(path)).close();
    if (found.isFile() && found.size === 0) throw new WrongUsage(`${path} is empty.`);
    return found.isFile();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new WrongUsage(`There is no file ${path}.`);
    if (code === 'EACCES' || code === 'EPERM')
      throw new WrongUsage(`${path} can't be read: permission denied.`);
    throw error;
  }
}

/**
 * Each line is one delivery. Its partition key is the contact's id, so that the records of one contact go through one
 * shard and stay in order, while different contacts may go through different shards, as in AWS.
 */
async function* deliveriesOf(open: () => AsyncIterable<Buffer>): AsyncGenerator<Delivery> {
  let number = 0;
  for await (const data of linesOf(open())) {
    number++;
    const partitionKey = contactIdIn(data);
    if (data.length + Buffer.byteLength(partitionKey) > MOST_BYTES) throw tooLong(number);
    yield { data, partitionKey };
  }
}

/** The bytes between line feeds, whatever they are; a line never fills the memory. */
export async function* linesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  let number = 1;
  for await (const chunk of source) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...parts, chunk.subarray(start, end)]);
      [parts, length, start] = [[], 0, end + 1];
      number++;
    }
    parts.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > MOST_BYTES) throw tooLong(number);
  }
  if (length > 0) yield Buffer.concat(parts);
}

const tooLong = (line: number) =>
  new WrongUsage(`Line ${line} is too long: a Kinesis record takes 1 MiB, partition key included.`);

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
  if (first.done) throw new WrongUsage(`${name} is empty.`);
  return (async function* () {
    yield first.value;
    yield* deliveries;
  })();
}
