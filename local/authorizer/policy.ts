/**
 * Parses IAM policies and decides on requests.
 *
 * It supports what the stack's policies use. Any other element, operator, context key or kind of principal is an error.
 */
import { createMatcher } from '../../cli/shared/wildcards';

/** Who sends a request: a role, or a service as itself. */
export type Principal =
  | { readonly kind: 'role'; readonly arn: string; readonly account: string }
  | { readonly kind: 'service'; readonly name: string };

export interface AwsRequest {
  readonly principal: Principal;
  /** For example `dynamodb:PutItem`. */
  readonly action: string;
  /** ARN; `*` for an action without a resource. */
  readonly resource: string;
  /** The values of the condition keys that the request has. */
  readonly context: Readonly<Partial<Record<ContextKey, readonly string[]>>>;
}

export interface Statement {
  readonly isAllow: boolean;
  readonly appliesTo: (request: AwsRequest) => boolean;
  /** Returns whether a resource policy names the principal itself, or only its account, which leaves it to IAM. */
  readonly names: (principal: Principal) => 'itself' | 'account' | undefined;
}

/** The policies that decide on a request. */
export interface ApplicablePolicies {
  readonly identity: readonly Statement[];
  readonly resource: readonly Statement[];
  /** The account that the resource belongs to. */
  readonly owner: string;
}

/**
 * Decides as IAM does: an explicit deny wins.
 *
 * A key's policy must allow the request too. If two accounts are involved, both must allow it.
 *
 * @returns why the request is denied; undefined if it is allowed
 */
export function findDenial(
  request: AwsRequest,
  { identity, resource, owner }: ApplicablePolicies,
): string | undefined {
  const { principal } = request;
  const inIdentity = identity.filter(({ appliesTo }) => appliesTo(request));
  const inResource = resource.filter(
    ({ appliesTo, names }) => names(principal) !== undefined && appliesTo(request),
  );
  if ([...inIdentity, ...inResource].some(({ isAllow }) => !isAllow)) return 'with an explicit deny';
  const isInIdentity = inIdentity.length > 0;
  const isNamed = inResource.some(({ names }) => names(principal) === 'itself');
  if (principal.kind === 'service') return isNamed ? undefined : 'because no resource-based policy allows it';
  const isOwn = principal.account === owner;
  if (isOwn && isNamed) return undefined;
  const isLeftToIam = isOwn && !request.action.startsWith('kms:');
  if (!isLeftToIam && inResource.length === 0) return 'because no resource-based policy allows it';
  return isInIdentity ? undefined : 'because no identity-based policy allows it';
}

/**
 * Parses a policy document.
 *
 * @param kind - statements of a resource policy have principals, those of an identity policy have none
 * @throws Error that names what it does not know
 */
export function parsePolicy(document: unknown, kind: 'identity' | 'resource'): Statement[] {
  const { Statement, Version, ...others } = document as Record<string, unknown>;
  rejectUnknown(Object.keys(others), [], 'element of a policy');
  if (Version !== '2012-10-17') throw new Error(`unknown version of a policy: ${String(Version)}`);
  return [Statement].flat().map((statement) => parseStatement(statement as Elements, kind));
}

type Elements = Readonly<Record<string, unknown>>;

function parseStatement(elements: Elements, kind: 'identity' | 'resource'): Statement {
  const { Effect, Action, NotAction, Resource, Principal, Condition = {} } = elements;
  rejectUnknown(Object.keys(elements), ELEMENTS, 'element of a statement');
  rejectUnknown([String(Effect)], ['Allow', 'Deny'], 'effect');
  if ((Action === undefined) === (NotAction === undefined))
    throw new Error('a statement needs one of Action and NotAction');
  if ((Principal === undefined) === (kind === 'resource'))
    throw new Error(
      `a statement of ${kind === 'resource' ? 'a resource policy without' : 'an identity policy with'} Principal`,
    );
  const isAction = createMatcher(readPatterns(Action ?? NotAction), true);
  // A role's trust policy has no resource: it applies to the role.
  const isResource = createMatcher(readPatterns(Resource ?? (kind === 'resource' ? '*' : [])));
  const conditions = parseConditions(Condition as Elements);
  return {
    isAllow: Effect === 'Allow',
    appliesTo: (request) =>
      isAction(request.action) === (Action !== undefined) &&
      isResource(request.resource) &&
      conditions.every((isMet) => isMet(request)),
    names: parsePrincipal(Principal),
  };
}

