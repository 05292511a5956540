/**
 * Sends the SDK's requests with undici over the function's own connection pool. This takes half of the CPU of Node's
 * client, and avoids dead connections (docs/adr/0019). Requests and answers must be small: both are in memory as a
 * whole.
 */
import type { Socket } from 'node:net';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
// The package's entry would load all of undici. These modules are internal, so the version is pinned exactly.
import Client from 'undici/lib/dispatcher/client.js';
import buildConnector from 'undici/lib/core/connect.js';
import { callSignal } from './call-signal';
import { type Connection, type ConnectionPool, createConnectionPool, MAX_IDLE_MS } from './connection-pool';

type SdkRequest = Pick<
  Parameters<NodeHttpHandler['handle']>[0],
  'protocol' | 'hostname' | 'port' | 'method' | 'path' | 'headers'
> & { readonly body?: Buffer | string };
type SdkResponse = Pick<
  Awaited<ReturnType<NodeHttpHandler['handle']>>['response'],
  'statusCode' | 'headers' | 'body'
>;

/** Milliseconds for the connection, TLS included. */
const CONNECT_TIMEOUT_MS = 3_000;
/** Milliseconds without a byte of the answer. The timers of undici are up to a second late. */
const ANSWER_TIMEOUT_MS = 3_000;

/** Creates the request handler of SDK clients with one endpoint. `callSignal` limits each request. */
export function createRequestHandler(now: () => number = Date.now) {
  const open = createOpener();
  let pool: ConnectionPool<HttpConnection> | undefined;
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: async (request: SdkRequest) => {
      const origin = `${request.protocol}//${request.hostname}${request.port ? `:${request.port}` : ''}`;
      pool ??= createConnectionPool((onOpened) => open(origin, onOpened), now);
      const connection = await pool.take();
      const beganMs = now();
      try {
        const response = await send(connection, request, callSignal.getStore());
        pool.giveBack(connection);
        return { response };
      } catch (error) {
        pool.discard(connection, beganMs);
        throw error;
      }
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

interface HttpConnection extends Connection {
  readonly client: Client;
}

/** Returns a function that opens connections. It resumes the last TLS session if the service accepts it. */
function createOpener() {
  let session: Buffer | undefined;
  return (origin: string, onOpened: () => void): HttpConnection => {
    let socket: Socket | undefined;
    const client = new Client(origin, {
      connect: (options, callback) => {
        const connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS, session });
        socket = connect(options, (...result) => {
          onOpened();
          callback(...result);
        }).on('session', (latest: Buffer) => {
          session = latest;
        });
      },
      headersTimeout: ANSWER_TIMEOUT_MS,
      bodyTimeout: ANSWER_TIMEOUT_MS,
      keepAliveTimeout: MAX_IDLE_MS,
      keepAliveMaxTimeout: MAX_IDLE_MS,
    });
    return {
      client,
      isClosed: () => client.destroyed || socket?.destroyed === true,
      close: () => {
        client.destroy(() => undefined);
      },
    };
  };
}

/** @throws ConnectionError, or an `AbortError` if the signal is aborted */
function send(
  connection: HttpConnection,
  { method, path, headers, body }: SdkRequest,
  signal: AbortSignal | undefined,
): Promise<SdkResponse> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }));
      connection.close();
    };
    if (signal?.aborted) {
      abort();
      return;
    }
    signal?.addEventListener('abort', abort, { once: true });
    const chunks: Buffer[] = [];
    let head: Pick<SdkResponse, 'statusCode' | 'headers'>;
    connection.client.dispatch(
      { method: method, path, headers, body },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, statusCode, responseHeaders) => {
          head = { statusCode, headers: responseHeaders as Record<string, string> };
        },
        onResponseData: (_controller, chunk) => {
          chunks.push(chunk);
        },
        onResponseEnd: () => {
          signal?.removeEventListener('abort', abort);
          resolve({ ...head, body: chunks.length === 1 ? chunks[0] : Buffer.concat(chunks) });
        },
        onResponseError: (_controller, error) => {
          signal?.removeEventListener('abort', abort);
          reject(new ConnectionError(error));
        },
      },
    );
  });
}

/** A request without a complete answer. The SDK sends it again (`$retryable`). */
class ConnectionError extends Error {
  readonly $retryable = {};

  constructor(cause: Error & { code?: string }) {
    super(cause.message, { cause });
    const { code = cause.name } = cause;
    this.name = NAMES[code] ?? code;
  }
}

/** Maps undici's error names to those in the log. System and TLS errors have their own codes. */
const NAMES: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: 'ConnectTimeout',
  UND_ERR_HEADERS_TIMEOUT: 'AnswerTimeout',
  UND_ERR_BODY_TIMEOUT: 'AnswerTimeout',
  UND_ERR_SOCKET: 'ConnectionClosed',
};
