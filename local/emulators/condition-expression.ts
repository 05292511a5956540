/** Evaluates DynamoDB condition expressions for an emulated table, as far as the function uses them. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Attributes = Readonly<Record<string, AttributeValue>>;

/**
 * Evaluates a condition for the stored item; a missing item has no attributes.
 *
 * @throws Error for an unsupported expression
 */
export function isConditionMet(expression: string, values: Attributes, item: Attributes = {}): boolean {
  const tokens = expression.match(TOKEN) ?? [];
  let next = 0;
  const take = () => tokens[next++];
  const takeIf = (token: string) => {
    const is = tokens[next] === token;
    if (is) next++;
    return is;
  };
  const takeExpected = (token: string) => {
    if (!takeIf(token)) throw new Error(`${token} expected at token ${next} of: ${expression}`);
  };
  // Both sides are always parsed: the tokens after `OR` must be consumed even if its left side is true.
  const parseOr = (): boolean => {
    let isMet = parseAnd();
    while (takeIf('OR')) isMet = parseAnd() || isMet;
    return isMet;
  };
  const parseAnd = (): boolean => {
    let isMet = parseTerm();
    while (takeIf('AND')) isMet = parseTerm() && isMet;
    return isMet;
  };
  const parseTerm = (): boolean => {
    if (takeIf('(')) {
      const isMet = parseOr();
      takeExpected(')');
      return isMet;
    }
    if (tokens[next] === 'attribute_exists' || tokens[next] === 'attribute_not_exists') {
      const wanted = take() === 'attribute_exists';
      takeExpected('(');
      const exists = readOperand(take()) !== undefined;
      takeExpected(')');
      return exists === wanted;
    }
    const left = readOperand(take());
    const operator = take() ?? '';
    const isOrdered = OPERATORS[operator];
    if (!isOrdered) throw new Error(`unsupported operator ${operator} in: ${expression}`);
    return isOrdered(compareValues(left, readOperand(take())));
  };
  const readOperand = (token: string | undefined): AttributeValue | undefined => {
    if (token === undefined || !/^:?\w+$/.test(token)) throw new Error(`no operand in: ${expression}`);
    if (!token.startsWith(':')) return item[token];
    if (values[token] === undefined) throw new Error(`no value for ${token}`);
    return values[token];
  };

  const isMet = parseOr();
  if (next !== tokens.length) throw new Error(`unsupported expression: ${expression}`);
  return isMet;
}

const TOKEN = /<=|>=|<>|[=<>()]|:?\w+|\S/g;

const OPERATORS: Record<string, (order: number) => boolean> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** Orders strings by their UTF-8 bytes, and numbers by value; NaN for different types and missing attributes. */
function compareValues(left: AttributeValue | undefined, right: AttributeValue | undefined): number {
  if (left?.S !== undefined && right?.S !== undefined)
    return Buffer.compare(Buffer.from(left.S), Buffer.from(right.S));
  return left?.N !== undefined && right?.N !== undefined ? Number(left.N) - Number(right.N) : NaN;
}
