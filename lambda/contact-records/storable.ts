/**
 * What DynamoDB can't hold, found before a request leaves. The size of the item is left to DynamoDB's own answer.
 */

export const UNSTORABLE_REASONS = [
  'nested-too-deep',
  'empty-attribute-name',
  'reserved-attribute-name',
  'unpaired-surrogate',
  'number-out-of-range',
] as const;

export type UnstorableReason = (typeof UNSTORABLE_REASONS)[number];

/** DynamoDB takes this many containers inside each other below an item, and refuses one more. */
const MAX_DEPTH = 31;

/** Why DynamoDB can't hold a parsed JSON value as (part of) an item; `undefined` if it can. */
export function unstorableReason(value: unknown, depth = 0): UnstorableReason | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : 'unpaired-surrogate';
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'number-out-of-range';
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > MAX_DEPTH) return 'nested-too-deep';
  if (Array.isArray(value)) return firstReason(value, depth);
  for (const name of Object.keys(value)) {
    if (name === '') return 'empty-attribute-name';
    // Assigning it would set the prototype: the SDK's marshaller loses the member.
    if (name === '__proto__') return 'reserved-attribute-name';
    if (!name.isWellFormed()) return 'unpaired-surrogate';
  }
  return firstReason(Object.values(value), depth);
}

function firstReason(values: readonly unknown[], depth: number): UnstorableReason | undefined {
  for (const value of values) {
    const reason = unstorableReason(value, depth + 1);
    if (reason !== undefined) return reason;
  }
  return undefined;
}
