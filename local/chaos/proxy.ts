/**
 * Forwards the function's requests to its services, and injects faults into some of them. The proxy records ids and times,
 * which explain later why a message was published twice.
 */
import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import {
  type Answer,
  closeServer,
  forwardRequest,
  sendAnswer,
  startListening,
} from '../stack/http-forwarding';
import type { FunctionEndpoints } from '../stack/local-function';
import { type Fault, type FaultKind, FAULTS, injectFault } from './faults';
import { parseRequest, type Service, type ServiceRequest } from './requests';

/** Longer than the function waits for a request (3 s) and for a call with all its attempts (5 s). */
const STALL_MS = 6_500;

/** One request and what happened to it. Times are those of `performance.now()`. */
export interface Exchange extends ServiceRequest {
  startedAt: number;
  fault?: FaultKind;
  /** Set if the service has acted: its status, and the message id from SNS. */
  acted?: { at: number; status: number; messageId?: string };
  /** Set if the service did not answer: it may have acted or not. */
  emulatorFailed?: true;
  /** When the service's whole answer was sent. */
  handedAt?: number;
  /** When the connection was closed, if no later request used it. */
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
  // A server that closes an idle connection would cause an unplanned fault.
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

function parseMessageId({ operation }: ServiceRequest, { body }: Answer): { messageId?: string } {
  const messageId = operation === 'publish' ? /<MessageId>([^<]+)</.exec(body.toString())?.[1] : undefined;
  return messageId === undefined ? {} : { messageId };
}
