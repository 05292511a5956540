/**
 * What DynamoDB can't hold, found before a request leaves. Of the size only a lower bound is known here; DynamoDB's own
 * answer decides on the rest.
 */

export const UNSTORABLE_REASONS = [
  'nested-too-deep',
  'empty-attribute-name',
  'attribute-name-too-long',
  'reserved-attribute-name',
  'unpaired-surrogate',
  'number-out-of-range',
  'item-too-large',
] as const;

export type UnstorableReason = (typeof UNSTORABLE_REASONS)[number];

/** DynamoDB takes this many containers inside each other below an item, and refuses one more. */
const MAX_DEPTH = 31;

const MAX_NAME_BYTES = 65_535;

const MAX_ITEM_BYTES = 400 * 1024;

/** Why DynamoDB can't hold a parsed JSON object as an item; `undefined` if it can, as far as that can be told here. */
export function unstorableReason(item: object): UnstorableReason | undefined {
  /** At least: what isn't text takes one byte or more. */
  let bytes = 0;

  const inValue = (value: unknown, depth: number): UnstorableReason | undefined => {
    bytes += typeof value === 'string' ? Buffer.byteLength(value) : 1;
    if (bytes > MAX_ITEM_BYTES) return 'item-too-large';
    if (typeof value === 'string') return value.isWellFormed() ? undefined : 'unpaired-surrogate';
    if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'number-out-of-range';
    if (typeof value !== 'object' || value === null) return undefined;
    if (depth > MAX_DEPTH) return 'nested-too-deep';
    return (
      first(Array.isArray(value) ? [] : Object.keys(value), inName) ??
      first(Object.values(value), (member) => inValue(member, depth + 1))
    );
  };
  const inName = (name: string): UnstorableReason | undefined => {
    const nameBytes = Buffer.byteLength(name);
    bytes += nameBytes;
    if (name === '') return 'empty-attribute-name';
    // Assigning it would set the prototype.
    if (name === '__proto__') return 'reserved-attribute-name';
    if (!name.isWellFormed()) return 'unpaired-surrogate';
    return nameBytes > MAX_NAME_BYTES ? 'attribute-name-too-long' : undefined;
  };
  return inValue(item, 0);
}

/** The first reason that is found, without looking further. */
function first<Value>(values: readonly Value[], reasonIn: (value: Value) => UnstorableReason | undefined) {
  for (const value of values) {
    const reason = reasonIn(value);
    if (reason !== undefined) return reason;
  }
  return undefined;
}
