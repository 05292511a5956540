/**
 * Serves the stub over HTTP. It supports DynamoDB's JSON protocol, SNS's query protocol, S3's PUT, and the benchmark's own
 * requests under `/stub`. The program `stub.ts PORT` runs the server.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { startEmulator } from '../../local/emulators/emulator';
import { type DynamoDbRequest, type StubReport, StubServices } from './stub-services';

/** Creates the server, without listening. It answers at once until a latency is set. */
export function createStubServer(): Server {
  let services = new StubServices();
  let latencyMs = 0;

  const answer = ({ url: path = '', headers, method }: IncomingMessage, body: string): Answer => {
    if (path === '/stub/report') return { type: JSON_TYPE, body: JSON.stringify(services.report()) };
    if (path === '/stub/reset') {
      services = new StubServices();
      latencyMs = (JSON.parse(body) as { latencyMs: number }).latencyMs;
      return { type: JSON_TYPE, body: '{}' };
    }
    const target = headers['x-amz-target'];
    if (typeof target === 'string') {
      const operation = target.slice(target.indexOf('.') + 1);
      const answered = services.answerDynamoDb(operation, JSON.parse(body) as DynamoDbRequest);
      return { ...answered, type: 'application/x-amz-json-1.0', body: JSON.stringify(answered.body) };
    }
    if (method === 'PUT') {
      services.putObject(path);
      return { type: 'application/xml', body: '' };
    }
    const id = services.publish(new URLSearchParams(body).get('Message') ?? '');
    return { type: 'text/xml', body: PUBLISHED.replace('ID', id) };
  };
  /** Answers with an error if the stub cannot read the request. */
  const answerSafely = (request: IncomingMessage, body: string): Answer => {
    try {
      return answer(request, body);
    } catch {
      return { status: 400, type: JSON_TYPE, body: NOT_SUPPORTED };
    }
  };

  return createServer({ keepAliveTimeout: 0 }, (request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const { status = 200, type, body } = answerSafely(request, text);
      const headers = { 'content-type': type, 'content-length': Buffer.byteLength(body) };
      const send = () => response.writeHead(status, headers).end(body);
      if (latencyMs === 0 || request.url?.startsWith('/stub/')) send();
      else setTimeout(send, latencyMs);
    });
  });
}

type Answer = Readonly<{ status?: number; type: string; body: string }>;

const JSON_TYPE = 'application/json';
const NOT_SUPPORTED = '{"__type":"ValidationException","message":"the stub does not support this request"}';
const PUBLISHED =
  '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">' +
  '<PublishResult><MessageId>ID</MessageId></PublishResult>' +
  '<ResponseMetadata><RequestId>stub</RequestId></ResponseMetadata></PublishResponse>';

const ANSWER_LIMIT_MS = 10_000;

/** The stub in its own process. */
export interface Stub {
  readonly endpoint: string;
  /** Deletes all data, and sets the latency of each answer. */
  reset(latencyMs: number): Promise<void>;
  report(): Promise<StubReport>;
  stop(): Promise<void>;
}

/** Starts the stub in its own process; throws an error if it does not answer. */
export async function startStub(): Promise<Stub> {
  const { endpoint, stop } = await startEmulator((port) => ({
    name: 'the stub',
    command: process.execPath,
    args: ['--import', require.resolve('tsx'), __filename, String(port)],
  }));
  const ask = async (path: string, body: object) => {
    const signal = AbortSignal.timeout(ANSWER_LIMIT_MS);
    const request = { method: 'POST', body: JSON.stringify(body), signal };
    return (await fetch(`${endpoint}/stub/${path}`, request)).json();
  };
  return {
    endpoint,
    reset: async (latencyMs) => {
      await ask('reset', { latencyMs });
    },
    report: async () => (await ask('report', {})) as StubReport,
    stop,
  };
}

if (require.main === module) createStubServer().listen(Number(process.argv[2]), '127.0.0.1');
