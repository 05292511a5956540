/** Finds the contacts of the records in a failure object. Opens packed records at any depth. */
import { decode } from '../../lambda/contact-records/steps/decode';
import { isPacked, openRecords } from '../shared/open-records';
import { MAX_OBJECT_BYTES, type OriginalRecord, readFailureObject } from '../shared/read-failure-object';
import type { ObjectVersion, VersionedBucket } from './bucket-versions';
import type { Customer } from './customer';

export type ExaminedObject =
  | { kind: 'readable'; streamArn: string; records: ExaminedRecord[] }
  | { kind: 'unreadable'; why: string }
  | { kind: 'gone' };

export interface ExaminedRecord {
  original: OriginalRecord;
  /** Undefined if the record has no id, or can't be read. */
  contactId: string | undefined;
  /** Fields of the record, if it is a contact record. */
  contact?: Readonly<Record<string, unknown>>;
  /** Why a packed record can't be opened, so that its contact is unknown. */
  why?: string;
}

/** Reads a version of an object; throws `ServiceError`. */
export async function examineObject(
  version: ObjectVersion,
  bucket: Pick<VersionedBucket, 'read'>,
): Promise<ExaminedObject> {
  if (version.bytes > MAX_OBJECT_BYTES) {
    return { kind: 'unreadable', why: 'larger than any object that the pipeline writes' };
  }
  const object = await readFailureObject({ read: () => bucket.read(version) }, version.key);
  if (object.kind !== 'readable') return object;
  const { streamArn, records } = object.content;
  return { kind: 'readable', streamArn, records: (await Promise.all(records.map(examineRecord))).flat() };
}

async function examineRecord(original: OriginalRecord): Promise<ExaminedRecord[]> {
  const decoded = decode(Buffer.from(original.data).toString('base64'));
  switch (decoded.kind) {
    case 'contact-record':
      return [{ original, contactId: decoded.item.ContactId, contact: decoded.item }];
    case 'ignored':
      return [{ original, contactId: undefined }];
    case 'unreadable': {
      const { reason, contactId } = decoded;
      if (!isPacked(reason)) return [{ original, contactId }];
      const opened = await openRecords({ reason, records: [original] });
      if ('why' in opened) return [{ original, contactId: undefined, why: opened.why }];
      return (await Promise.all(opened.map(examineRecord))).flat();
    }
  }
}

/** Returns the payload as a text, in any format. */
export const readText = ({ original }: ExaminedRecord): string => Buffer.from(original.data).toString();

/** Shorter words in a payload are not taken for ids; Connect's ids have 36 characters. */
const MIN_ID_LENGTH = 20;

/**
 * Creates the function that decides whether a record belongs to the forgotten contacts. A record without a readable id
 * belongs to them if its text contains the id of such a contact, or names the customer.
 */
export function createIsTheirs(contactIds: Iterable<string>, customer: Customer) {
  const ids = new Set(contactIds);
  return (record: ExaminedRecord): boolean => {
    if (record.why !== undefined) return false;
    if (record.contactId !== undefined) return ids.has(record.contactId);
    const text = readText(record);
    const words = text.match(/[\w-]+/g) ?? [];
    return customer.isNamedIn(text) || words.some((word) => word.length >= MIN_ID_LENGTH && ids.has(word));
  };
}
