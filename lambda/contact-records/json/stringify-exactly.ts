/** Writes JSON with the exact numbers of a stored contact record. */
import { NumberValue } from '@aws-sdk/lib-dynamodb';

// In Node since version 21; TypeScript doesn't describe it yet.
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown };

/**
 * Converts a value to JSON. A `NumberValue` contains a number that a double would round.
 *
 * @param change - is called with each member that is not a `NumberValue`, and returns the value to write
 */
export const stringifyExactly = (
  value: unknown,
  change: (member: unknown) => unknown = (member) => member,
): string =>
  JSON.stringify(value, (_name, member: unknown) =>
    member instanceof NumberValue ? rawJSON(member.value) : change(member),
  );