const ELEMENTS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'Principal', 'Condition'];

function parsePrincipal(principal: unknown): Statement['names'] {
  const kinds = principal === '*' ? { AWS: '*' } : ((principal ?? {}) as Elements);
  rejectUnknown(Object.keys(kinds), ['AWS', 'Service'], 'kind of principal');
  const services = readPatterns(kinds.Service ?? []);
  const arns = readPatterns(kinds.AWS ?? []);
  const isKnown = /^(\*|arn:[\w-]+:iam::\d{12}:(root|role\/[\w/+=,.@-]+))$/;
  rejectUnknown(
    arns.filter((arn) => !isKnown.test(arn)),
    [],
    'principal',
  );
  return (caller) => {
    if (arns.includes('*')) return 'itself';
    if (caller.kind === 'service') return services.includes(caller.name) ? 'itself' : undefined;
    if (arns.includes(caller.arn)) return 'itself';
    return arns.some((arn) => arn.endsWith(`:${caller.account}:root`)) ? 'account' : undefined;
  };
}

const CONTEXT_KEYS = [
  'aws:PrincipalArn',
  'aws:SecureTransport',
  'aws:SourceAccount',
  'dynamodb:LeadingKeys',
  'kms:CallerAccount',
  'kms:EncryptionContext:aws:logs:arn',
  'kms:EncryptionContext:aws:sns:topicArn',
  'kms:ViaService',
] as const;
type ContextKey = (typeof CONTEXT_KEYS)[number];

type IsMet = (request: AwsRequest) => boolean;

function parseConditions(operators: Elements): IsMet[] {
  rejectUnknown(Object.keys(operators), Object.keys(OPERATORS), 'condition operator');
  return Object.entries(operators).flatMap(([operator, keys]) =>
    Object.entries(keys as Elements).map(([key, patterns]) => {
      rejectUnknown([key], CONTEXT_KEYS, 'condition key');
      const matches = OPERATORS[operator]?.(readPatterns(patterns)) ?? (() => false);
      return ({ context }: AwsRequest) => matches(context[key as ContextKey]);
    }),
  );
}

/** By operator: checks a key's values. A request without the key matches only with `ForAllValues`. */
const OPERATORS: Record<string, (patterns: readonly string[]) => (values?: readonly string[]) => boolean> = {
  StringEquals: (patterns) => ofOneValue((value) => patterns.includes(value)),
  StringLike: (patterns) => ofOneValue(createMatcher(patterns)),
  'ForAllValues:StringLike':
    (patterns) =>
    (values = []) =>
      values.every(createMatcher(patterns)),
  ArnLike: (patterns) => ofOneValue((value) => patterns.some((pattern) => isArnLike(value, pattern))),
  Bool: (patterns) => ofOneValue((value) => patterns.includes(value)),
};

const ofOneValue =
  (matches: (value: string) => boolean) =>
  (values: readonly string[] = []): boolean =>
    values.length === 1 && values.every(matches);

/** Matches an ARN; a wildcard does not match the first five colons. */
function isArnLike(value: string, pattern: string): boolean {
  const split = (arn: string) =>
    arn.split(':').flatMap((part, i, all) => (i < 5 ? [part] : i > 5 ? [] : [all.slice(5).join(':')]));
  const parts = split(value);
  const patterns = split(pattern);
  return (
    parts.length === patterns.length && patterns.every((part, i) => createMatcher([part])(parts[i] ?? ''))
  );
}

function readPatterns(value: unknown): string[] {
  const patterns = [value].flat().map((pattern) => {
    if (typeof pattern !== 'string')
      throw new Error(`a value in a policy is not a string: ${JSON.stringify(pattern)}`);
    return pattern;
  });
  rejectUnknown(
    patterns.filter((pattern) => pattern.includes('${')),
    [],
    'policy variable',
  );
  return patterns;
}

function rejectUnknown(names: readonly string[], known: readonly string[], what: string): void {
  for (const name of names)
    if (!known.includes(name)) throw new Error(`the authorizer does not know the ${what} ${name}`);
}
