/**
 * Stores a contact's newest version, supersedes older ones, publishes if abandoned. If the newest version can never be
 * stored, it is quarantined, and the next newest is processed instead.
 */
import { isDeepStrictEqual } from 'node:util';
import { RetryableError } from '../aws/errors';
import { decideAbandoned } from '../contact-record/abandoned';
import { hasEndedLongerAgoThan } from '../contact-record/age';
import { CALLS_PER_PUBLISH } from '../steps/ledger';
import type { Ports } from '../steps/ports';
import type { Store, StoreOutcome } from '../steps/store';
import { describeInternalError, type InternalError } from '../telemetry/internal-error';
import type { Deadline } from './deadline';
import type { ContactVersions, Version } from './group-by-contact';
import type { FailedRecord, Outcome, WorkItemResult } from './outcome';

/** Conflicting records of one contact that are saved at the same time. */
const MAX_PARALLEL_SAVES = 50;

/** Sequential calls for one contact: put; claim, publish, complete; save a failed record. More are rare. */
export const CALLS_PER_CONTACT = 1 + CALLS_PER_PUBLISH + 1;

/**
 * Processes the versions of one contact as a whole.
 *
 * @throws RetryableError if a part fails; the retry then does all of it again, which is harmless
 */
export async function processContact(
  contactVersions: ContactVersions,
  ports: Ports,
  deadline: Deadline,
): Promise<WorkItemResult> {
  const [newest, ...older] = contactVersions.versions;
  const outcome = await storeNewest(newest, ports.store, deadline);
  if (outcome.kind === 'unstorable') return processNextNewest(contactVersions, outcome, ports, deadline);
  const storedAt = ports.now();

  const ofSameSecond = older.filter((version) => getTimestamp(version) === getTimestamp(newest));
  const outcomes: Outcome[] = [
    outcome.kind,
    ...ofSameSecond.map(() => (outcome.kind === 'stale' ? 'stale' : 'redelivered')),
    ...older.slice(ofSameSecond.length).map((): Outcome => 'superseded'),
  ];
  if (outcome.kind === 'stale') return { outcomes, failedRecords: [] };

  // The stored record decides: a conflicting record publishes nothing.
  const existing = outcome.kind === 'stored' ? newest.contactRecord.item : outcome.existing;
  const { same = [], conflicting = [] } = Object.groupBy([newest, ...ofSameSecond], ({ contactRecord }) =>
    isDeepStrictEqual(contactRecord.item, existing) ? 'same' : 'conflicting',
  );
  const { failedRecords = [], ...decided } = same[0]
    ? await decideAndPublish(same[0], outcome.kind, ports, deadline)
    : {};
  const conflictingRecords = await saveConflicting(conflicting, ports, deadline);
  return {
    ...decided,
    outcomes,
    failedRecords: [...failedRecords, ...conflictingRecords],
    ...(outcome.kind === 'stored' && { arrivalToStoredMs: storedAt - getArrivalMs(newest) }),
  };
}

/** Quarantines a version that can never be stored, and processes the others as if it had not been delivered. */
async function processNextNewest(
  contactVersions: ContactVersions,
  why: Unstorable,
  ports: Ports,
  deadline: Deadline,
): Promise<WorkItemResult> {
  const [unstorable, next, ...older] = contactVersions.versions;
  const quarantined = await saveFailedRecord({ ...why, kind: 'quarantined' }, unstorable, ports, deadline);
  const rest: WorkItemResult = next
    ? await processContact({ ...contactVersions, versions: [next, ...older] }, ports, deadline)
    : { outcomes: [], failedRecords: [] };
  return {
    ...rest,
    outcomes: ['quarantined', ...rest.outcomes],
    failedRecords: [quarantined, ...rest.failedRecords],
  };
}

/** Saves in parallel: thousands of sequential puts would never end before the deadline. */
async function saveConflicting(
  versions: readonly Version[],
  ports: Ports,
  deadline: Deadline,
): Promise<FailedRecord[]> {
  const failedRecords: FailedRecord[] = [];
  for (let from = 0; from < versions.length; from += MAX_PARALLEL_SAVES) {
    const saving = versions
      .slice(from, from + MAX_PARALLEL_SAVES)
      .map((version) => saveFailedRecord(CONFLICTING, version, ports, deadline));
    // If one fails, the others end before the error is thrown.
    await Promise.allSettled(saving);
    failedRecords.push(...(await Promise.all(saving)));
  }
  return failedRecords;
}

const CONFLICTING = { kind: 'conflicting', reason: 'same-second-other-content' } as const;

/** Publishes the message if the contact is abandoned and not too old, and returns the result. */
async function decideAndPublish(
  version: Version,
  stored: 'stored' | 'redelivered',
  ports: Ports,
  deadline: Deadline,
): Promise<Partial<WorkItemResult>> {
  const outcome = await publishIfAbandoned(version, ports, deadline);
  switch (outcome.kind) {
    case 'not-abandoned':
      return { notAbandoned: outcome.reason };
    case 'refused':
      return { failedRecords: [await saveFailedRecord(outcome, version, ports, deadline)] };
    case 'too-old':
      // A redelivery that arrived too late is not counted: an earlier delivery was published, or counted as too old.
      return stored === 'redelivered' && isTooOld(version, ports, getArrivalMs(version))
        ? {}
        : { publication: 'too-old' };
    case 'published':
    case 'already-published':
      return { publication: outcome.kind };
  }
}

// Everything else than a retryable error is an internal error, which each retry would throw again: the record becomes a
// failed record instead of blocking its shard.

async function storeNewest(
  version: Version,
  store: Store,
  deadline: Deadline,
): Promise<StoreOutcome | Unstorable> {
  try {
    return await store(version.contactRecord.item, deadline);
  } catch (error) {
    if (error instanceof RetryableError) throw error;
    return { kind: 'unstorable', reason: 'processing-error', internalError: describeInternalError(error) };
  }
}

async function publishIfAbandoned(version: Version, ports: Ports, deadline: Deadline) {
  try {
    const decision = decideAbandoned(version.contactRecord.record);
    if (decision.kind === 'not-abandoned') return decision;
    if (isTooOld(version, ports, ports.now())) return { kind: 'too-old' } as const;
    return await ports.publish(version.contactRecord, deadline);
  } catch (error) {
    if (error instanceof RetryableError) throw error;
    return {
      kind: 'refused',
      reason: 'processing-error',
      internalError: describeInternalError(error),
    } as const;
  }
}

function isTooOld({ contactRecord }: Version, { notifyWithinHours }: Ports, now: number): boolean {
  return (
    notifyWithinHours !== undefined && hasEndedLongerAgoThan(notifyWithinHours, contactRecord.record, now)
  );
}

interface Unstorable {
  readonly kind: 'unstorable';
  readonly reason: 'item-too-large' | 'processing-error';
  readonly internalError?: InternalError;
}

async function saveFailedRecord(
  why: Omit<FailedRecord, 'eventId' | 'contactId'>,
  { delivery, contactRecord }: Version,
  { quarantine }: Ports,
  deadline: Deadline,
): Promise<FailedRecord> {
  await quarantine(why.kind, why.reason, delivery, deadline);
  return { ...why, eventId: delivery.eventID, contactId: contactRecord.item.ContactId };
}

const getTimestamp = (version: Version): string => version.contactRecord.item.LastUpdateTimestamp;

const getArrivalMs = (version: Version): number =>
  version.delivery.kinesis.approximateArrivalTimestamp * 1_000;
