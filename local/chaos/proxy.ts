/**
 * A proxy between the function and its services that injects faults into some of their exchanges. It records ids and
 * times, to explain later why a message was published twice.
 */
import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { FunctionEndpoints } from '../stack/local-function';
import { type Answer, type Fault, type FaultKind, FAULTS, injectFault, sendAnswer } from './faults';
import { parseRequest, type Service, type ServiceRequest } from './requests';

/** Longer than the function waits for a request (3 s) and for a call with all its attempts (5 s). */
const STALL_MS = 6_500;

/** One request and its course. Times are those of `performance.now()`. */
export interface Exchange extends ServiceRequest {
  startedAt: number;
  fault?: FaultKind;
  /** The service has acted: its status, and the message id that SNS gave. */
  acted?: { at: number; status: number; messageId?: string };
  /** The service itself gave no answer: it may have acted or not. */
  emulatorFailed?: true;
  /** The service's whole answer was sent. */
  handedAt?: number;
  /** The connection was closed, and no other request had used it. */
  closedAt?: number;
}

export interface ProxyOptions {
  /** The services themselves. */
  targets: FunctionEndpoints;
  /** Decides on each request when it has been received. */
  faultFor: (request: ServiceRequest) => Fault | undefined;
  /** Called after a service has acted; the answer is sent when it resolves. */
  onActed?: (exchange: Exchange) => Promise<void> | undefined;
  /** @default 6.5 s */
  stallMs?: number;
}

export interface Proxy {
  endpoints: FunctionEndpoints;
  /** All exchanges but the puts of records, in the order of their arrival. */
  exchanges: readonly Exchange[];
  /** Closes every connection, stalled ones too. */
  stop: () => Promise<void>;
}

/** Starts the proxy on loopback, with a port for each service. */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const agent = new Agent({ keepAlive: true });
  const exchanges: Exchange[] = [];
  const stopping = new AbortController();
  const lastOn = new WeakMap<Socket, Exchange>();

  const createService = (service: Service) =>
    createServer((incoming, outgoing) => {
      void exchange(service, incoming, outgoing);
    }).on('connection', (socket) => {
      socket.on('error', () => undefined);
      socket.once('close', () => {
        const last = lastOn.get(socket);
        if (last) last.closedAt = performance.now();
      });
    });

  const exchange = async (service: Service, incoming: IncomingMessage, outgoing: ServerResponse) => {
    const startedAt = performance.now();
    const body = await buffer(incoming).catch(() => undefined);
    if (body === undefined) return;
    const parsed = parseRequest(service, incoming.headers, body);
    const fault = options.faultFor(parsed);
    const seen: Exchange = { ...parsed, startedAt, ...(fault && { fault: fault.kind }) };
    if (seen.operation !== 'store') exchanges.push(seen);
    lastOn.set(incoming.socket, seen);

    let answer: Answer | undefined;
    if (!fault || FAULTS[fault.kind].acted) {
      answer = await forwardRequest(options.targets[service], incoming, body, agent).catch(() => undefined);
      if (!answer) {
        seen.emulatorFailed = true;
        incoming.socket.destroy();
        return;
      }
      seen.acted = { at: performance.now(), status: answer.status, ...parseMessageId(seen, answer) };
      await options.onActed?.(seen);
    }
    if (fault)
      await injectFault(service, fault, answer, outgoing, options.stallMs ?? STALL_MS, stopping.signal);
    else if (answer) {
      outgoing.once('finish', () => (seen.handedAt = performance.now()));
      sendAnswer(outgoing, answer);
    }
  };

  const servers = { dynamodb: createService('dynamodb'), sns: createService('sns'), s3: createService('s3') };
  // If a server closed an idle connection, that would be an unplanned fault.
  for (const server of Object.values(servers)) server.keepAliveTimeout = 600_000;
  return {
    endpoints: {
      dynamodb: await startListening(servers.dynamodb),
      sns: await startListening(servers.sns),
      s3: await startListening(servers.s3),
    },
    exchanges,
    stop: async () => {
      stopping.abort();
      await Promise.all(Object.values(servers).map(closeServer));
      agent.destroy();
    },
  };
}

/** Headers of one connection, and the length, which is set again. */
const NOT_FORWARDED = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'expect']);

async function forwardRequest(
  target: string,
  { method = 'POST', url = '/', rawHeaders }: IncomingMessage,
  body: Buffer,
  agent: Agent,
): Promise<Answer> {
  const { hostname, port } = new URL(target);
  const headers = [...keepEndToEndHeaders(rawHeaders), 'content-length', String(body.length)];
  const sent = request({ hostname, port, agent, method, path: url, headers });
  // A connection may break after the answer has begun: reading the answer then fails.
  sent.on('error', () => undefined);
  const [answer] = (await once(sent.end(body), 'response')) as [IncomingMessage];
  return {
    status: answer.statusCode ?? 0,
    headers: keepEndToEndHeaders(answer.rawHeaders),
    body: await buffer(answer),
  };
}

const keepEndToEndHeaders = (rawHeaders: string[]): string[] =>
  rawHeaders.filter((_, index) => !NOT_FORWARDED.has((rawHeaders[index - (index % 2)] ?? '').toLowerCase()));

function parseMessageId({ operation }: ServiceRequest, { body }: Answer): { messageId?: string } {
  const messageId = operation === 'publish' ? /<MessageId>([^<]+)</.exec(body.toString())?.[1] : undefined;
  return messageId === undefined ? {} : { messageId };
}

async function startListening(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closeServer(server: Server): Promise<void> {
  const end = once(server.close(), 'close');
  server.closeAllConnections();
  await end;
}
