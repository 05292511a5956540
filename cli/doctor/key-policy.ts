/** Evaluates a key policy for one use of the key, as far as possible. */
import { parseJson } from '../shared/parse-json';
import { createMatcher } from '../shared/wildcards';
import { isObject } from '../../lambda/contact-records/json/is-object';

/** `unclear`: the result depends on an element, operator or context key that is not supported. */
export type Verdict = 'allowed' | 'not-allowed' | 'denied' | 'unclear';

export interface KeyUse {
  action: string;
  principalArn: string;
  account: string;
  /** Whether IAM may allow the use if a statement for the account permits that. */
  isAllowedByIam: boolean;
  /** Context keys of the request besides those of the principal. */
  context: Readonly<Record<string, string>>;
}

/** `undefined`: not understood. */
type Match = boolean | undefined;

export function evaluateKeyPolicy(policy: string, use: KeyUse): Verdict {
  const document = parseJson(policy);
  const statements = isObject(document) ? [document.Statement].flat() : [undefined];
  const matches = statements.map((statement) =>
    isObject(statement)
      ? { effect: statement.Effect, match: matchStatement(statement, use) }
      : { effect: 'Deny', match: undefined },
  );
  const has = (effect: string, match: Match) =>
    matches.some((one) => one.effect === effect && one.match === match);
  if (has('Deny', true)) return 'denied';
  if (has('Deny', undefined)) return 'unclear';
  if (has('Allow', true)) return 'allowed';
  return has('Allow', undefined) ? 'unclear' : 'not-allowed';
}

/** Matches a statement. One part that does not match decides, even if others are not understood. */
function matchStatement(statement: Record<string, unknown>, use: KeyUse): Match {
  const parts = [
    matchAction(statement, use),
    matchPrincipal(statement, use),
    matchConditions(statement, use),
  ];
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}

function matchAction({ Action, NotAction }: Record<string, unknown>, { action }: KeyUse): Match {
  const isNamed = (patterns: unknown) => createMatcher(toTexts(patterns), true)(action);
  return NotAction === undefined ? isNamed(Action) : !isNamed(NotAction);
}

function matchPrincipal({ Principal, Effect }: Record<string, unknown>, use: KeyUse): Match {
  if (Principal === undefined) return undefined;
  if (Principal === '*') return true;
  const named = isObject(Principal) ? toTexts(Principal.AWS) : [];
  if (named.includes('*') || named.includes(use.principalArn)) return true;
  const isAccount = named.some((name) => name === use.account || name.endsWith(`::${use.account}:root`));
  return isAccount && (Effect === 'Deny' || use.isAllowedByIam);
}

function matchConditions({ Condition = {} }: Record<string, unknown>, use: KeyUse): Match {
  if (!isObject(Condition)) return undefined;
  const context = new Map(
    Object.entries({
      'aws:PrincipalArn': use.principalArn,
      'aws:PrincipalAccount': use.account,
      'kms:CallerAccount': use.account,
      ...use.context,
    }).map(([key, value]) => [key.toLowerCase(), value]),
  );
  const parts = Object.entries(Condition).flatMap(([operator, keys]): Match[] =>
    isObject(keys)
      ? Object.entries(keys).map(([key, values]) =>
          matchCondition(operator, context.get(key.toLowerCase()), toTexts(values)),
        )
      : [undefined],
  );
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}

function matchCondition(operator: string, actual: string | undefined, expected: string[]): Match {
  if (actual === undefined || expected.some((value) => value.includes('${'))) return undefined;
  switch (operator.replace(/IfExists$/, '')) {
    case 'StringEquals':
      return expected.includes(actual);
    case 'StringLike':
    case 'ArnLike':
    case 'ArnEquals':
      return createMatcher(expected)(actual);
    default:
      return undefined;
  }
}

const toTexts = (value: unknown): string[] => [value].flat().filter((one) => typeof one === 'string');
