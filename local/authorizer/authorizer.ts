/** Decides on requests by the stack's policies, including the KMS requests that services send for their callers. */
import { ACCOUNT, REGION } from '../stack/emulator-clients';
import { findKeyActions } from './key-use';
import { type AwsRequest, findDenial, type Principal } from './policy';
import type { NeededAction } from './service-requests';
import type { StackPolicies } from './stack-policies';

/** A request that no policy allows. */
export interface Denial {
  readonly request: AwsRequest;
  /** A sentence as AWS services write it: names, no values. */
  readonly message: string;
}

/**
 * Returns the first denial of a needed action or of its KMS actions, if any.
 *
 * @param onRequest - called with each request to a service or to KMS that is decided on
 */
export function authorize(
  policies: StackPolicies,
  principal: Principal,
  needed: readonly NeededAction[],
  onRequest?: (request: AwsRequest) => void,
): Denial | undefined {
  for (const action of needed)
    for (const request of withKeyUse(policies, principal, action)) {
      onRequest?.(request);
      const denial = decide(policies, request);
      if (denial !== undefined) return denial;
    }
  return undefined;
}

/** Decides on one request. */
export function decide({ identity, resource }: StackPolicies, request: AwsRequest): Denial | undefined {
  const { principal } = request;
  const why = findDenial(request, {
    identity: principal.kind === 'role' ? (identity.get(principal.arn) ?? []) : [],
    resource: resource.get(findOwner(request.resource)) ?? [],
    owner: ACCOUNT,
  });
  if (why === undefined) return undefined;
  const who = principal.kind === 'role' ? principal.arn : principal.name;
  const message = `${who} is not authorized to perform: ${request.action} on resource: ${request.resource} ${why}`;
  return { request, message };
}

/** Returns the request, and the KMS requests that the service sends for it. */
function withKeyUse(
  policies: StackPolicies,
  principal: Principal,
  { action, resource, context }: NeededAction,
): AwsRequest[] {
  // In AWS, every request of the function uses TLS: the SDK's default endpoints are HTTPS.
  const common: AwsRequest['context'] = {
    'aws:SecureTransport': ['true'],
    ...(principal.kind === 'role' && { 'aws:PrincipalArn': [principal.arn] }),
  };
  const request = { principal, action, resource, context: { ...common, ...context } };
  const key = policies.keys.get(findOwner(resource));
  if (key === undefined) return [request];
  const [service = ''] = action.split(':');
  const keyContext: AwsRequest['context'] = {
    ...common,
    'kms:ViaService': [`${service}.${REGION}.amazonaws.com`],
    ...(principal.kind === 'role' && { 'kms:CallerAccount': [principal.account] }),
    ...(service === 'sns' && { 'kms:EncryptionContext:aws:sns:topicArn': [resource] }),
  };
  const uses = findKeyActions(action).map((use) => ({
    principal,
    action: use,
    resource: key,
    context: keyContext,
  }));
  return [request, ...uses];
}

/** Returns the resource that has the policy and the key: for an object, its bucket. */
const findOwner = (arn: string): string =>
  arn.startsWith('arn:aws:s3:::') ? (arn.split('/')[0] ?? '') : arn;
