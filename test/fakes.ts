/**
 * Our own ports, in memory: what the emulators prove for the real ones (`test/integration/`), these assume.
 */
import type { Deadline } from '../lambda/contact-records/batch/deadline';
import type { Item } from '../lambda/contact-records/steps/decode';
import { PROBE_ID } from '../lambda/contact-records/batch/settle-rejections';
import { RetryableError } from '../lambda/contact-records/aws/errors';
import type { Claim, Ledger } from '../lambda/contact-records/steps/ledger';
import type { Ports } from '../lambda/contact-records/steps/ports';
import type { FailedRecordKind, FailedRecordReason } from '../lambda/contact-records/batch/outcome';

/** A deadline that never comes. */
export const NO_DEADLINE: Deadline = { hasTimeFor: () => true, signal: () => new AbortController().signal };

export const unavailable = () => new RetryableError('DynamoDB', 'ThrottlingException');

export interface InMemoryPorts {
  readonly ports: Ports;
  readonly table: Map<string, Item>;
  readonly published: string[];
  readonly failedRecords: { kind: FailedRecordKind; reason: FailedRecordReason; eventId: string }[];
}

/** Steps over a table in memory. Overrides replace a step; `published` are the contacts whose message went out. */
export function createInMemoryPorts(overrides: Partial<Ports> = {}): InMemoryPorts {
  const table = new Map<string, Item>();
  const published: string[] = [];
  const failedRecords: InMemoryPorts['failedRecords'] = [];
  const ports: Ports = {
    store: (item) => {
      const held = table.get(item.ContactId);
      if (held && held.LastUpdateTimestamp > item.LastUpdateTimestamp)
        return Promise.resolve({ kind: 'stale' });
      if (held?.LastUpdateTimestamp === item.LastUpdateTimestamp) {
        return Promise.resolve({ kind: 'redelivered', existing: held });
      }
      table.set(item.ContactId, item);
      return Promise.resolve({ kind: 'stored' });
    },
    probe: ({ ContactId }) => Promise.resolve(ContactId === PROBE_ID ? 'accepted' : 'rejected'),
    readContact: (contactId) => Promise.resolve(table.get(contactId)),
    publish: ({ record }) => {
      if (published.includes(record.ContactId)) return Promise.resolve({ kind: 'already-published' });
      published.push(record.ContactId);
      return Promise.resolve({ kind: 'published' });
    },
    quarantine: (kind, reason, { eventID }) => {
      failedRecords.push({ kind, reason, eventId: eventID });
      return Promise.resolve();
    },
    now: () => 1_709_631_201_500,
    ...overrides,
  };
  return { ports, table, published, failedRecords };
}

/** A ledger that writes down what is asked of it. */
export function aLedger(claimed: 'claimed' | 'published' | 'held' = 'claimed'): {
  ledger: Ledger;
  asked: string[];
} {
  const asked: string[] = [];
  const claim: Claim = { contactId: 'c-1', token: 'token', claimedAt: 0 };
  const ledger: Ledger = {
    claim: () => {
      asked.push('claim');
      return Promise.resolve(claimed === 'claimed' ? { kind: claimed, claim } : { kind: claimed });
    },
    complete: (_claim, messageId) => {
      asked.push(`complete ${messageId}`);
      return Promise.resolve();
    },
    release: () => {
      asked.push('release');
      return Promise.resolve();
    },
  };
  return { ledger, asked };
}
