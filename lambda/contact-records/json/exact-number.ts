/**
 * Converts numbers to those that DynamoDB can store. It stores up to 38 significant digits, from 1E-130 to 9.99…E+125.
 * A number that a double would round becomes the SDK's `NumberValue`.
 */
import { NumberValue } from '@aws-sdk/lib-dynamodb';

/**
 * Returns the exact value of a number as written in JSON or returned by DynamoDB.
 *
 * @param lexeme - for example `0.10`, `-1e3`, `12345678901234567890`
 * @returns a `number` where that is exact, else a `NumberValue` in canonical form, else `undefined`: DynamoDB can't
 *   store it
 */
export function toExactNumber(lexeme: string): number | NumberValue | undefined {
  if (!NUMBER.test(lexeme)) return undefined;
  const number = Number(lexeme);
  if (lexeme.length <= EXACT_DIGITS) return exactDouble(number, lexeme);
  const canonical = canonicalDecimal(lexeme);
  if (canonical === undefined) return undefined;
  if (canonical === '0') return 0;
  const shortest = String(number);
  const kept = shortest.includes('e') ? canonicalDecimal(shortest) : shortest;
  return kept === canonical ? number : NumberValue.from(canonical);
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Up to this number of digits, each decimal has its own exact double. */
const EXACT_DIGITS = 15;

function exactDouble(number: number, lexeme: string): number | undefined {
  // -0 becomes 0, because DynamoDB has no -0. A number that is too small for a double is not 0.
  if (number === 0) return ZERO.test(lexeme) ? 0 : undefined;
  const magnitude = Math.abs(number);
  return magnitude >= 1e-130 && magnitude < 1e126 ? number : undefined;
}

const ZERO = /^-?[0.]+(?:[eE]|$)/;

/** Returns the canonical spelling of a number: plain digits, without an exponent or redundant zeros. */
function canonicalDecimal(lexeme: string): string | undefined {
  const sign = lexeme.startsWith('-') ? '-' : '';
  const exponentAt = lexeme.search(/[eE]/);
  const mantissa = lexeme.slice(sign.length, exponentAt === -1 ? undefined : exponentAt);
  const exponent = exponentAt === -1 ? 0 : Number(lexeme.slice(exponentAt + 1));
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = whole + fraction;
  let to = digits.length;
  // Not the regular expression `0+$`: it takes quadratic time on a long run of zeros that is not at the end.
  while (digits[to - 1] === '0') to--;
  if (to === 0) return '0';
  const significant = digits.slice(digits.search(/[^0]/), to);
  const lastPlace = exponent - fraction.length + (digits.length - to);
  const magnitude = lastPlace + significant.length - 1;
  if (significant.length > 38 || magnitude < -130 || magnitude > 125) return undefined;
  return sign + plainDigits(significant, lastPlace);
}

/** For example 12, 3 → 12000; 12, -1 → 1.2; 12, -3 → 0.012. */
function plainDigits(significant: string, lastPlace: number): string {
  if (lastPlace >= 0) return significant + '0'.repeat(lastPlace);
  const point = significant.length + lastPlace;
  if (point <= 0) return `0.${'0'.repeat(-point)}${significant}`;
  return `${significant.slice(0, point)}.${significant.slice(point)}`;
}
