/**
 * Answers of services in trouble, in each service's own wire format, and such as come from something in between.
 */
import type { Service } from './requests';

export interface Answer {
  status: number;
  /** Names and values in turn, as Node has raw headers. */
  headers: string[];
  body: Buffer;
}

export const throttled = (service: Service, variant: number): Answer => picked(THROTTLED[service], variant);

export const serverError = (service: Service, variant: number): Answer =>
  picked(SERVER_ERRORS[service], variant);

/** No form of any service: what a load balancer says, nothing at all, bytes, JSON that means nothing. */
export const garbage = (variant: number): Answer => ({
  status: picked([500, 502, 503, 400, 403], variant),
  headers: ['content-type', picked(['text/html', 'application/x-amz-json-1.0', 'text/xml'], variant >> 3)],
  body: Buffer.from(
    picked(
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

const dynamodb = (status: number, type: string, message: string): Answer => ({
  status,
  headers: ['content-type', 'application/x-amz-json-1.0'],
  body: Buffer.from(JSON.stringify({ __type: type, message })),
});

const sns = (status: number, code: string, message: string): Answer => ({
  status,
  headers: ['content-type', 'text/xml'],
  body: Buffer.from(
    `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>` +
      `<Code>${code}</Code><Message>${message}</Message></Error><RequestId>chaos</RequestId></ErrorResponse>`,
  ),
});

const s3 = (status: number, code: string, message: string): Answer => ({
  status,
  headers: ['content-type', 'application/xml'],
  body: Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>` +
      `<RequestId>chaos</RequestId><HostId>chaos</HostId></Error>`,
  ),
});

const THROTTLED: Record<Service, Answer[]> = {
  dynamodb: [
    dynamodb(
      400,
      'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
      'The level of configured provisioned throughput for the table was exceeded.',
    ),
    dynamodb(400, 'com.amazon.coral.availability#ThrottlingException', 'Rate of requests exceeds the limit.'),
  ],
  sns: [sns(400, 'Throttling', 'Rate exceeded'), sns(429, 'Throttled', 'Rate exceeded')],
  s3: [s3(503, 'SlowDown', 'Please reduce your request rate.')],
};

const SERVER_ERRORS: Record<Service, Answer[]> = {
  dynamodb: [
    dynamodb(500, 'com.amazonaws.dynamodb.v20120810#InternalServerError', 'Internal server error'),
    dynamodb(503, 'com.amazon.coral.service#ServiceUnavailableException', 'Service unavailable'),
  ],
  sns: [
    sns(500, 'InternalError', 'Internal error'),
    sns(503, 'ServiceUnavailable', 'Service is unable to handle request.'),
  ],
  s3: [
    s3(500, 'InternalError', 'We encountered an internal error. Please try again.'),
    s3(503, 'ServiceUnavailable', 'Service is unable to handle request.'),
  ],
};

function picked<T>(choices: readonly T[], variant: number): T {
  const choice = choices[variant % choices.length];
  if (choice === undefined) throw new RangeError('a variant is a whole number from 0 on');
  return choice;
}
