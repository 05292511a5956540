/** Describes errors of AWS services by name only. Their messages may quote a record or its partition key. */
import { toRetryableError } from '../../lambda/contact-records/aws/errors';
import { limitTime, SMALL_REQUEST_LIMIT_MS } from './time-limit';

/** A service refused a request or did not answer. The error ends the run. */
export class ServiceError extends Error {
  constructor(
    /** The call, with its name in IAM. */
    readonly call: string,
    /** The error's name, or a few words of this project. */
    readonly reason: string,
    /** True if the service refused the request, false if it did not answer. */
    readonly isRefused = false,
  ) {
    super(`${call} failed (${reason})${findAdvice(call, reason)}`);
  }
}

/** Finds the advice for an error by its name, as the end of a sentence. The first match counts. */
function findAdvice(call: string, reason: string): string {
  // DynamoDB reports a refused key as AccessDenied.
  const orKey = call.startsWith('dynamodb:') ? ", or the use of the stack's key" : '';
  const advice: [RegExp, string][] = [
    [
      /Throttl|ThroughputExceeded|LimitExceeded|SlowDown|TooMany/,
      'the service throttles requests; run the command again.',
    ],
    [/TimeTooSkewed/, 'the clock of this machine is wrong; correct it.'],
    [
      /InvalidSignature|SignatureDoesNotMatch/,
      'the credentials are not valid, or the clock of this machine is wrong.',
    ],
    [/^KMS/, "check that the credentials may use the stack's key."],
    [/AccessDenied|AuthorizationError/, `the credentials lack ${call}${orKey}.`],
    [/Redirect|AuthorizationHeaderMalformed/, 'the resource is in another region; set AWS_REGION.'],
    [/NotFound|NonExistent|DoesNotExist|NoSuch/, 'check the name and the region (AWS_REGION).'],
    [
      /Expired|Token|Signature|AccessKey|Credentials|UnrecognizedClient/,
      'the credentials are not valid or have expired; sign in again.',
    ],
    // The SDK throws the last two for an invalid endpoint address.
    [
      /^E[A-Z_]+$|Timeout|Abort|EndpointError|TypeError/,
      'check the network, AWS_REGION, and AWS_ENDPOINT_URL_* if set.',
    ],
  ];
  const found = advice.find(([pattern]) => pattern.test(reason));
  return found ? `: ${found[1]}` : '.';
}

/** Creates a `ServiceError` for a call from the thrown error. */
export const createServiceError = (call: string, error: unknown) =>
  new ServiceError(call, getSafeErrorName(error), isRefusal(error));

/**
 * Makes a request, by default a small one, and converts its errors to `ServiceError`.
 *
 * @param limits - give `stopping` only for calls that read; its reason is thrown as soon as it is aborted
 */
export async function callService<T>(
  call: string,
  send: (limit: ReturnType<typeof limitTime>) => Promise<T>,
  limits: { milliseconds?: number; stopping?: AbortSignal } = {},
): Promise<T> {
  const { milliseconds = SMALL_REQUEST_LIMIT_MS, stopping } = limits;
  stopping?.throwIfAborted();
  try {
    return await send(limitTime(milliseconds, stopping));
  } catch (error) {
    stopping?.throwIfAborted();
    throw createServiceError(call, error);
  }
}

/** Returns the error's name, or `unknown error` if it does not look like a name. */
export const getSafeErrorName = (error: unknown): string => toRetryableError(error, 'S3').reason;

/** Errors that a retry can heal, although Kinesis and S3 answer with status 400. */
const RETRYABLE = /Throttl|ThroughputExceeded|LimitExceeded|SlowDown|RequestTimeout|TooManyRequests/;

/** Returns whether a retry is useless. The request is wrong, or the sender lacks the permission. */
export function isRefusal(error: unknown): boolean {
  const { reason, httpStatus = 0 } = toRetryableError(error, 'S3');
  const isClientError = httpStatus >= 400 && httpStatus < 500 && httpStatus !== 408 && httpStatus !== 429;
  return isClientError && !RETRYABLE.test(reason);
}

/** Errors of one object. It was deleted, changed or archived, or its KMS key is missing or not allowed. */
const OF_ONE_OBJECT =
  /^(NoSuchKey|NotFound|PreconditionFailed|InvalidRange|InvalidObjectState|AccessDenied|KMS\..*|InvalidRequest)$/;

/** Returns whether the error concerns only this object, so that other objects may be readable. */
export const isAboutOneObject = (error: unknown): boolean => OF_ONE_OBJECT.test(getSafeErrorName(error));
