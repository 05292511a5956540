/**
 * Parses and writes JSON with exact numbers: the SDK's `NumberValue` contains numbers that a double would round.
 */
import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { parseJson } from '../../lambda/contact-records/json/exact-json';
import { isObject } from '../../lambda/contact-records/json/is-object';
import { toExactNumber } from '../../lambda/contact-records/json/exact-number';

// In Node since version 21; TypeScript doesn't describe it yet.
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown };

export const parseExactly = (text: string): unknown =>
  parseJson(text, (lexeme) => toExactNumber(lexeme) ?? Number(lexeme));

/** Writes JSON with sorted members, because the table does not keep their order. */
export const stringifyExactly = (value: unknown): string =>
  JSON.stringify(value, (_name, member: unknown) =>
    member instanceof NumberValue
      ? rawJSON(member.value)
      : isObject(member) && !Array.isArray(member)
        ? sortMembers(member)
        : member,
  );

const sortMembers = (value: object) =>
  Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
