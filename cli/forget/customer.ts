/** Recognizes one customer: in the fields that say whose contact it is, and anywhere else. */

/** What identifies a customer; a customer may have several of each. */
export interface Identifiers {
  /** Digits with the country code, without the plus sign. */
  numbers: readonly string[];
  emails: readonly string[];
  customerIds: readonly string[];
}

export interface Customer {
  /** Whether there is nothing to look for. */
  isUnknown: boolean;
  /** Returns whether the contact is the customer's: `CustomerEndpoint` or `CustomerId` says so. */
  owns: (record: Readonly<Record<string, unknown>>) => boolean;
  /** Returns whether a text, a number or a name of a field in this value names the customer. */
  isNamedIn: (value: unknown) => boolean;
}

export function createCustomer({ numbers, emails, customerIds }: Identifiers): Customer {
  const patterns = numbers.map(createNumberPattern);
  const addresses = emails.map(
    (email) => new RegExp(`(?<![\\w.+-])${email.replaceAll(/[^\w\s]/g, '\\$&')}(?![\\w-])`, 'i'),
  );
  const quotedIds = customerIds.map((id) => JSON.stringify(id));
  const ends = numbers.map((number) => new RegExp(spaceDigits(number.slice(-6), SEPARATORS_IN_JSON)));
  const parts = [...emails, ...customerIds].map((text) => JSON.stringify(text).slice(1, -1).toLowerCase());
  /** Decides quickly: nearly all of millions of items end here. */
  const isPossiblyNamedIn = (value: unknown): boolean => {
    const text = JSON.stringify(value);
    if (ends.some((end) => end.test(text))) return true;
    const lowered = parts.length > 0 ? text.toLowerCase() : '';
    return parts.some((part) => lowered.includes(part));
  };
  const isNamedInText = (text: string): boolean =>
    patterns.some((pattern) => pattern.test(text.replaceAll('(0)', ''))) ||
    addresses.some((pattern) => pattern.test(text)) ||
    customerIds.includes(text) ||
    // JSON in a text, and a payload that is not a contact record.
    quotedIds.some((id) => text.includes(id));
  return {
    isUnknown: numbers.length + emails.length + customerIds.length === 0,
    owns: ({ CustomerEndpoint, CustomerId }) => {
      const { Address } = (CustomerEndpoint ?? {}) as { Address?: unknown };
      if (typeof CustomerId === 'string' && customerIds.includes(CustomerId)) return true;
      if (typeof Address !== 'string') return false;
      const isEmail = emails.some((email) => email.toLowerCase() === Address.trim().toLowerCase());
      return isEmail || numbers.includes(normalizeNumber(Address));
    },
    isNamedIn: (value) => isPossiblyNamedIn(value) && someText(value, isNamedInText),
  };
}

/** Returns the digits with the country code; `00` stands for the plus sign. */
export const normalizeNumber = (text: string): string =>
  text.replaceAll('(0)', '').replaceAll(/\D/g, '').replace(/^00/, '');

/** What people write between digits. */
const SEPARATORS = '[\\s().\\-/\\u00a0]{0,3}';
const SEPARATORS_IN_JSON = '(?:[\\s().\\-/\\u00a0]|\\\\[nrt]){0,3}';
/** A shorter form without the country code may be another customer's. */
const MIN_NATIONAL_DIGITS = 8;
const COUNTRY_CODE_DIGITS = [1, 2, 3];

/** Creates the pattern of a number as people write it: with or without the country code, not as a part of another. */
function createNumberPattern(number: string): RegExp {
  const space = (digits: string) => spaceDigits(digits, SEPARATORS);
  const nationals = COUNTRY_CODE_DIGITS.map((digits) => number.slice(digits))
    .filter(({ length }) => length >= MIN_NATIONAL_DIGITS)
    .map((national) => `(?<!\\d${SEPARATORS})0?${space(national)}`);
  const forms = [`(?<!\\d)(?:(?:00|011)${SEPARATORS})?${space(number)}`, ...nationals];
  return new RegExp(`(?:${forms.join('|')})(?!\\d)`);
}

const spaceDigits = (digits: string, separators: string) => digits.replaceAll(/\B/g, separators);

/** Goes through all texts, numbers and names, of JSON and of DynamoDB's attribute values alike. */
function someText(value: unknown, test: (text: string) => boolean): boolean {
  if (typeof value === 'string') return test(value);
  if (typeof value === 'number') return test(String(value));
  if (value === null || typeof value !== 'object') return false;
  return Object.entries(value).some(
    ([name, inner]) => (!Array.isArray(value) && test(name)) || someText(inner, test),
  );
}
