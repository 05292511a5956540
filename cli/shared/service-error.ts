/** Describes the errors of AWS services, in names only: their messages may quote a record or its partition key. */
import { toRetryableError } from '../../lambda/contact-records/aws/errors';
import { limitTime, SMALL_REQUEST_LIMIT_MS } from './time-limit';

/** A service refuses a request or doesn't answer, which ends the run. */
export class ServiceError extends Error {
  constructor(
    /** The call as IAM names it. */
    readonly call: string,
    /** The error's name, or words of ours. */
    readonly reason: string,
    /** Whether the service refused it, rather than not answering. */
    readonly isRefused = false,
  ) {
    super(`${call} failed (${reason})${findAdvice(call, reason)}`);
  }
}

/** Says what to do, as the end of a sentence: by the error's name, the first that fits. */
function findAdvice(call: string, reason: string): string {
  // DynamoDB has no error of its own for the key.
  const orKey = call.startsWith('dynamodb:') ? ", or the use of the stack's key" : '';
  const advice: [RegExp, string][] = [
    [/Throttl|ThroughputExceeded|LimitExceeded|SlowDown|TooMany/, 'too much at once; run it again.'],
    [/TimeTooSkewed/, 'the clock of this machine is wrong.'],
    [
      /InvalidSignature|SignatureDoesNotMatch/,
      'the credentials are not valid, or the clock of this machine is wrong.',
    ],
    [/^KMS/, "may the credentials use the stack's key?"],
    [/AccessDenied|AuthorizationError/, `the credentials lack ${call}${orKey}.`],
    [/Redirect|AuthorizationHeaderMalformed/, 'it is in another region; set AWS_REGION.'],
    [/NotFound|NonExistent|DoesNotExist|NoSuch/, 'is the name right, and the region (AWS_REGION)?'],
    [
      /Expired|Token|Signature|AccessKey|Credentials|UnrecognizedClient/,
      'the credentials are not valid, or not any more; sign in again.',
    ],
    // The SDK throws the last two for an address that is not valid.
    [
      /^E[A-Z_]+$|Timeout|Abort|EndpointError|TypeError/,
      'check the network, AWS_REGION, and AWS_ENDPOINT_URL_* if set.',
    ],
  ];
  const found = advice.find(([pattern]) => pattern.test(reason));
  return found ? `: ${found[1]}` : '.';
}

/** Creates the error for a call, as IAM names it, from what was thrown. */
export const createServiceError = (call: string, error: unknown) =>
  new ServiceError(call, getSafeErrorName(error), isRefusal(error));

/** Makes a small request; what it throws is thrown as a `ServiceError` for the call, as IAM names it. */
export async function callService<T>(
  call: string,
  send: (limit: ReturnType<typeof limitTime>) => Promise<T>,
): Promise<T> {
  try {
    return await send(limitTime(SMALL_REQUEST_LIMIT_MS));
  } catch (error) {
    throw createServiceError(call, error);
  }
}

/** Returns the error's name, if it is one that can be printed. */
export const getSafeErrorName = (error: unknown): string => toRetryableError(error, 'S3').reason;

/** Kinesis and S3 say status 400 for what passes, too. */
const PASSING = /Throttl|ThroughputExceeded|LimitExceeded|SlowDown|RequestTimeout|TooManyRequests/;

/** Whether the same request would get the same answer: the request is wrong, or its sender may not send it. */
export function isRefusal(error: unknown): boolean {
  const { reason, httpStatus = 0 } = toRetryableError(error, 'S3');
  const isClientError = httpStatus >= 400 && httpStatus < 500 && httpStatus !== 408 && httpStatus !== 429;
  return isClientError && !PASSING.test(reason);
}

/** Deleted, changed, in the archive, under another key, or under one that S3 does not have. */
const OF_ONE_OBJECT =
  /^(NoSuchKey|NotFound|PreconditionFailed|InvalidRange|InvalidObjectState|AccessDenied|KMS\..*|InvalidRequest)$/;

/** Whether the error concerns one object rather than the sender: the other objects may be readable. */
export const isAboutOneObject = (error: unknown): boolean => OF_ONE_OBJECT.test(getSafeErrorName(error));
