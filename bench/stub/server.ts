/**
 * The stub's HTTP: DynamoDB's JSON protocol, SNS' query protocol and S3's, told apart by what only one of them has; and
 * under `/stub` what the benchmark asks of the stub itself.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type DynamoDbRequest, stubServices } from './services';

/** @returns a server that isn't listening yet; answers have no latency until it is set */
export function stubServer(): Server {
  const services = stubServices(() => performance.timeOrigin + performance.now());
  let latencyMs = 0;

  /** What goes back, and whether it has to wait for the latency. */
  const answer = (request: IncomingMessage, body: string): Answered => {
    const path = request.url ?? '';
    if (path === '/stub/report') return { type: JSON_TYPE, body: JSON.stringify(services.report()) };
    if (path === '/stub/reset') {
      services.reset();
      latencyMs = (JSON.parse(body) as { latencyMs: number }).latencyMs;
      return { type: JSON_TYPE, body: '{}' };
    }
    services.countRequest(body.length);
    const target = request.headers['x-amz-target'];
    if (typeof target === 'string') {
      const operation = target.slice(target.indexOf('.') + 1);
      const { status, body: answered } = services.dynamoDb(operation, JSON.parse(body) as DynamoDbRequest);
      return { status, type: 'application/x-amz-json-1.0', body: JSON.stringify(answered) };
    }
    if (request.method === 'PUT') {
      services.putObject(path);
      return { type: 'application/xml', body: '' };
    }
    const message = new URLSearchParams(body).get('Message') ?? '';
    return { type: 'text/xml', body: published(services.publish(message)) };
  };

  return createServer({ keepAliveTimeout: 0 }, (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const answered = safely(() => answer(request, body));
      if (latencyMs === 0 || request.url?.startsWith('/stub/')) send(response, answered);
      else setTimeout(send, latencyMs, response, answered);
    });
  });
}

interface Answered {
  readonly status?: number;
  readonly type: string;
  readonly body: string;
}

const JSON_TYPE = 'application/json';

/** A request that the stub can't read is answered as one that the service would refuse. */
function safely(answer: () => Answered): Answered {
  try {
    return answer();
  } catch {
    return {
      status: 400,
      type: JSON_TYPE,
      body: '{"__type":"ValidationException","message":"not played here"}',
    };
  }
}

function send(response: ServerResponse, { status = 200, type, body }: Answered): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
}

const published = (id: string): string =>
  '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">' +
  `<PublishResult><MessageId>${id}</MessageId></PublishResult>` +
  '<ResponseMetadata><RequestId>stub</RequestId></ResponseMetadata></PublishResponse>';
