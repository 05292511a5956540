/** Writes aggregates as the Kinesis Producer Library does: magic bytes, a message of Protocol Buffers, and its MD5. */
import { createHash } from 'node:crypto';

export interface AUserRecord {
  readonly data: Buffer | string;
  readonly partitionKey?: string;
}

export const KPL_MAGIC = Buffer.of(0xf3, 0x89, 0x9a, 0xc2);

/** Writes an aggregate of these records, with a table of their partition keys. */
export function aKplAggregate(records: readonly AUserRecord[]): Buffer {
  const keys = [...new Set(records.map(({ partitionKey = 'a-key' }) => partitionKey))];
  const message = Buffer.concat([
    ...keys.map((key) => bytesField(1, Buffer.from(key))),
    ...records.map(({ data, partitionKey = 'a-key' }) =>
      bytesField(
        3,
        Buffer.concat([numberField(1, keys.indexOf(partitionKey)), bytesField(3, Buffer.from(data))]),
      ),
    ),
  ]);
  return sealKplAggregate(message);
}

/** Adds what comes before and after the message, whatever the message is. */
export const sealKplAggregate = (message: Buffer): Buffer =>
  Buffer.concat([KPL_MAGIC, message, createHash('md5').update(message).digest()]);

export const numberField = (field: number, value: number): Buffer =>
  Buffer.concat([varint(field * 8), varint(value)]);

export const bytesField = (field: number, bytes: Buffer): Buffer =>
  Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes]);

export function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) + 0x80);
  return Buffer.from([...bytes, value]);
}
