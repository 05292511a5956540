/** Checks DynamoDB's limits for an item before a request is sent. DynamoDB itself decides on the exact size. */
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

/** Nesting levels below an item that DynamoDB accepts. */
const MAX_DEPTH = 31;
const MAX_NAME_BYTES = 65_535;
const MAX_ITEM_BYTES = 400 * 1024;

// Developer guide, "DynamoDB item sizes and formats". Numbers take more than the one byte that is counted here.
const BYTES_PER_CONTAINER = 3;
const BYTES_PER_ELEMENT = 1;

/** Returns why DynamoDB cannot store a parsed JSON object. Returns `undefined` if no limit is exceeded. */
export function findUnstorableReason(item: object): UnstorableReason | undefined {
  /** A lower bound. */
  let bytes = 0;
  const inMembers = (members: Record<string, unknown>, depth: number): UnstorableReason | undefined => {
    // Only the names are listed: listing the values of a large map takes longer than looking each of them up.
    for (const name of Object.keys(members)) {
      const reason = inName(name) ?? inValue(members[name], depth);
      if (reason !== undefined) return reason;
    }
    return undefined;
  };
  const inElements = (elements: readonly unknown[], depth: number): UnstorableReason | undefined => {
    for (const element of elements) {
      const reason = inValue(element, depth);
      if (reason !== undefined) return reason;
    }
    return undefined;
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
  /** @param depth - how many lists and maps it is in */
  const inValue = (value: unknown, depth: number): UnstorableReason | undefined => {
    if (depth > 0) bytes += BYTES_PER_ELEMENT;
    const isContainer = typeof value === 'object' && value !== null;
    bytes += isContainer ? BYTES_PER_CONTAINER : typeof value === 'string' ? Buffer.byteLength(value) : 1;
    if (bytes > MAX_ITEM_BYTES) return 'item-too-large';
    if (typeof value === 'string') return value.isWellFormed() ? undefined : 'unpaired-surrogate';
    if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'number-out-of-range';
    if (!isContainer) return undefined;
    if (depth === MAX_DEPTH) return 'nested-too-deep';
    return Array.isArray(value)
      ? inElements(value, depth + 1)
      : inMembers(value as Record<string, unknown>, depth + 1);
  };
  return inMembers(item as Record<string, unknown>, 0);
}
