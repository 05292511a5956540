/**
 * Decides whether a segment of a file is sent or skipped. It decodes the segment as the function does, so that it sends
 * no record that the function would quarantine.
 */
import { decideAbandoned } from '../../lambda/contact-records/contact-record/abandoned';
import { decode, type UnreadableReason } from '../../lambda/contact-records/steps/decode';
import { isOtherDocument, type OtherDocument } from '../shared/other-formats';
import type { ContentSegment } from '../shared/read-content';
import { countBytes, MAX_RECORD_BYTES, type StreamRecord } from '../shared/stream';

/** Reasons of the function, and reasons for segments that are never sent. */
export type SkipReason = UnreadableReason | 'ignored' | 'too-long' | 'broken-gzip' | OtherDocument;

export type Classification =
  { kind: 'send'; record: StreamRecord; isAbandoned: boolean } | { kind: 'skip'; reason: SkipReason };

/** Reasons for JSON that is not a contact record. Segments with other reasons may be broken contact records. */
const NOT_CONTACT_RECORD: readonly SkipReason[] = [
  'ignored',
  'not-an-object',
  'invalid-contact-id',
  'invalid-last-update-timestamp',
];

export const isNotContactRecord = (reason: string) => NOT_CONTACT_RECORD.some((it) => it === reason);

/** Classifies a segment. A record has the contact's id as partition key, so that versions stay in order. */
export function classifyDocument({ kind, bytes }: Pick<ContentSegment, 'kind' | 'bytes'>): Classification {
  if (kind === 'too-long' || isOtherDocument(kind)) return { kind: 'skip', reason: kind };
  const decoded = decode(bytes.toString('base64'));
  switch (decoded.kind) {
    case 'ignored':
      return { kind: 'skip', reason: 'ignored' };
    case 'unreadable':
      return { kind: 'skip', reason: decoded.reason };
    case 'contact-record': {
      const record = { partitionKey: decoded.record.ContactId, data: bytes };
      if (countBytes(record) > MAX_RECORD_BYTES) return { kind: 'skip', reason: 'too-long' };
      return { kind: 'send', record, isAbandoned: decideAbandoned(decoded.record).kind === 'abandoned' };
    }
  }
}
