/**
 * Classifies the errors of service calls. Only this file decides which of them are permanent.
 *
 * *Permanent*: a closed list of answers that are the same at every retry. The record becomes a failed record, and the
 * batch continues. *Retryable*: everything else, known or unknown. The batch ends early, and the event source mapping
 * retries until it succeeds, so that an outage cannot drain the stream into the failure bucket.
 *
 * If DynamoDB rejects a put into the records table as invalid, this file does not decide: the record or the table may be
 * the cause. `batch/settle-rejections.ts` decides.
 *
 * An internal error is permanent if it occurs while one record is decoded, stored or published (`decode.ts`,
 * `process-contact.ts`). Elsewhere it ends the batch, so that no record is skipped. In the report, it changes no result.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** A failure that may succeed later. It carries names only, because an error's message may quote a record. */
export class RetryableError extends Error {
  override readonly name = 'RetryableError';

  constructor(
    /** The service, or the part of the function, that failed. */
    readonly source: 'DynamoDB' | 'SNS' | 'S3' | 'ledger' | 'deadline' | 'function',
    /** The error's name, or a fixed phrase of this function. */
    readonly reason: string,
    /** HTTP status of the service's answer, if there was one. */
    readonly httpStatus?: number,
  ) {
    super(`${source}: ${reason}`);
  }
}

/**
 * Classifies an error of a call to DynamoDB as expected or permanent.
 *
 * @throws RetryableError for everything else
 */
export function classifyDynamoDbError(error: unknown): 'condition-failed' | 'item-too-large' {
  const { name, message } = readError(error);
  if (name === 'ConditionalCheckFailedException') return 'condition-failed';
  if (name === 'ValidationException' && ITEM_TOO_LARGE.test(message)) return 'item-too-large';
  throw toRetryableError(error, 'DynamoDB');
}

/**
 * Classifies an error of a put into the records table. `rejected`: this item or the table itself is not valid.
 *
 * @throws RetryableError for everything else
 */
export function classifyPutError(error: unknown): 'condition-failed' | 'item-too-large' | 'rejected' {
  const { name, message } = readError(error);
  if (name === 'ValidationException' && !ITEM_TOO_LARGE.test(message)) return 'rejected';
  return classifyDynamoDbError(error);
}

/**
 * Classifies an error of a call to SNS as permanent.
 *
 * @throws RetryableError for everything else
 */
export function classifySnsError(error: unknown): 'message-refused' {
  const { name, message } = readError(error);
  if (name === 'InvalidParameterException' && INVALID_MESSAGE.test(message)) return 'message-refused';
  if (name === 'InvalidParameterValueException' && INVALID_ATTRIBUTE.test(message)) return 'message-refused';
  throw toRetryableError(error, 'SNS');
}

/**
 * Returns the marshalled item that made a condition fail. Errors contain such items, so the function logs no error objects.
 *
 * @throws RetryableError if the answer does not contain the item
 */
export function getExistingItem(error: unknown): Record<string, AttributeValue> {
  const existing = (error as { Item?: Record<string, AttributeValue> }).Item;
  if (!existing) throw new RetryableError('DynamoDB', 'condition failed without the old item');
  return existing;
}

/** Converts any thrown value to a retryable error that keeps its name and status only. */
export function toRetryableError(error: unknown, source: RetryableError['source']): RetryableError {
  return new RetryableError(source, getErrorName(error), readError(error).httpStatus);
}

/** Returns the name of any thrown value, if it looks like a name. A service may send any text. */
export function getErrorName(error: unknown): string {
  const { name } = readError(error);
  return ERROR_NAME.test(name) ? name : 'unknown error';
}

const ITEM_TOO_LARGE = /^item size (to update )?has exceeded the maximum allowed size/i;

/** SNS uses the same error name for a wrong topic ARN. That is an error of the deployment, not of the message. */
const INVALID_MESSAGE = /^invalid parameter: (message too long|message reason|empty message)/i;
const INVALID_ATTRIBUTE = /message attribute/i;

const ERROR_NAME = /^[A-Za-z][A-Za-z0-9_.]{0,99}$/;

function readError(error: unknown): { name: string; message: string; httpStatus: number | undefined } {
  if (!(error instanceof Error)) return { name: typeof error, message: '', httpStatus: undefined };
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
  // Node's own errors have generic names, but specific codes: `ECONNREFUSED`.
  const name = error.name === 'Error' && typeof code === 'string' ? code : error.name;
  return { name, message: error.message, httpStatus: $metadata?.httpStatusCode };
}
