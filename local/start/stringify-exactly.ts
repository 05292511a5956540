/**
 * JSON with exact numbers in both directions: what a double would round is carried as the SDK's `NumberValue`.
 */
import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { parseJson } from '../../lambda/contact-records/json/exact-json';
import { toExactNumber } from '../../lambda/contact-records/json/exact-number';

// In Node since version 21; TypeScript doesn't describe it yet.
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown };

export const parseExactly = (text: string): unknown =>
  parseJson(text, (lexeme) => toExactNumber(lexeme) ?? Number(lexeme));

/** With the members of objects in alphabetical order: the table doesn't keep the order in which they came. */
export const stringifyExactly = (value: unknown): string =>
  JSON.stringify(value, (_name, member: unknown) =>
    member instanceof NumberValue ? rawJSON(member.value) : isObject(member) ? sorted(member) : member,
  );

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const sorted = (value: object) =>
  Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
