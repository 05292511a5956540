/** What undici's client does on a real connection, and what the SDK must make of it. */
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server as HttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { callSignal } from '../../../../lambda/contact-records/aws/call-signal';
import { createRequestHandler } from '../../../../lambda/contact-records/aws/request-handler';
import { startListening } from '../../../../local/stack/http-forwarding';

const TLS = join(__dirname, '../../../integration/tls');
const NO_ANSWER_YET = 100;

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

it('answers with status, headers and the whole body when the body comes in parts', async () => {
  const { request } = aClient(
    await anHttpServer((_request, response) => {
      response.writeHead(400, { 'X-Amzn-RequestId': 'id' }).write('{"a":');
      setTimeout(() => response.end('1}'), 20);
    }),
  );

  const { response } = await request();

  expect(response).toMatchObject({ statusCode: 400, headers: { 'x-amzn-requestid': 'id' } });
  expect(String(response.body)).toBe('{"a":1}');
});

it('sends method, path, headers and body as they are', async () => {
  const received: unknown[] = [];
  const { request } = aClient(
    await anHttpServer((incoming, response) => {
      const { method, url, headers } = incoming;
      incoming
        .setEncoding('utf8')
        .on('data', (body: string) => received.push(method, url, headers['x-amz-target'], body));
      incoming.on('end', () => response.end());
    }),
  );

  await request({ headers: { 'x-amz-target': 'DynamoDB_20120810.PutItem' }, body: 'é' });

  expect(received).toEqual(['POST', '/', 'DynamoDB_20120810.PutItem', 'é']);
});

it('uses a connection again when its answer is complete, and a new one when the service closes it', async () => {
  let answers = 0;
  const server = await anHttpServer((_request, response) => {
    response.writeHead(200, ++answers === 2 ? { connection: 'close' } : {}).end('{}');
  });
  const { request } = aClient(server);

  for (let sent = 0; sent < 4; sent++) await request();

  expect(server.connections()).toBe(2);
});

it.each<[what: string, name: string, onConnection: (socket: Socket) => void]>([
  ['the service closes the connection', 'ConnectionClosed', (socket) => socket.end()],
  ['the service resets the connection', 'ECONNRESET', (socket) => socket.resetAndDestroy()],
  [
    'the connection ends in the middle of an answer',
    'ConnectionClosed',
    (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{}'),
  ],
  ['the answer is not HTTP', 'HTTPParserError', (socket) => socket.end('{}\r\n\r\n')],
])('fails with the cause, to be sent again, when %s', async (_what, name, onConnection) => {
  const { request } = aClient(
    await aTcpServer((socket) => {
      socket.once('data', () => {
        onConnection(socket);
      });
    }),
  );

  const failure = request();

  await expect(failure).rejects.toMatchObject({ name, $retryable: {} });
});

it('fails with ECONNREFUSED, to be sent again, when nothing listens', async () => {
  const server = await aTcpServer(() => undefined);
  for (const stop of stops.splice(0)) stop();

  const { request } = aClient(server);

  await expect(request()).rejects.toMatchObject({ name: 'ECONNREFUSED', $retryable: {} });
});

it('fails with the code of TLS when the certificate is not trusted', async () => {
  const options = {
    key: readFileSync(join(TLS, 'key.pem')),
    cert: readFileSync(join(TLS, 'certificate.pem')),
  };
  const { port } = await listen(createTlsServer(options));

  const { request } = aClient({ port }, 'https:');

  await expect(request()).rejects.toMatchObject({ name: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
});

it('fails after three to four seconds, to be sent again, when the rest of an answer or a handshake is missing', async () => {
  /** Waits for the failure when the service sends this much. */
  const failureAfter = async (first: string, protocol: 'http:' | 'https:') => {
    const server = await aTcpServer((socket) => {
      socket.once('data', () => socket.write(first));
    });
    const { request } = aClient(server, protocol);
    const startedAt = performance.now();
    const error = await request().catch((error: unknown) => error);
    return { error, isLate: performance.now() - startedAt > 2_500 };
  };

  const failures = await Promise.all([
    failureAfter('', 'http:'),
    failureAfter('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}', 'http:'),
    failureAfter('', 'https:'),
  ]);

  expect(failures).toMatchObject(
    ['AnswerTimeout', 'AnswerTimeout', 'ConnectTimeout'].map((name) => ({
      error: { name, $retryable: {} },
      isLate: true,
    })),
  );
});

it.each<[what: string, createSignal: () => AbortSignal]>([
  ['its signal is aborted', () => AbortSignal.abort()],
  ['its time limit ends', () => AbortSignal.timeout(NO_ANSWER_YET)],
])('fails with AbortError, not to be sent again, when %s', async (_what, createSignal) => {
  const { request } = aClient(await anHttpServer(() => undefined));

  const failure = await request({}, createSignal()).catch((error: unknown) => error);

  expect(failure).toMatchObject({ name: 'AbortError' });
  expect(failure).not.toHaveProperty('$retryable');
});

it('closes the connection of a request that is aborted, and leaves no other request without one', async () => {
  const server = await anHttpServer((_request, response) => {
    if (server.connections() > 1) response.end('{}');
  });
  const { request } = aClient(server);
  await expect(request({}, AbortSignal.timeout(NO_ANSWER_YET))).rejects.toMatchObject({ name: 'AbortError' });

  const { response } = await request();

  expect(response.statusCode).toBe(200);
  expect(server.connections()).toBe(2);
});

interface Listening {
  readonly port: number;
  connections(): number;
}

const anHttpServer = (listener: RequestListener): Promise<Listening> => listen(createServer(listener));
const aTcpServer = (onConnection: (socket: Socket) => void): Promise<Listening> =>
  listen(
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      onConnection(socket);
    }),
  );

async function listen(server: Server | HttpServer): Promise<Listening> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => sockets.push(socket));
  const { port } = new URL(await startListening(server));
  stops.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: Number(port), connections: () => sockets.length };
}

function aClient({ port }: { port: number }, protocol: 'http:' | 'https:' = 'http:') {
  const { handle } = createRequestHandler();
  const request = (more: object = {}, signal = new AbortController().signal) =>
    callSignal.run(signal, () =>
      handle({
        protocol,
        hostname: 'localhost',
        port,
        method: 'POST',
        path: '/',
        headers: {},
        body: '{}',
        ...more,
      }),
    );
  return { request };
}
