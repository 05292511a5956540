/** First step: decodes the payload of a delivery. base64 → UTF-8 → JSON → contact record that DynamoDB can store. */
import { isObject } from '../json/is-object';
import { OWN_ATTRIBUTES } from '../contact-record/own-attributes';
import type { ReadableContactRecord } from '../contact-record/model';
import { isContactId, isLastUpdateTimestamp } from '../contact-record/version';
import { readJson } from '../json/exact-json';
import { toExactNumber } from '../json/exact-number';
import { type InternalError, describeInternalError } from '../telemetry/internal-error';
import { UNSTORABLE_REASONS, findUnstorableReason } from '../json/dynamodb-limits';

/** Why a payload can never be processed: a closed set. */
export const UNREADABLE_REASONS = [
  'not-utf8',
  /** Compressed by a program between Connect and the stream. */
  'gzip',
  /** Several records in one, as the Kinesis Producer Library writes them. */
  'kpl-aggregate',
  'not-json',
  'not-an-object',
  'invalid-contact-id',
  'invalid-last-update-timestamp',
  ...UNSTORABLE_REASONS,
  /** An internal error, which each retry would repeat. */
  'processing-error',
] as const;

export type UnreadableReason = (typeof UNREADABLE_REASONS)[number];

/** `ignored`: a well-formed event of another kind on a shared stream. */
export type Decoded = DecodedContactRecord | { readonly kind: 'ignored' } | Unreadable;

export interface Unreadable {
  readonly kind: 'unreadable';
  readonly reason: UnreadableReason;
  readonly contactId?: string;
  /** Set if the reason is `processing-error`. */
  readonly internalError?: InternalError;
}

export interface DecodedContactRecord {
  readonly kind: 'contact-record';
  /** The parsed JSON, as every consumer would parse it. */
  readonly record: ReadableContactRecord;
  /** The same with exact numbers: the item to be stored, one attribute for each field. */
  readonly item: Item;
  /** The document as Connect sent it, without a byte order mark. */
  readonly text: string;
}

/** A contact record as a DynamoDB item: JSON, with exact numbers. */
export type Item = Readonly<Record<string, unknown>> & {
  readonly ContactId: string;
  readonly LastUpdateTimestamp: string;
};

/** Decodes the payload of one Kinesis record. Never throws: an unreadable payload is a value too. */
export function decode(base64: string): Decoded {
  try {
    return readPayload(base64);
  } catch (error) {
    return { ...unreadable('processing-error'), internalError: describeInternalError(error) };
  }
}

function readPayload(base64: string): Decoded {
  const bytes = Buffer.from(base64, 'base64');
  let text: string;
  try {
    text = UTF8.decode(bytes);
  } catch {
    const [reason] = PACKED.find(([, magic]) => magic.equals(bytes.subarray(0, magic.length))) ?? [];
    return unreadable(reason ?? 'not-utf8');
  }

  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return unreadable('not-json');
  }
  if (!isObject(parsed) || Array.isArray(parsed)) return unreadable('not-an-object');

  if (isOtherEvent(parsed)) return { kind: 'ignored' };
  return readContactRecord(parsed, text);
}

/** Agent events and Contact Lens segments can share the stream. Contact records have no `EventType`. */
const isOtherEvent = (document: Record<string, unknown>): boolean =>
  !Object.hasOwn(document, 'LastUpdateTimestamp') &&
  (typeof document.EventType === 'string' || isEventBridgeEvent(document));

/**
 * Finds events of EventBridge. An event that contains a contact record is not ignored: a rule or pipe may wrap records.
 */
const isEventBridgeEvent = (document: Record<string, unknown>): boolean =>
  typeof document['detail-type'] === 'string' &&
  typeof document.source === 'string' &&
  !Object.hasOwn(document, 'ContactId') &&
  !(isObject(document.detail) && Object.hasOwn(document.detail, 'LastUpdateTimestamp'));

function readContactRecord(document: Record<string, unknown>, text: string): Decoded {
  const { ContactId, LastUpdateTimestamp } = document;
  if (!isContactId(ContactId)) return unreadable('invalid-contact-id');
  if (!isLastUpdateTimestamp(LastUpdateTimestamp))
    return unreadable('invalid-last-update-timestamp', ContactId);
  if (OWN_ATTRIBUTES.some((name) => Object.hasOwn(document, name)))
    return unreadable('reserved-attribute-name', ContactId);
  const reason = findUnstorableReason(document);
  if (reason !== undefined) return unreadable(reason, ContactId);

  const record = document as ReadableContactRecord;
  const item = withExactNumbers(record, text);
  if (item === undefined) return unreadable('number-out-of-range', ContactId);
  return { kind: 'contact-record', record, item, text };
}

/** Reads a record again with exact numbers if `JSON.parse` may have rounded one. This is rare. */
function withExactNumbers(record: Item, text: string): Item | undefined {
  if (!MAY_BE_ROUNDED.test(text)) return record;
  const item = readJson(text, toExactNumber);
  return isComplete(item) ? (item as Item) : undefined;
}

/** Returns whether no number is out of range. Of a repeated member, only the last one counts. */
const isComplete = (value: unknown): boolean =>
  isObject(value) ? Object.values(value).every(isComplete) : value !== undefined;

/** A fraction, an exponent, more than fifteen digits, or a negative zero. A match in a string only costs time. */
const MAY_BE_ROUNDED = /[:,[\s](?:-0|-?\d+(?:[.eE]|\d{15}))/;

const unreadable = (reason: UnreadableReason, contactId?: string): Unreadable => ({
  kind: 'unreadable',
  reason,
  ...(contactId === undefined ? {} : { contactId }),
});

/**
 * First bytes of payloads that contain other payloads. They are not valid UTF-8, so only unreadable payloads are
 * checked.
 */
const PACKED: readonly (readonly [UnreadableReason, Buffer])[] = [
  ['gzip', Buffer.of(0x1f, 0x8b)],
  ['kpl-aggregate', Buffer.of(0xf3, 0x89, 0x9a, 0xc2)],
];

/** Rejects bytes that are not UTF-8, and removes a byte order mark. */
const UTF8 = new TextDecoder('utf-8', { fatal: true });
