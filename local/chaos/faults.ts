/** Injects faults into an exchange with a service: error answers, broken answers, broken connections, no answer. */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, sendAnswer } from '../stack/http-forwarding';
import type { Service } from './requests';

/** By kind: whether the service has acted on the request, and a remark for the report. */
export const FAULTS = {
  throttled: { acted: false, remark: 'refused: too many requests' },
  'server-error': { acted: false, remark: '500 or 503, in the form of the service' },
  garbage: { acted: false, remark: '4xx or 5xx with a meaningless body' },
  reset: { acted: false, remark: 'connection reset' },
  stalled: { acted: false, remark: 'no answer until past every timeout' },
  'error-after': { acted: true, remark: 'done by the service, answered with 500 or 503' },
  'answer-dropped': { acted: true, remark: 'done by the service, connection reset' },
  'answer-halved': { acted: true, remark: 'done by the service, half of the answer' },
  'answer-stalled': { acted: true, remark: 'done by the service, no answer until past every timeout' },
} as const;

export type FaultKind = keyof typeof FAULTS;
export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[];

export interface Fault {
  kind: FaultKind;
  /** A whole number that selects the variant: which status, which garbage, where the answer is cut. */
  variant: number;
  /** Part of an outage: for a while every request to the service gets this fault. */
  outage: boolean;
}

/** Answers a request with its fault. `answer` is the answer of the service, if the service has acted. */
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
      sendAnswer(outgoing, createErrorAnswer(service, pickVariant(THROTTLED[service], variant)));
      return;
    case 'server-error':
    case 'error-after':
      sendAnswer(outgoing, createErrorAnswer(service, pickVariant(SERVER_ERRORS[service], variant)));
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

/** Sends half of the body, then ends the answer or breaks the connection; without a body, half of the head. */
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
  const gone = new AbortController();
  outgoing.once('close', () => {
    gone.abort();
  });
  const signal = AbortSignal.any([gone.signal, stopping]);
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
  outgoing.socket?.destroy();
}

/** Creates an answer in no service's format: HTML, nothing, bytes, meaningless JSON. */
const createGarbageAnswer = (variant: number): Answer => ({
  status: pickVariant([500, 502, 503, 400, 403], variant),
  headers: ['content-type', pickVariant(GARBAGE_TYPES, variant >> 3)],
  body: Buffer.from(pickVariant(GARBAGE_BODIES, variant >> 5)),
});

const GARBAGE_TYPES = ['text/html', 'application/x-amz-json-1.0', 'text/xml'];
const GARBAGE_BODIES = [
  '<html><body><h1>Bad Gateway</h1></body></html>',
  '',
  '{"__type":',
  'null',
  '[]',
  '\u0000\u001b<',
  '<E',
];

type ServiceError = [status: number, code: string, message: string];

const createErrorAnswer = (service: Service, [status, code, message]: ServiceError): Answer => ({
  status,
  headers: ['content-type', ERROR_FORMATS[service].type],
  body: Buffer.from(ERROR_FORMATS[service].write(status, code, message)),
});

const ERROR_FORMATS: Record<Service, { type: string; write: (...error: ServiceError) => string }> = {
  dynamodb: {
    type: 'application/x-amz-json-1.0',
    write: (_status, __type, message) => JSON.stringify({ __type, message }),
  },
  sns: {
    type: 'text/xml',
    write: (status, code, message) =>
      `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>` +
      `<Code>${code}</Code><Message>${message}</Message></Error><RequestId>chaos</RequestId></ErrorResponse>`,
  },
  s3: {
    type: 'application/xml',
    write: (_status, code, message) =>
      `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>` +
      `<RequestId>chaos</RequestId><HostId>chaos</HostId></Error>`,
  },
};

const THROTTLED: Record<Service, ServiceError[]> = {
  dynamodb: [
    [
      400,
      'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
      'The level of configured provisioned throughput for the table was exceeded.',
    ],
    [400, 'com.amazon.coral.availability#ThrottlingException', 'Rate of requests exceeds the limit.'],
  ],
  sns: [
    [400, 'Throttling', 'Rate exceeded'],
    [429, 'Throttled', 'Rate exceeded'],
  ],
  s3: [[503, 'SlowDown', 'Please reduce your request rate.']],
};

const SERVER_ERRORS: Record<Service, ServiceError[]> = {
  dynamodb: [
    [500, 'com.amazonaws.dynamodb.v20120810#InternalServerError', 'Internal server error'],
    [503, 'com.amazon.coral.service#ServiceUnavailableException', 'Service unavailable'],
  ],
  sns: [
    [500, 'InternalError', 'Internal error'],
    [503, 'ServiceUnavailable', 'Service is unable to handle request.'],
  ],
  s3: [
    [500, 'InternalError', 'We encountered an internal error. Please try again.'],
    [503, 'ServiceUnavailable', 'Service is unable to handle request.'],
  ],
};

function pickVariant<T>(choices: readonly T[], variant: number): T {
  const choice = choices[variant % choices.length];
  if (choice === undefined) throw new RangeError('a variant is a whole number from 0 on');
  return choice;
}
