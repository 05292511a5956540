/**
 * DynamoDB's condition expressions, as far as we use them: a table that is played here does what the expression says,
 * and not what the expression is meant to say.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Attributes = Readonly<Record<string, AttributeValue>>;

/**
 * Whether a condition holds for the item that is there; no item is an item without attributes.
 *
 * @throws Error for anything that is not known here
 */
export function conditionHolds(expression: string, values: Attributes, item: Attributes = {}): boolean {
  const tokens = expression.match(TOKEN) ?? [];
  let next = 0;
  const take = () => tokens[next++];
  const taken = (token: string) => {
    const is = tokens[next] === token;
    if (is) next++;
    return is;
  };
  const expect = (token: string) => {
    if (!taken(token)) throw new Error(`${token} expected at token ${next} of: ${expression}`);
  };
  // Both sides are always read: what is behind an `OR` that holds already still has to be consumed.
  const either = (): boolean => {
    let holds = both();
    while (taken('OR')) holds = both() || holds;
    return holds;
  };
  const both = (): boolean => {
    let holds = one();
    while (taken('AND')) holds = one() && holds;
    return holds;
  };
  const one = (): boolean => {
    if (taken('(')) {
      const holds = either();
      expect(')');
      return holds;
    }
    if (tokens[next] === 'attribute_exists' || tokens[next] === 'attribute_not_exists') {
      const wanted = take() === 'attribute_exists';
      expect('(');
      const exists = valueOf(take()) !== undefined;
      expect(')');
      return exists === wanted;
    }
    const left = valueOf(take());
    const operator = take() ?? '';
    return compare(left, operator, valueOf(take()));
  };
  const valueOf = (token: string | undefined): AttributeValue | undefined => {
    if (token === undefined || !/^:?\w+$/.test(token)) throw new Error(`no operand in: ${expression}`);
    if (!token.startsWith(':')) return item[token];
    if (values[token] === undefined) throw new Error(`no value for ${token}`);
    return values[token];
  };

  const holds = either();
  if (next !== tokens.length) throw new Error(`not understood: ${expression}`);
  return holds;
}

const TOKEN = /<=|>=|<>|[=<>()]|:?\w+|\S/g;

/** Values of different types, and attributes that are not there, compare to nothing. */
function compare(
  left: AttributeValue | undefined,
  operator: string,
  right: AttributeValue | undefined,
): boolean {
  const order = left && right ? orderOf(left, right) : undefined;
  switch (operator) {
    case '=':
      return order === 0;
    case '<>':
      return order !== 0;
    case '<':
      return order !== undefined && order < 0;
    case '<=':
      return order !== undefined && order <= 0;
    case '>':
      return order !== undefined && order > 0;
    case '>=':
      return order !== undefined && order >= 0;
    default:
      throw new Error(`unknown operator ${operator}`);
  }
}

/** Strings are in the order of their UTF-8 bytes. */
function orderOf(left: AttributeValue, right: AttributeValue): number | undefined {
  if (left.S !== undefined && right.S !== undefined)
    return Buffer.compare(Buffer.from(left.S), Buffer.from(right.S));
  if (left.N !== undefined && right.N !== undefined) return Number(left.N) - Number(right.N);
  return undefined;
}
