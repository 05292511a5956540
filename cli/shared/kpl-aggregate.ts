/**
 * Reads aggregates of the Kinesis Producer Library. They have four magic bytes, an `AggregatedRecord` in Protocol Buffers,
 * and its MD5 digest.
 */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { StreamRecord } from './stream';

/** A packed record can't be opened. The message has the reason, and no value of the record. */
export class UnopenableError extends Error {}

const MAGIC_BYTES = 4;
const DIGEST_BYTES = 16;

/** Field numbers of `AggregatedRecord` and of a `Record` in it. The others, such as hash keys, are not needed. */
const AGGREGATE = { partitionKey: 1, record: 3 };
const RECORD = { partitionKeyIndex: 1, data: 3 };

/**
 * Reads the user records one by one, in their order.
 *
 * @throws UnopenableError if the bytes are damaged, or do not follow the format
 */
export function* readKplAggregate(bytes: Buffer): Generator<StreamRecord> {
  const message = bytes.subarray(MAGIC_BYTES, -DIGEST_BYTES);
  const digest = bytes.subarray(MAGIC_BYTES + message.length);
  if (!createHash('md5').update(message).digest().equals(digest)) {
    throw new UnopenableError('a KPL aggregate that is damaged or cut off: its checksum does not match');
  }
  const partitionKeys: string[] = [];
  for (const { number, value } of readFields(message)) {
    if (number === AGGREGATE.partitionKey) partitionKeys.push(decodeText(value));
  }
  for (const { number, value } of readFields(message)) {
    if (number === AGGREGATE.record) yield readRecord(value, partitionKeys);
  }
}

function readRecord(value: Field['value'], partitionKeys: readonly string[]): StreamRecord {
  let partitionKey: string | undefined;
  let data: Buffer | undefined;
  for (const field of readFields(toBytes(value))) {
    if (field.number === RECORD.partitionKeyIndex) partitionKey = partitionKeys[Number(field.value)];
    if (field.number === RECORD.data) data = toBytes(field.value);
  }
  if (partitionKey === undefined || data === undefined) throw createFormatError();
  return { partitionKey, data };
}

interface Field {
  number: number;
  /** A number for a varint, or else bytes. */
  value: number | Buffer;
}

/** Reads the fields of a message in their order. */
function* readFields(message: Buffer): Generator<Field, void, undefined> {
  let at = 0;

  const readVarint = (): number => {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 63; factor *= 2 ** 7) {
      const byte = message[at++];
      if (byte === undefined) break;
      value += (byte % 2 ** 7) * factor;
      if (byte < 2 ** 7) return value;
    }
    throw createFormatError();
  };
  const readBytes = (length: number): Buffer => {
    if (length > message.length - at) throw createFormatError();
    return message.subarray(at, (at += length));
  };
  const readValue = (wireType: number): Field['value'] => {
    if (wireType === 0) return readVarint();
    if (wireType === 1) return readBytes(8);
    if (wireType === 2) return readBytes(readVarint());
    if (wireType === 5) return readBytes(4);
    throw createFormatError();
  };

  while (at < message.length) {
    const tag = readVarint();
    yield { number: Math.floor(tag / 8), value: readValue(tag % 8) };
  }
}

function toBytes(value: Field['value']): Buffer {
  if (typeof value === 'number') throw createFormatError();
  return value;
}

function decodeText(value: Field['value']): string {
  const bytes = toBytes(value);
  if (!isUtf8(bytes)) throw createFormatError();
  return bytes.toString();
}

const createFormatError = () => new UnopenableError('a KPL aggregate that does not follow its format');
