/**
 * The way of the versions of one contact: the newest is stored, the others are superseded, and if the contact is
 * abandoned, its message goes out. If the newest can never be stored, the next newest takes its turn.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Unit, Version } from './group-by-contact';
import { abandoned } from '../contact-record/abandoned';
import { endedLongerAgoThan } from '../contact-record/age';
import type { Deadline } from './deadline';
import { NotNow } from '../aws/errors';
import { CALLS_PER_ANNOUNCEMENT } from '../steps/ledger';
import { type Mistake, mistakeOf } from '../telemetry/internal-error';
import type { Done, Outcome, SetAside } from './outcome';
import type { Publish } from '../steps/publish';
import type { Quarantine } from '../steps/quarantine';
import type { Store, StoreOutcome } from '../steps/store';

/** The steps that reach out to services, and what the way of a record depends on besides. */
export interface Steps {
  readonly store: Store;
  readonly publish: Publish;
  readonly quarantine: Quarantine;
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
  /** Contacts that ended longer ago are not published. Default: all are. */
  readonly notifyWithinHours?: number;
}

/** Calls at a time where one unit takes many; and how many pieces are left in flight when more begin. */
export const CONCURRENCY = 50;

/** The calls of a unit, one after the other: put; claim, publish, complete; set aside. Rarely it takes more. */
export const CALLS_PER_UNIT = 1 + CALLS_PER_ANNOUNCEMENT + 1;

/**
 * Processes the versions of one contact as a whole.
 *
 * @throws NotNow if a part can't be done now; then all of it has to be done again, which is harmless
 */
export async function processUnit(unit: Unit, steps: Steps, deadline: Deadline): Promise<Done> {
  const [newest, ...older] = unit.versions;
  const outcome = await storeNewest(newest, steps.store, deadline);
  if (outcome.kind === 'unstorable') return nextNewest(unit, outcome, steps, deadline);
  const storedAt = steps.now();

  const ofSameSecond = older.filter((version) => timestampOf(version) === timestampOf(newest));
  const outcomes: Outcome[] = [
    outcome.kind,
    ...ofSameSecond.map(() => (outcome.kind === 'stale' ? 'stale' : 'redelivered')),
    ...older.slice(ofSameSecond.length).map((): Outcome => 'superseded'),
  ];
  if (outcome.kind === 'stale') return { outcomes, setAside: [] };

  // What the table holds counts: a record of the same second with other content publishes nothing.
  const held = outcome.kind === 'stored' ? newest.contactRecord.item : outcome.held;
  const { same = [], conflicting = [] } = Object.groupBy([newest, ...ofSameSecond], ({ contactRecord }) =>
    isDeepStrictEqual(contactRecord.item, held) ? 'same' : 'conflicting',
  );
  const { setAside = [], ...announced } = same[0]
    ? await announce(same[0], outcome.kind, steps, deadline)
    : {};
  const conflictsAside = await putConflictingAside(conflicting, steps, deadline);
  return {
    ...announced,
    outcomes,
    setAside: [...setAside, ...conflictsAside],
    ...(outcome.kind === 'stored' && { arrivalToStoredMs: storedAt - arrivedAt(newest) }),
  };
}

/** A version that can never be stored is quarantined, and the others are processed as if it hadn't come. */
async function nextNewest(unit: Unit, why: Unstorable, steps: Steps, deadline: Deadline): Promise<Done> {
  const [unstorable, next, ...older] = unit.versions;
  const quarantined = await putAside({ ...why, kind: 'quarantined' }, unstorable, steps, deadline);
  const rest: Done = next
    ? await processUnit({ ...unit, versions: [next, ...older] }, steps, deadline)
    : { outcomes: [], setAside: [] };
  return {
    ...rest,
    outcomes: ['quarantined', ...rest.outcomes],
    setAside: [quarantined, ...rest.setAside],
  };
}

/** Many at a time: thousands of them one by one would not end before the deadline, ever. */
async function putConflictingAside(
  versions: readonly Version[],
  steps: Steps,
  deadline: Deadline,
): Promise<SetAside[]> {
  const setAside: SetAside[] = [];
  for (let from = 0; from < versions.length; from += CONCURRENCY) {
    const putting = versions
      .slice(from, from + CONCURRENCY)
      .map((version) => putAside(CONFLICTING, version, steps, deadline));
    setAside.push(...(await allEnded(putting)));
  }
  return setAside;
}

const CONFLICTING = { kind: 'conflicting', reason: 'same-second-other-content' } as const;

/** Like `Promise.all`, but no promise outlives it. */
async function allEnded<Value>(promises: readonly Promise<Value>[]): Promise<Value[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

/** Publishes if the contact is abandoned, unless it is too old for that, and says what came of it. */
async function announce(
  version: Version,
  stored: 'stored' | 'redelivered',
  steps: Steps,
  deadline: Deadline,
): Promise<Partial<Done>> {
  const outcome = await publishIfAbandoned(version, steps, deadline);
  switch (outcome.kind) {
    case 'not-abandoned':
      return { notAbandoned: outcome.because };
    case 'refused':
      return { setAside: [await putAside(outcome, version, steps, deadline)] };
    case 'too-old':
      // A copy that arrived too late says nothing new: an earlier delivery was published, or counted as too old.
      return stored === 'redelivered' && isTooOld(version, steps, arrivedAt(version))
        ? {}
        : { announcement: 'too-old' };
    case 'published':
    case 'already-published':
      return { announcement: outcome.kind };
  }
}

// Whatever isn't thrown as "not now" is a mistake of our own, and would be thrown again at every retry: the record is
// set aside instead of blocking its shard.

async function storeNewest(
  version: Version,
  store: Store,
  deadline: Deadline,
): Promise<StoreOutcome | Unstorable> {
  try {
    return await store(version.contactRecord.item, deadline);
  } catch (error) {
    if (error instanceof NotNow) throw error;
    return { kind: 'unstorable', reason: 'processing-error', mistake: mistakeOf(error) };
  }
}

async function publishIfAbandoned(version: Version, steps: Steps, deadline: Deadline) {
  try {
    const decision = abandoned(version.contactRecord.record);
    if (decision.kind === 'not-abandoned') return decision;
    if (isTooOld(version, steps, steps.now())) return { kind: 'too-old' } as const;
    return await steps.publish(version.contactRecord, deadline);
  } catch (error) {
    if (error instanceof NotNow) throw error;
    return { kind: 'refused', reason: 'processing-error', mistake: mistakeOf(error) } as const;
  }
}

function isTooOld({ contactRecord }: Version, { notifyWithinHours }: Steps, now: number): boolean {
  return notifyWithinHours !== undefined && endedLongerAgoThan(notifyWithinHours, contactRecord.record, now);
}

interface Unstorable {
  readonly kind: 'unstorable';
  readonly reason: 'item-too-large' | 'processing-error';
  readonly mistake?: Mistake;
}

async function putAside(
  why: Omit<SetAside, 'eventId' | 'contactId'>,
  { delivery, contactRecord }: Version,
  { quarantine }: Steps,
  deadline: Deadline,
): Promise<SetAside> {
  await quarantine(why.kind, why.reason, delivery, deadline);
  return { ...why, eventId: delivery.eventID, contactId: contactRecord.item.ContactId };
}

const timestampOf = (version: Version): string => version.contactRecord.item.LastUpdateTimestamp;

const arrivedAt = (version: Version): number => version.delivery.kinesis.approximateArrivalTimestamp * 1_000;
