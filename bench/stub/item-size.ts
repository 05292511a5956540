import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Attributes } from '../../local/emulators/condition-expression';

/** The bytes of an item as DynamoDB counts them ("DynamoDB Item sizes and formats"). */
export function sizeOf(item: Attributes): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) bytes += Buffer.byteLength(name) + sizeOfValue(value);
  return bytes;
}

function sizeOfValue(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  // A byte for two digits, and one more.
  if (value.N !== undefined) return Math.ceil(value.N.replace(/\D/g, '').length / 2) + 1;
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  // Lists and maps take three bytes, and one for each member.
  if (value.L !== undefined) return value.L.reduce((bytes, member) => bytes + 1 + sizeOfValue(member), 3);
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + sizeOf(value.M);
  throw new Error('a type that is not counted here');
}
