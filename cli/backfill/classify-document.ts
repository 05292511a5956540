/**
 * What becomes of a piece of a file: it is decoded as the function would decode it, so that nothing is sent which would
 * only end in the failure bucket.
 */
import { decideAbandoned } from '../../lambda/contact-records/contact-record/abandoned';
import { decode, type UnreadableReason } from '../../lambda/contact-records/steps/decode';
import type { Piece } from '../shared/documents';
import { bytesOf, MOST_BYTES_IN_RECORD, type StreamRecord } from '../shared/stream';

/** The function's reasons, and what it never gets to see. */
export type SkipReason = UnreadableReason | 'ignored' | 'too-long' | 'broken-gzip';

export type Classification =
  { kind: 'send'; record: StreamRecord; isAbandoned: boolean } | { kind: 'skip'; reason: SkipReason };

/** JSON that is no contact record. The rest may have been one. */
const NO_CONTACT_RECORD = new Set<SkipReason>([
  'ignored',
  'not-an-object',
  'invalid-contact-id',
  'invalid-last-update-timestamp',
]);

export const isNoContactRecord = (reason: SkipReason): boolean => NO_CONTACT_RECORD.has(reason);

/** The record has the document's own bytes; its partition key is the contact's id, so that its versions stay in order. */
export function classifyDocument({ kind, bytes }: Piece): Classification {
  if (kind === 'too-long') return { kind: 'skip', reason: 'too-long' };
  const decoded = decode(bytes.toString('base64'));
  switch (decoded.kind) {
    case 'ignored':
      return { kind: 'skip', reason: 'ignored' };
    case 'unreadable':
      return { kind: 'skip', reason: decoded.reason };
    case 'contact-record': {
      const record = { partitionKey: decoded.record.ContactId, data: bytes };
      if (bytesOf(record) > MOST_BYTES_IN_RECORD) return { kind: 'skip', reason: 'too-long' };
      return { kind: 'send', record, isAbandoned: decideAbandoned(decoded.record).kind === 'abandoned' };
    }
  }
}
