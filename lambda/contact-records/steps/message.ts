/** Creates the message for an abandoned contact. Its form is a public contract: `docs/message.md` describes it. */
import { isObject } from '../json/is-object';
import type { ReadableContactRecord } from '../contact-record/model';
import { parseTimestampSeconds } from '../contact-record/version';

/** A message as SNS takes it. */
export interface AbandonedContactMessage {
  readonly Message: string;
  readonly MessageAttributes: Readonly<Record<string, MessageAttribute>>;
}

export interface MessageAttribute {
  readonly DataType: 'String' | 'Number';
  readonly StringValue: string;
}

/** By default, SNS takes 256 KiB for body and attributes together. */
const MAX_MESSAGE_BYTES = 256 * 1024;

/** Upper bound for ids and names: Connect creates no longer ones. Attributes and reduced messages omit longer values. */
const MAX_VALUE_LENGTH = 1_024;

/**
 * Creates the message. The body is the contact record as Connect sent it. If that is too large for SNS, the body has
 * only ids, timestamps, endpoints and queue, and the attribute `Reduced` is set. Attributes contain no phone number and
 * nothing that a contact flow wrote, because SNS does not encrypt them.
 *
 * @param record - the parsed contact record
 * @param text - the same record's text
 */
export function createMessage(record: ReadableContactRecord, text: string): AbandonedContactMessage {
  const whole = { Message: escapeForSqs(text), MessageAttributes: createAttributes(record) };
  if (measureBytes(whole) <= MAX_MESSAGE_BYTES) return whole;
  return {
    Message: escapeForSqs(JSON.stringify(reduceRecord(record))),
    MessageAttributes: { ...whole.MessageAttributes, Reduced: { DataType: 'String', StringValue: 'true' } },
  };
}

/**
 * Creates up to nine attributes: those that the record has. Raw delivery to SQS discards a message with more than ten.
 */
function createAttributes(record: ReadableContactRecord): Record<string, MessageAttribute> {
  const queue = isObject(record.Queue) ? record.Queue : {};
  return {
    ...string('EventType', 'ContactAbandoned'),
    ...string('EventVersion', '1'),
    ...string('ContactId', record.ContactId),
    ...string('InstanceARN', record.InstanceARN),
    ...string('Channel', record.Channel),
    ...string('InitiationMethod', record.InitiationMethod),
    ...string('QueueARN', queue.ARN),
    ...string('QueueName', queue.Name),
    ...number('QueueDuration', queueDuration(record, queue)),
  };
}

const string = (name: string, value: unknown): Record<string, MessageAttribute> =>
  isShortString(value) && value !== '' && !UNSENDABLE.test(value)
    ? { [name]: { DataType: 'String', StringValue: value } }
    : {};

const number = (name: string, value: number | undefined): Record<string, MessageAttribute> =>
  value !== undefined ? { [name]: { DataType: 'Number', StringValue: String(value) } } : {};

/**
 * Returns the seconds in the queue. They are in the record, or are computed from enqueue to dequeue, or to the
 * disconnect.
 */
function queueDuration(record: ReadableContactRecord, queue: Record<string, unknown>): number | undefined {
  if (isDuration(queue.Duration)) return queue.Duration;
  const from = parseTimestampSeconds(queue.EnqueueTimestamp);
  const to =
    parseTimestampSeconds(queue.DequeueTimestamp) ?? parseTimestampSeconds(record.DisconnectTimestamp);
  const computed = from === undefined || to === undefined ? undefined : to - from;
  return isDuration(computed) ? computed : undefined;
}

/** SNS compares numbers in filter policies up to 10^9. */
const isDuration = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= 1e9;

/** Fields of a reduced record: what a subscriber needs to call the customer back. */
export const REDUCED_TO = {
  record: [
    'AWSAccountId',
    'InstanceARN',
    'ContactId',
    'InitialContactId',
    'PreviousContactId',
    'RelatedContactId',
    'Channel',
    'InitiationMethod',
    'InitiationTimestamp',
    'ConnectedToSystemTimestamp',
    'DisconnectTimestamp',
    'DisconnectReason',
    'LastUpdateTimestamp',
  ],
  CustomerEndpoint: ['Address', 'Type'],
  SystemEndpoint: ['Address', 'Type'],
  Queue: ['ARN', 'Name', 'EnqueueTimestamp', 'DequeueTimestamp', 'Duration'],
} as const;

/** Reduces a record to fields of bounded size. */
function reduceRecord(record: ReadableContactRecord): Record<string, unknown> {
  return {
    ...pick(record, REDUCED_TO.record),
    CustomerEndpoint: pick(record.CustomerEndpoint, REDUCED_TO.CustomerEndpoint),
    SystemEndpoint: pick(record.SystemEndpoint, REDUCED_TO.SystemEndpoint),
    Queue: pick(record.Queue, REDUCED_TO.Queue),
  };
}

function pick(from: unknown, names: readonly string[]): Record<string, unknown> | null {
  if (!isObject(from)) return null;
  const picked = names.map((name) => [name, from[name]] as const);
  return Object.fromEntries(picked.filter(([, value]) => isShortString(value) || typeof value === 'number'));
}

/** Escapes characters that JSON allows, but XML, and so SQS, does not. The meaning is the same. */
const escapeForSqs = (json: string): string =>
  json.replace(/[\uFFFE\uFFFF]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`);

/** Control characters, which an attribute cannot represent. */
const UNSENDABLE = /[\u0000-\u001F\uFFFE\uFFFF]/;

function measureBytes(message: AbandonedContactMessage): number {
  const attributes = Object.entries(message.MessageAttributes).flatMap(
    ([name, { DataType, StringValue }]) => [name, DataType, StringValue],
  );
  return [message.Message, ...attributes].reduce((bytes, part) => bytes + Buffer.byteLength(part), 0);
}

const isShortString = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_VALUE_LENGTH;
