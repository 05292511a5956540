/** Writes JSON with the exact numbers of a stored contact record. */
import { NumberValue } from '@aws-sdk/lib-dynamodb';

// In Node since version 21; TypeScript doesn't describe it yet.
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown };

/** Converts a value to JSON. `NumberValue` contains the numbers that a double would round. */
export const stringifyExactly = (value: unknown): string =>
  JSON.stringify(value, (_name, member: unknown) =>
    member instanceof NumberValue ? rawJSON(member.value) : member,
  );
