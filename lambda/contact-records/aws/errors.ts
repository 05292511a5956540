/**
 * The two kinds of failure: which answers of services are which is decided here and nowhere else.
 *
 * *Never*: a closed list of answers that will be the same at every retry. The record is set aside and the batch goes
 * on. *Not now*: everything else that comes out of a service call, known or not. The batch stops, and the event source
 * mapping retries until it works. So an outage of any kind can't drain the stream into the failure bucket.
 *
 * What our own code throws while it decodes, stores or publishes, outside a service call, is a mistake of ours that a
 * retry would repeat: the record is set aside (`decode.ts`, `process-unit.ts`). A mistake anywhere else, but for the
 * report, stops the batch: nothing is passed over.
 */

import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** A fault that a retry can heal. Carries names only: messages of errors may quote a record. */
export class NotNow extends Error {
  override readonly name = 'NotNow';

  constructor(
    /** Where it happened. */
    readonly where: 'DynamoDB' | 'SNS' | 'S3' | 'ledger' | 'deadline' | 'function',
    /** What happened: the error's name, or words of ours. */
    readonly what: string,
    /** The service's HTTP status, where it answered. */
    readonly httpStatus?: number,
  ) {
    super(`${where}: ${what}`);
  }
}

/**
 * Reads what a call to DynamoDB threw: an answer that is expected, or the same at every retry.
 *
 * @throws NotNow for everything else
 */
export function dynamoDbAnswer(error: unknown): 'condition-failed' | 'item-too-large' {
  const { name, message } = partsOf(error);
  if (name === 'ConditionalCheckFailedException') return 'condition-failed';
  if (name === 'ValidationException' && ITEM_TOO_LARGE.test(message)) return 'item-too-large';
  throw notNow(error, 'DynamoDB');
}

/**
 * Reads what a call to SNS threw: an answer that is the same at every retry.
 *
 * @throws NotNow for everything else
 */
export function snsAnswer(error: unknown): 'message-refused' {
  const { name, message } = partsOf(error);
  if (name === 'InvalidParameterException' && INVALID_MESSAGE.test(message)) return 'message-refused';
  if (name === 'InvalidParameterValueException' && INVALID_ATTRIBUTE.test(message)) return 'message-refused';
  throw notNow(error, 'SNS');
}

/**
 * The item that made a condition fail, marshalled. It is a property of the error, which is why no error object may ever
 * reach a log.
 *
 * @throws NotNow if the answer came without it
 */
export function heldItemIn(error: unknown): Record<string, AttributeValue> {
  const held = (error as { Item?: Record<string, AttributeValue> }).Item;
  if (!held) throw new NotNow('DynamoDB', 'condition failed without the old item');
  return held;
}

/** Wraps whatever was thrown, keeping no more than its name and status. */
export function notNow(error: unknown, where: NotNow['where']): NotNow {
  return new NotNow(where, errorName(error), partsOf(error).httpStatus);
}

/** The name of whatever was thrown, if it looks like one: a service may put anything there. */
export function errorName(error: unknown): string {
  const { name } = partsOf(error);
  return ERROR_NAME.test(name) ? name : 'unknown error';
}

const ITEM_TOO_LARGE = /^item size (to update )?has exceeded the maximum allowed size/i;

/** SNS uses the same error for the topic's ARN: that is a wrong deployment, not a wrong message. */
const INVALID_MESSAGE = /^invalid parameter: (message too long|message reason|empty message)/i;
const INVALID_ATTRIBUTE = /message attribute/i;

const ERROR_NAME = /^[A-Za-z][A-Za-z0-9_.]{0,99}$/;

function partsOf(error: unknown): { name: string; message: string; httpStatus: number | undefined } {
  if (!(error instanceof Error)) return { name: typeof error, message: '', httpStatus: undefined };
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
  // Node's own errors have no name that says anything, but a code: `ECONNREFUSED`.
  const name = error.name === 'Error' && typeof code === 'string' ? code : error.name;
  return { name, message: error.message, httpStatus: $metadata?.httpStatusCode };
}
