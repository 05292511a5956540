/** Forwards the requests that the stack's policies allow to the emulators, and answers the others as AWS would. */
import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import {
  type Answer,
  closeServer,
  forwardRequest,
  sendAnswer,
  startListening,
} from '../stack/http-forwarding';
import { authorize, type Denial } from './authorizer';
import type { AwsRequest, Principal } from './policy';
import {
  type AuthorizedService,
  type HttpRequest,
  readAccessKeyId,
  readNeededActions,
} from './service-requests';
import type { StackPolicies } from './stack-policies';

export interface AuthorizingProxyOptions<S extends AuthorizedService> {
  /** The services themselves. */
  targets: Readonly<Record<S, string>>;
  policies: StackPolicies;
  /** The principal of each access key id. */
  callers: Readonly<Partial<Record<string, Principal>>>;
  /** Called with each request that is decided on. */
  onRequest?: ((request: AwsRequest) => void) | undefined;
  /** Called with the reason when a request was not forwarded. */
  onDenied?: ((message: string) => void) | undefined;
  /** Called with each request that was forwarded, and its answer. */
  onAnswer?: ((exchange: Exchange) => void) | undefined;
}

export interface Exchange extends HttpRequest {
  readonly service: AuthorizedService;
  readonly answer: Answer;
}

export interface AuthorizingProxy<S extends AuthorizedService> {
  endpoints: Record<S, string>;
  stop: () => Promise<void>;
}

/** Starts the proxy on loopback, with a port for each service. */
export async function startAuthorizingProxy<S extends AuthorizedService>(
  options: AuthorizingProxyOptions<S>,
): Promise<AuthorizingProxy<S>> {
  const agent = new Agent({ keepAlive: true });
  const services = Object.keys(options.targets) as S[];
  const servers = services.map((service) => {
    const server = createServer((incoming, outgoing) => {
      void exchange(service, incoming, outgoing, agent, options);
    }).on('connection', (socket) => {
      socket.on('error', () => undefined);
    });
    // A server that closes an idle connection would look like a fault.
    server.keepAliveTimeout = 600_000;
    return server;
  });
  const endpoints = await Promise.all(servers.map(startListening));
  return {
    endpoints: Object.fromEntries(services.map((service, i) => [service, endpoints[i]])) as Record<S, string>,
    stop: async () => {
      await Promise.all(servers.map(closeServer));
      agent.destroy();
    },
  };
}

async function exchange<S extends AuthorizedService>(
  service: S,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  agent: Agent,
  options: AuthorizingProxyOptions<S>,
): Promise<void> {
  const body = await buffer(incoming).catch(() => undefined);
  if (body === undefined) return;
  const { method = 'GET', url = '/', headers } = incoming;
  const request = { method, url, headers, body };
  const refusal = findRefusal(service, request, options);
  if (refusal !== undefined) {
    options.onDenied?.(refusal.message);
    sendAnswer(outgoing, createErrorAnswer(service, refusal));
    return;
  }
  const answer = await forwardRequest(options.targets[service], incoming, body, agent).catch(() => undefined);
  if (answer === undefined) incoming.socket.destroy();
  else {
    options.onAnswer?.({ service, ...request, answer });
    sendAnswer(outgoing, answer);
  }
}

interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** Returns why a request is not forwarded: it is denied, or the authorizer does not know it. */
function findRefusal<S extends AuthorizedService>(
  service: S,
  request: HttpRequest,
  { policies, callers, onRequest }: AuthorizingProxyOptions<S>,
): Refusal | undefined {
  const principal = callers[readAccessKeyId(request) ?? ''];
  if (principal === undefined)
    return { code: 'UnrecognizedClientException', message: 'The security token is invalid.' };
  try {
    const denial = authorize(policies, principal, readNeededActions(service, request), onRequest);
    return denial && { code: findCode(service, denial), message: denial.message };
  } catch (error) {
    return { code: 'NotUnderstood', message: (error as Error).message };
  }
}

const findCode = (service: AuthorizedService, { request }: Denial): string => {
  const [denied, keyDenied = denied] = CODES[service];
  return request.action.startsWith('kms:') ? keyDenied : denied;
};

/** The codes that the services document for a denied request, and for a denied use of a key. */
const CODES: Readonly<Record<AuthorizedService, readonly [denied: string, keyDenied?: string]>> = {
  dynamodb: ['AccessDeniedException'],
  kinesis: ['AccessDeniedException', 'KMSAccessDeniedException'],
  sqs: ['AccessDeniedException', 'KmsAccessDenied'],
  sns: ['AuthorizationError', 'KMSAccessDenied'],
  cloudformation: ['AccessDenied'],
  s3: ['AccessDenied'],
};

function createErrorAnswer(service: AuthorizedService, { code, message }: Refusal): Answer {
  if (service === 'dynamodb' || service === 'kinesis' || service === 'sqs') {
    const body = JSON.stringify({ __type: code, message });
    return { status: 400, headers: ['content-type', 'application/x-amz-json-1.0'], body: Buffer.from(body) };
  }
  const error = `<Code>${code}</Code><Message>${message.replace(/[<>&]/g, ' ')}</Message>`;
  const body =
    service === 's3'
      ? `<Error>${error}</Error>`
      : `<ErrorResponse><Error><Type>Sender</Type>${error}</Error></ErrorResponse>`;
  return { status: 403, headers: ['content-type', 'text/xml'], body: Buffer.from(body) };
}
