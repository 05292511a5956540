/**
 * Stands between the function and its services, and spoils some of their exchanges. It keeps what is needed to say
 * afterwards why a message went out twice: ids and times.
 */
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { FunctionEndpoints } from '../stack/read-function-settings';
import { type Answer, garbage, serverError, throttled } from './answers';
import { type Fault, type FaultKind, FAULTS } from './faults';
import { requestOf, type Service, type ServiceRequest } from './requests';

/** Longer than the function waits for a request (3 s) and for a call with all its attempts (5 s). */
const STALL_MS = 6_500;
const SERVICES: Service[] = ['dynamodb', 'sns', 's3'];

/** One request, and what became of it. Times are those of `performance.now()`. */
export interface Exchange extends ServiceRequest {
  startedAt: number;
  fault?: FaultKind;
  /** The service has acted: its status, and the message id that SNS gave. */
  acted?: { at: number; status: number; messageId?: string };
  /** The service itself gave no answer: nobody knows whether it has acted. */
  emulatorFailed?: true;
  /** The whole answer went out, as the service gave it. */
  handedAt?: number;
  /** The connection was closed, and no other request had used it. */
  closedAt?: number;
}

export interface ProxyOptions {
  /** The services themselves. */
  targets: FunctionEndpoints;
  /** Decides on each request once all of it has come. */
  faultFor: (request: ServiceRequest) => Fault | undefined;
  /** Is told what a service has just done; nobody gets the answer before it resolves. */
  onActed?: (exchange: Exchange) => Promise<void> | undefined;
  /** @default 6.5 s */
  stallMs?: number;
}

export interface Proxy {
  endpoints: FunctionEndpoints;
  /** All but the puts of records, in the order in which they came. */
  exchanges: readonly Exchange[];
  /** Closes every connection, stalled ones too. */
  stop: () => Promise<void>;
}

/** Starts it on loopback, with a port for each service. */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const agent = new Agent({ keepAlive: true });
  const exchanges: Exchange[] = [];
  const stopping = new AbortController();
  const servers = SERVICES.map((service) => {
    const lastOn = new WeakMap<Socket, Exchange>();
    const server = createServer((incoming, outgoing) => {
      void exchange(service, incoming, outgoing, lastOn);
    });
    server.on('connection', (socket) => {
      socket.on('error', () => undefined);
      socket.once('close', () => {
        const last = lastOn.get(socket);
        if (last) last.closedAt = performance.now();
      });
    });
    // An idle connection that the server ends would be a fault that nobody planned.
    server.keepAliveTimeout = 600_000;
    return server;
  });

  const exchange = async (
    service: Service,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    lastOn: WeakMap<Socket, Exchange>,
  ) => {
    const startedAt = performance.now();
    const body = await bodyOf(incoming).catch(() => undefined);
    if (body === undefined) return;
    const sent = requestOf(service, incoming.headers, body);
    const fault = options.faultFor(sent);
    const seen: Exchange = { ...sent, startedAt, ...(fault && { fault: fault.kind }) };
    if (seen.operation !== 'store') exchanges.push(seen);
    lastOn.set(incoming.socket, seen);

    let answer: Answer | undefined;
    if (!fault || FAULTS[fault.kind].acted) {
      answer = await forwarded(options.targets[service], incoming, body, agent).catch(() => undefined);
      if (!answer) {
        seen.emulatorFailed = true;
        incoming.socket.destroy();
        return;
      }
      seen.acted = { at: performance.now(), status: answer.status, ...messageIdIn(seen, answer) };
      await options.onActed?.(seen);
    }
    if (fault) await spoil(service, fault, answer, outgoing, options.stallMs ?? STALL_MS, stopping.signal);
    else if (answer) {
      outgoing.once('finish', () => (seen.handedAt = performance.now()));
      reply(outgoing, answer);
    }
  };

  const ports = await Promise.all(servers.map(listening));
  const endpoint = (service: Service) => `http://127.0.0.1:${ports[SERVICES.indexOf(service)]}`;
  return {
    endpoints: { dynamodb: endpoint('dynamodb'), sns: endpoint('sns'), s3: endpoint('s3') },
    exchanges,
    stop: async () => {
      stopping.abort();
      await Promise.all(servers.map(closed));
      agent.destroy();
    },
  };
}

/** @param answer - the service's, where it has acted */
async function spoil(
  service: Service,
  { kind, variant }: Fault,
  answer: Answer | undefined,
  outgoing: ServerResponse,
  stallMs: number,
  stopping: AbortSignal,
): Promise<void> {
  switch (kind) {
    case 'throttled':
      reply(outgoing, throttled(service, variant));
      return;
    case 'server-error':
    case 'error-after':
      reply(outgoing, serverError(service, variant));
      return;
    case 'garbage':
      reply(outgoing, garbage(variant));
      return;
    case 'reset':
    case 'answer-dropped':
      outgoing.socket?.resetAndDestroy();
      return;
    case 'stalled':
    case 'answer-stalled':
      await stall(outgoing, stallMs, stopping);
      return;
    case 'answer-halved':
      if (answer) halve(outgoing, answer, variant);
      return;
  }
}

function reply(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  if (outgoing.destroyed) return;
  outgoing.writeHead(status, [...headers, 'content-length', String(body.length)]);
  outgoing.end(body);
}

/** Half of the bytes: as a whole answer, or of one whose connection breaks. Without a body, half of the head. */
function halve(outgoing: ServerResponse, { status, headers, body }: Answer, variant: number): void {
  const half = body.subarray(0, Math.floor(body.length / 2));
  const { socket } = outgoing;
  if (body.length === 0) {
    socket?.end(`HTTP/1.1 ${status} OK\r\nx-amz-`);
  } else if (variant % 2 === 0) {
    reply(outgoing, { status, headers, body: half });
  } else {
    outgoing.writeHead(status, [...headers, 'content-length', String(body.length)]);
    outgoing.write(half, () => socket?.destroy());
  }
}

/** Until its time is over, the client has gone, or all is stopped. */
async function stall(outgoing: ServerResponse, milliseconds: number, stopping: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    outgoing.once('close', end);
    stopping.addEventListener('abort', end, { once: true });
  });
  outgoing.socket?.destroy();
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Headers that belong to a connection or to the length of what we send anew. */
const NOT_FORWARDED = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'expect']);

function forwarded(target: string, incoming: IncomingMessage, body: Buffer, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'POST', url = '/' } = incoming;
    const { hostname, port } = new URL(target);
    const headers = [...endToEnd(incoming.rawHeaders), 'content-length', String(body.length)];
    const sent = request({ hostname, port, agent, method, path: url, headers }, (answer) => {
      const status = answer.statusCode ?? 0;
      bodyOf(answer).then((bytes) => {
        resolve({ status, headers: endToEnd(answer.rawHeaders), body: bytes });
      }, reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

const endToEnd = (rawHeaders: string[]): string[] =>
  rawHeaders.filter((_, index) => !NOT_FORWARDED.has((rawHeaders[index - (index % 2)] ?? '').toLowerCase()));

function messageIdIn({ operation }: ServiceRequest, { body }: Answer): { messageId?: string } {
  const messageId = operation === 'publish' ? /<MessageId>([^<]+)</.exec(body.toString())?.[1] : undefined;
  return messageId === undefined ? {} : { messageId };
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function closed(server: Server): Promise<void> {
  const end = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await end;
}
