/** Parses and writes JSON with exact numbers, as they are in the table. */
import { parseJson } from '../../lambda/contact-records/json/exact-json';
import { isObject } from '../../lambda/contact-records/json/is-object';
import { toExactNumber } from '../../lambda/contact-records/json/exact-number';
import { stringifyExactly } from '../../lambda/contact-records/json/stringify-exactly';

export const parseExactly = (text: string): unknown =>
  parseJson(text, (lexeme) => toExactNumber(lexeme) ?? Number(lexeme));

/** Writes JSON with sorted members, because the table does not keep their order. */
export const stringifySorted = (value: unknown): string => stringifyExactly(value, sortMembers);

const sortMembers = (value: unknown) =>
  isObject(value) && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
