/**
 * Injects a fault into one exchange: an error answer, a broken answer, a broken connection or none at all.
 *
 * Error answers have each service's own wire format, or the format of a proxy in between.
 */
import type { ServerResponse } from 'node:http';
import type { Fault } from './faults';
import type { Service } from './requests';

export interface Answer {
  status: number;
  /** Names and values in turn, as Node has raw headers. */
  headers: string[];
  body: Buffer;
}

/**
 * Answers a request as its fault says.
 *
 * @param answer - the service's own answer, if it has acted
 */
export async function injectFault(
  service: Service,
  { kind, variant }: Fault,
  answer: Answer | undefined,
  outgoing: ServerResponse,
  stallMs: number,
  stopping: AbortSignal,
): Promise<void> {
  switch (kind) {
    case 'throttled':
      sendAnswer(outgoing, createThrottledAnswer(service, variant));
      return;
    case 'server-error':
    case 'error-after':
      sendAnswer(outgoing, createServerErrorAnswer(service, variant));
      return;
    case 'garbage':
      sendAnswer(outgoing, createGarbageAnswer(variant));
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
      if (answer) sendHalf(outgoing, answer, variant);
      return;
  }
}

export function sendAnswer(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  if (outgoing.destroyed) return;
  outgoing.writeHead(status, [...headers, 'content-length', String(body.length)]);
  outgoing.end(body);
}

/** Sends half of the body, as a whole answer or before the connection breaks; without a body, half of the head. */
function sendHalf(outgoing: ServerResponse, { status, headers, body }: Answer, variant: number): void {
  const half = body.subarray(0, Math.floor(body.length / 2));
  const { socket } = outgoing;
  if (body.length === 0) {
    socket?.end(`HTTP/1.1 ${status} OK\r\nx-amz-`);
  } else if (variant % 2 === 0) {
    sendAnswer(outgoing, { status, headers, body: half });
  } else {
    outgoing.writeHead(status, [...headers, 'content-length', String(body.length)]);
    outgoing.write(half, () => socket?.destroy());
  }
}

/** Sends nothing until the time is over, the client has gone, or the run stops. */
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

const createThrottledAnswer = (service: Service, variant: number): Answer =>
  pickVariant(THROTTLED[service], variant);

const createServerErrorAnswer = (service: Service, variant: number): Answer =>
  pickVariant(SERVER_ERRORS[service], variant);

/** Creates an answer in no service's format: HTML, nothing, bytes, meaningless JSON. */
const createGarbageAnswer = (variant: number): Answer => ({
  status: pickVariant([500, 502, 503, 400, 403], variant),
  headers: [
    'content-type',
    pickVariant(['text/html', 'application/x-amz-json-1.0', 'text/xml'], variant >> 3),
  ],
  body: Buffer.from(
    pickVariant(
      [
        '<html><body><h1>Bad Gateway</h1></body></html>',
        '',
        '{"__type":',
        'null',
        '[]',
        '\u0000\u001b<',
        '<E',
      ],
      variant >> 5,
    ),
  ),
});

const createDynamoDbError = (status: number, type: string, message: string): Answer => ({
  status,
  headers: ['content-type', 'application/x-amz-json-1.0'],
  body: Buffer.from(JSON.stringify({ __type: type, message })),
});

const createSnsError = (status: number, code: string, message: string): Answer => ({
  status,
  headers: ['content-type', 'text/xml'],
  body: Buffer.from(
    `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>` +
      `<Code>${code}</Code><Message>${message}</Message></Error><RequestId>chaos</RequestId></ErrorResponse>`,
  ),
});

const createS3Error = (status: number, code: string, message: string): Answer => ({
  status,
  headers: ['content-type', 'application/xml'],
  body: Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>` +
      `<RequestId>chaos</RequestId><HostId>chaos</HostId></Error>`,
  ),
});

const THROTTLED: Record<Service, Answer[]> = {
  dynamodb: [
    createDynamoDbError(
      400,
      'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
      'The level of configured provisioned throughput for the table was exceeded.',
    ),
    createDynamoDbError(
      400,
      'com.amazon.coral.availability#ThrottlingException',
      'Rate of requests exceeds the limit.',
    ),
  ],
  sns: [
    createSnsError(400, 'Throttling', 'Rate exceeded'),
    createSnsError(429, 'Throttled', 'Rate exceeded'),
  ],
  s3: [createS3Error(503, 'SlowDown', 'Please reduce your request rate.')],
};

const SERVER_ERRORS: Record<Service, Answer[]> = {
  dynamodb: [
    createDynamoDbError(500, 'com.amazonaws.dynamodb.v20120810#InternalServerError', 'Internal server error'),
    createDynamoDbError(503, 'com.amazon.coral.service#ServiceUnavailableException', 'Service unavailable'),
  ],
  sns: [
    createSnsError(500, 'InternalError', 'Internal error'),
    createSnsError(503, 'ServiceUnavailable', 'Service is unable to handle request.'),
  ],
  s3: [
    createS3Error(500, 'InternalError', 'We encountered an internal error. Please try again.'),
    createS3Error(503, 'ServiceUnavailable', 'Service is unable to handle request.'),
  ],
};

function pickVariant<T>(choices: readonly T[], variant: number): T {
  const choice = choices[variant % choices.length];
  if (choice === undefined) throw new RangeError('a variant is a whole number from 0 on');
  return choice;
}
