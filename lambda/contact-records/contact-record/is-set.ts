/** Connect writes "nothing" as an absent field, as null, as the empty string, or as a container of nothing but null. */

/** Returns whether a field says something. */
export const isSet = (value: unknown): boolean => value !== '' && hasLeaf(value);

/** Returns whether a value contains anything but null. */
export function hasLeaf(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'object') return true;
  if (Array.isArray(value)) return value.some(hasLeaf);
  // The names alone: listing the values as well takes three times as long where there are 50,000.
  return Object.keys(value).some((name) => hasLeaf((value as Record<string, unknown>)[name]));
}
