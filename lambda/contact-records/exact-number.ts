/**
 * Numbers of a contact record as DynamoDB keeps them: up to 38 significant digits, from 1E-130 to 9.99…E+125. A
 * double keeps fewer digits, so a number that a double would round is carried as the SDK's `NumberValue`.
 */
import { NumberValue } from '@aws-sdk/lib-dynamodb';

/**
 * The exact value of a number as written in JSON or returned by DynamoDB.
 *
 * @param lexeme - for example `0.10`, `-1e3`, `12345678901234567890`
 * @returns a `number` where that is exact and the SDK takes it, else a `NumberValue` in canonical form, else
 *   `undefined`: DynamoDB can't hold it
 */
export function toExactNumber(lexeme: string): number | NumberValue | undefined {
  const canonical = canonicalDecimal(lexeme);
  if (canonical === undefined) return undefined;
  const number = Number(lexeme);
  if (number === 0) return 0; // also for -0, which DynamoDB doesn't know
  const isExact = canonicalDecimal(String(number)) === canonical;
  if (isExact && (!Number.isInteger(number) || Number.isSafeInteger(number))) return number;
  return NumberValue.from(canonical);
}

/**
 * `JSON.parse` that hands over each number's own spelling (ECMAScript's JSON.parse source text access; Node 21 and
 * newer).
 */
export function parseJson(text: string, numberOf: (lexeme: string) => unknown): unknown {
  const reviver = (_name: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' ? numberOf(context?.source ?? '') : value;
  return JSON.parse(text, reviver as Parameters<typeof JSON.parse>[1]);
}

/** One spelling for each value: plain digits, without an exponent or zeros that say nothing. */
function canonicalDecimal(lexeme: string): string | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(lexeme);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = withoutTrailingZeros(digits);
  if (significant === '') return '0';
  const lastPlace = Number(exponent) - fraction.length + (digits.length - significant.length);
  const magnitude = lastPlace + significant.length - 1;
  if (significant.length > 38 || magnitude < -130 || magnitude > 125) return undefined;
  return (sign ?? '') + plainDigits(significant, lastPlace);
}

/** For example 12, 3 → 12000; 12, -1 → 1.2; 12, -3 → 0.012. */
function plainDigits(significant: string, lastPlace: number): string {
  if (lastPlace >= 0) return significant + '0'.repeat(lastPlace);
  const padded = significant.padStart(1 - lastPlace, '0');
  return `${padded.slice(0, lastPlace)}.${padded.slice(lastPlace)}`;
}

/** Not a regular expression: `0+$` takes quadratic time on a long run of zeros that is not at the end. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end--;
  return digits.slice(0, end);
}
