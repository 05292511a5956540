/** Recognizes one customer in the identifying fields of a record and in all other values. */

/** Identifiers of one customer; there may be several of each kind. */
export interface Identifiers {
  /** Digits with the country code, without the plus sign. */
  numbers: readonly string[];
  emails: readonly string[];
  customerIds: readonly string[];
}

export interface Customer {
  /** Whether no identifier is given. */
  isUnknown: boolean;
  /** Returns whether the contact is the customer's: `CustomerEndpoint` or `CustomerId` says so. */
  owns: (record: Readonly<Record<string, unknown>>) => boolean;
  /** Returns whether any text, number or field name in this value names the customer. */
  isNamedIn: (value: unknown) => boolean;
}

export function createCustomer({ numbers, emails, customerIds }: Identifiers): Customer {
  const isNumberIn = numbers.map(createNumberTest);
  const addresses = emails.map(
    (email) => new RegExp(`(?<![\\w.+-])${email.replaceAll(/[^\w\s]/g, '\\$&')}(?![\\w-])`, 'i'),
  );
  const quotedIds = customerIds.map((id) => JSON.stringify(id));
  const isNamedInText = (text: string): boolean =>
    isNumberIn.some((isIn) => isIn(text)) ||
    addresses.some((pattern) => pattern.test(text)) ||
    customerIds.includes(text) ||
    // The text may contain JSON, or be a payload that is not a contact record.
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
    isNamedIn: (value) => someText(value, isNamedInText),
  };
}

/** Returns the digits with the country code; `00` stands for the plus sign. */
export const normalizeNumber = (text: string): string =>
  text.replaceAll('(0)', '').replaceAll(/\D/g, '').replace(/^00/, '');

/** Separators that people write between digits. */
const SEPARATORS = '[\\s().\\-/\\u00a0]{0,3}';
/** A shorter number without the country code may belong to another customer. */
const MIN_NATIONAL_DIGITS = 8;
const COUNTRY_CODE_DIGITS = [1, 2, 3];

/** Creates a test for a number as people write it, with or without country code. It finds no longer number. */
function createNumberTest(number: string): (text: string) => boolean {
  const space = (digits: string) => digits.replaceAll(/\B/g, SEPARATORS);
  const nationals = COUNTRY_CODE_DIGITS.map((digits) => number.slice(digits))
    .filter(({ length }) => length >= MIN_NATIONAL_DIGITS)
    .map((national) => `(?<!\\d${SEPARATORS})0?${space(national)}`);
  const forms = [`(?<!\\d)(?:(?:00|011)${SEPARATORS})?${space(number)}`, ...nationals];
  const pattern = new RegExp(`(?:${forms.join('|')})(?!\\d)`);
  // Excludes nearly all texts quickly; the table may have millions of items.
  const end = new RegExp(number.slice(-6).replaceAll(/\B/g, '\\D*'));
  return (text) => {
    const written = text.replaceAll('(0)', '');
    return end.test(written) && pattern.test(written);
  };
}

/** Tests all texts, numbers and names in a value. It may be JSON or DynamoDB's attribute values. */
function someText(value: unknown, test: (text: string) => boolean): boolean {
  if (typeof value === 'string') return test(value);
  if (typeof value === 'number') return test(String(value));
  if (value === null || typeof value !== 'object') return false;
  if (!Array.isArray(value) && Object.keys(value).some(test)) return true;
  return Object.values(value).some((inner) => someText(inner, test));
}
