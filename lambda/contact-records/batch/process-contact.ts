/**
 * Stores a contact's newest version, supersedes older ones, publishes if abandoned. If the newest version can never be
 * stored, it is quarantined, and the next newest is processed instead.
 */
import { isDeepStrictEqual } from 'node:util';
import { RetryableError } from '../aws/errors';
import { CALLS_PER_PUBLISH } from '../steps/ledger';
import type { Store, StoreOutcome } from '../steps/store';
import { describeInternalError, type InternalError } from '../telemetry/internal-error';
import type { Deadline } from './deadline';
import { type ContactVersions, getArrivalMs, type Version } from './group-by-contact';
import type { InvocationPorts } from './invocation-ports';
import type { FailedRecord, Outcome, RejectedPut, WorkItemResult } from './outcome';
import { publishAbandoned } from './publish-abandoned';
import { saveFailedRecord } from './save-failed-record';

/** Conflicting records of one contact that are saved at the same time. */
const MAX_PARALLEL_SAVES = 50;

/**
 * Sequential calls for one contact: put; claim, publish, complete; save a failed record. More are rare: a read of the next
 * or the previous contact checks the time itself.
 */
export const CALLS_PER_CONTACT = 1 + CALLS_PER_PUBLISH + 1;

/**
 * Processes the versions of one contact as a whole. A rejected put leaves all of them undecided.
 *
 * @param isSentAgain - the put was rejected before, and the table accepts well-formed records
 * @throws RetryableError if a part fails; the retry then does all of it again, which is harmless
 */
export async function processContact(
  contactVersions: ContactVersions,
  ports: InvocationPorts,
  deadline: Deadline,
  isSentAgain = false,
): Promise<WorkItemResult | RejectedPut> {
  const [newest, ...older] = contactVersions.versions;
  const outcome = await storeNewest(newest, ports.store, deadline);
  if (outcome.kind === 'rejected') {
    if (!isSentAgain) return { sendAgain: () => processContact(contactVersions, ports, deadline, true) };
    // If DynamoDB evaluates the condition first, the probe proves nothing.
    if ((await ports.probe(newest.contactRecord.item, deadline)) === 'accepted')
      throw new RetryableError('DynamoDB', 'the rejection of a record cannot be verified');
    return processNextNewest(contactVersions, REJECTED, ports, deadline);
  }
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
    ? await publishAbandoned(same[0], outcome.kind, ports, deadline)
    : {};
  const conflictingRecords = await saveConflicting(conflicting, ports, deadline);
  return {
    ...decided,
    outcomes,
    failedRecords: [...failedRecords, ...conflictingRecords],
    ...(outcome.kind === 'stored' && { arrivalToStoredMs: storedAt - getArrivalMs(newest.delivery) }),
  };
}

/** Quarantines a version that can never be stored, and processes the others without it. */
async function processNextNewest(
  contactVersions: ContactVersions,
  why: Unstorable,
  ports: InvocationPorts,
  deadline: Deadline,
): Promise<WorkItemResult | RejectedPut> {
  const [unstorable, next, ...older] = contactVersions.versions;
  const { delivery, contactRecord } = unstorable;
  const quarantined = await saveFailedRecord(
    { ...why, kind: 'quarantined' },
    ...([delivery, contactRecord.item.ContactId, ports, deadline] as const),
  );
  const rest = next
    ? await processContact({ ...contactVersions, versions: [next, ...older] }, ports, deadline)
    : { outcomes: [], failedRecords: [] };
  return addQuarantined(quarantined, rest);
}

function addQuarantined(
  quarantined: FailedRecord,
  rest: WorkItemResult | RejectedPut,
): WorkItemResult | RejectedPut {
  if ('sendAgain' in rest)
    return { sendAgain: async () => addQuarantined(quarantined, await rest.sendAgain()) };
  return {
    ...rest,
    outcomes: ['quarantined', ...rest.outcomes],
    failedRecords: [quarantined, ...rest.failedRecords],
  };
}

/** Saves in parallel: thousands of sequential puts would never end before the deadline. */
async function saveConflicting(
  versions: readonly Version[],
  ports: InvocationPorts,
  deadline: Deadline,
): Promise<FailedRecord[]> {
  const failedRecords: FailedRecord[] = [];
  for (let from = 0; from < versions.length; from += MAX_PARALLEL_SAVES) {
    const saving = versions
      .slice(from, from + MAX_PARALLEL_SAVES)
      .map(({ delivery, contactRecord }) =>
        saveFailedRecord(CONFLICTING, delivery, contactRecord.item.ContactId, ports, deadline),
      );
    // If one fails, the others end before the error is thrown.
    await Promise.allSettled(saving);
    failedRecords.push(...(await Promise.all(saving)));
  }
  return failedRecords;
}

const REJECTED = { kind: 'unstorable', reason: 'rejected-by-dynamodb' } as const;

const CONFLICTING = { kind: 'conflicting', reason: 'same-second-other-content' } as const;

/** An internal error is permanent. Each retry would throw it again, and the record would block its shard. */
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

interface Unstorable {
  readonly kind: 'unstorable';
  readonly reason: 'item-too-large' | 'rejected-by-dynamodb' | 'processing-error';
  readonly internalError?: InternalError;
}

const getTimestamp = (version: Version): string => version.contactRecord.item.LastUpdateTimestamp;
