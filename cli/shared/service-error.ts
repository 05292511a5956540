import { toRetryableError } from '../../lambda/contact-records/aws/errors';

/**
 * A service that doesn't do what it was asked to, which ends the run. Carries names only: what services say may quote a
 * record or its partition key.
 */
export class ServiceError extends Error {
  constructor(
    /** The call as IAM names it. */
    readonly call: string,
    /** The error's name, or words of ours. */
    readonly what: string,
    /** Whether the service refused it, rather than not answering. */
    readonly isRefused = false,
  ) {
    super(`${call} failed (${what})${adviceOn(call, what)}`);
  }
}

/** What to do, as the end of a sentence. */
function adviceOn(call: string, what: string): string {
  const advice = ADVICE.find(([pattern]) => pattern.test(what))?.[1](call);
  return advice === undefined ? '.' : `: ${advice}`;
}

/** By the error's name; the first that fits. */
const ADVICE: [pattern: RegExp, advice: (call: string) => string][] = [
  [/Throttl|ThroughputExceeded|LimitExceeded|SlowDown|TooMany/, () => 'too much at once; run it again.'],
  [/TimeTooSkewed/, () => 'the clock of this machine is wrong.'],
  [
    /InvalidSignature|SignatureDoesNotMatch/,
    () => 'the credentials are not valid, or the clock of this machine is wrong.',
  ],
  [/^KMS/, () => "may the credentials use the stack's key?"],
  [/AccessDenied|AuthorizationError/, (call) => `the credentials lack ${call}${orTheKey(call)}.`],
  [/Redirect|AuthorizationHeaderMalformed/, () => 'it is in another region; set AWS_REGION.'],
  [/NotFound|NonExistent|DoesNotExist|NoSuch/, () => 'is the name right, and the region (AWS_REGION)?'],
  [
    /Expired|Token|Signature|AccessKey|Credentials|UnrecognizedClient/,
    () => 'the credentials are not valid, or not any more; sign in again.',
  ],
  // The last two are what the SDK makes of an address that is none.
  [
    /^E[A-Z_]+$|Timeout|Abort|EndpointError|TypeError/,
    () => 'check the network, AWS_REGION, and AWS_ENDPOINT_URL_* if set.',
  ],
];

/** DynamoDB has no error of its own for it. */
const orTheKey = (call: string) => (call.startsWith('dynamodb:') ? ", or the use of the stack's key" : '');

/** The call as IAM names it, and what was thrown. */
export const createServiceError = (call: string, error: unknown) =>
  new ServiceError(call, getSafeErrorName(error), isRefusal(error));

/** For `catch`: throws it as a `ServiceError`. */
export const toServiceError =
  (call: string) =>
  (error: unknown): never => {
    throw createServiceError(call, error);
  };

/** The error's name, if it is one that can be printed. */
export const getSafeErrorName = (error: unknown): string => toRetryableError(error, 'S3').reason;

/** Whether asking the same again would get the same answer: the request is at fault, or whoever sends it. */
export function isRefusal(error: unknown): boolean {
  const { reason: what, httpStatus = 0 } = toRetryableError(error, 'S3');
  const isClientFault = httpStatus >= 400 && httpStatus < 500 && httpStatus !== 408 && httpStatus !== 429;
  return isClientFault && !PASSING.test(what);
}

/** Whether S3 says this of one object, rather than of whoever asks: the others may well be readable. */
export const isOfOneObject = (error: unknown): boolean => OF_ONE_OBJECT.test(getSafeErrorName(error));

/** Deleted, changed, in the archive, under another key, or under one that S3 does not have. */
const OF_ONE_OBJECT =
  /^(NoSuchKey|NotFound|PreconditionFailed|InvalidRange|InvalidObjectState|AccessDenied|KMS\..*|InvalidRequest)$/;

/** Kinesis and S3 say status 400 for what passes, too. */
const PASSING = /Throttl|ThroughputExceeded|LimitExceeded|SlowDown|RequestTimeout|TooManyRequests/;
