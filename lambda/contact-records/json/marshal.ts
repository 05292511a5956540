/**
 * Converts JSON to DynamoDB's attribute values. The SDK's marshaller uses `value.constructor.name`, which a contact
 * record may contain: `{"constructor": {"name": "String"}}` would be stored as the text `[object Object]`.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { NumberValue } from '@aws-sdk/lib-dynamodb';

/**
 * Converts parsed JSON, and `NumberValue`, to the attributes of an item.
 *
 * @throws TypeError for anything else, which would be an internal error
 */
export function marshal(item: Readonly<Record<string, unknown>>): Record<string, AttributeValue> {
  const attributes: Record<string, AttributeValue> = {};
  for (const name of Object.keys(item)) attributes[name] = attributeValueOf(item[name]);
  return attributes;
}

function attributeValueOf(value: unknown): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  if (value instanceof NumberValue) return { N: value.value };
  if (Array.isArray(value)) return { L: value.map(attributeValueOf) };
  if (typeof value === 'object') return { M: marshal(value as Record<string, unknown>) };
  throw new TypeError(`a ${typeof value} is not JSON`);
}
