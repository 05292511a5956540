/**
 * Our own ports, in memory: what the engines prove for the real ones (`test/integration/`), these assume.
 */
import type { Deadline } from '../lambda/contact-records/batch/deadline';
import type { Item } from '../lambda/contact-records/steps/decode';
import { NotNow } from '../lambda/contact-records/aws/errors';
import type { Claim, Ledger } from '../lambda/contact-records/steps/ledger';
import type { Steps } from '../lambda/contact-records/batch/process-contact';
import type { SetAsideKind, SetAsideReason } from '../lambda/contact-records/steps/quarantine';

/** A deadline that never comes. */
export const NO_DEADLINE: Deadline = { fits: () => true, signal: () => new AbortController().signal };

export const unavailable = () => new NotNow('DynamoDB', 'ThrottlingException');

export interface InMemorySteps {
  readonly steps: Steps;
  readonly table: Map<string, Item>;
  readonly published: string[];
  readonly setAside: { kind: SetAsideKind; reason: SetAsideReason; eventId: string }[];
}

/** Steps over a table in memory. Overrides replace a step; `published` are the contacts whose message went out. */
export function inMemorySteps(overrides: Partial<Steps> = {}): InMemorySteps {
  const table = new Map<string, Item>();
  const published: string[] = [];
  const setAside: InMemorySteps['setAside'] = [];
  const steps: Steps = {
    store: (item) => {
      const held = table.get(item.ContactId);
      if (held && held.LastUpdateTimestamp > item.LastUpdateTimestamp)
        return Promise.resolve({ kind: 'stale' });
      if (held?.LastUpdateTimestamp === item.LastUpdateTimestamp) {
        return Promise.resolve({ kind: 'redelivered', held });
      }
      table.set(item.ContactId, item);
      return Promise.resolve({ kind: 'stored' });
    },
    publish: ({ record }) => {
      if (published.includes(record.ContactId)) return Promise.resolve({ kind: 'already-published' });
      published.push(record.ContactId);
      return Promise.resolve({ kind: 'published' });
    },
    quarantine: (kind, reason, { eventID }) => {
      setAside.push({ kind, reason, eventId: eventID });
      return Promise.resolve();
    },
    now: () => 1_709_631_201_500,
    ...overrides,
  };
  return { steps, table, published, setAside };
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
