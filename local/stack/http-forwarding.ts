/** Forwards requests to the emulators and sends answers, for HTTP proxies on loopback. */
import { once } from 'node:events';
import { type Agent, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Server as TcpServer } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Answer {
  status: number;
  /** Names and values in turn, as in Node's raw headers. */
  headers: string[];
  body: Buffer;
}

/** Headers that concern one connection, and the length, which is set again. */
const NOT_FORWARDED = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'expect']);

/** Forwards a request; resolves to the whole answer, rejects if there is none. */
export async function forwardRequest(
  target: string,
  { method = 'POST', url = '/', rawHeaders }: IncomingMessage,
  body: Buffer,
  agent: Agent,
): Promise<Answer> {
  const { hostname, port } = new URL(target);
  const headers = [...keepEndToEndHeaders(rawHeaders), 'content-length', String(body.length)];
  const sent = request({ hostname, port, agent, method, path: url, headers });
  // After the answer has begun, a broken connection makes reading the answer fail.
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

export function sendAnswer(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  if (outgoing.destroyed) return;
  outgoing.writeHead(status, [...headers, 'content-length', String(body.length)]);
  outgoing.end(body);
}

/** Starts a server on a free port; resolves to its endpoint. */
export async function startListening(server: TcpServer): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function closeServer(server: Server): Promise<void> {
  const end = once(server.close(), 'close');
  server.closeAllConnections();
  await end;
}
