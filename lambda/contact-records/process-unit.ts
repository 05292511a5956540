/**
 * The way of the versions of one contact: the newest is stored, the others are superseded, and if the contact is
 * abandoned, its message goes out. If the newest can never be stored, the next newest takes its turn.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Unit, Version } from './collapse';
import { abandoned } from './contact-record/abandoned';
import type { Deadline } from './deadline';
import { NotNow } from './failure';
import { CALLS_PER_ANNOUNCEMENT } from './ledger';
import type { Done, Outcome, SetAside } from './outcome';
import type { Publish } from './publish';
import type { Quarantine, SetAsideKind, SetAsideReason } from './quarantine';
import type { Store, StoreOutcome } from './store';

/** The steps that reach out to services, and the clock, in milliseconds since 1970. */
export interface Steps {
  readonly store: Store;
  readonly publish: Publish;
  readonly quarantine: Quarantine;
  readonly now: () => number;
}

/** As many calls in flight as the SDK has sockets for one host. */
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
  if (outcome.kind === 'unstorable') return nextNewest(unit, outcome.reason, steps, deadline);
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
  const { setAside = [], ...announced } = same[0] ? await announce(same[0], steps, deadline) : {};
  const conflictsAside = await putConflictingAside(conflicting, steps, deadline);
  return {
    ...announced,
    outcomes,
    setAside: [...setAside, ...conflictsAside],
    ...(outcome.kind === 'stored' && { arrivalToStoredMs: storedAt - arrivedAt(newest) }),
  };
}

/** A version that can never be stored is quarantined, and the others are processed as if it hadn't come. */
async function nextNewest(
  unit: Unit,
  reason: SetAsideReason,
  steps: Steps,
  deadline: Deadline,
): Promise<Done> {
  const [unstorable, next, ...older] = unit.versions;
  const quarantined = await putAside('quarantined', reason, unstorable, steps, deadline);
  const rest: Done = next
    ? await processUnit({ ...unit, versions: [next, ...older] }, steps, deadline)
    : { outcomes: [], setAside: [] };
  return {
    ...rest,
    outcomes: ['quarantined', ...rest.outcomes],
    setAside: [quarantined, ...rest.setAside],
  };
}

/** As many at a time as there are sockets: thousands of them one by one would not end before the deadline, ever. */
async function putConflictingAside(
  versions: readonly Version[],
  steps: Steps,
  deadline: Deadline,
): Promise<SetAside[]> {
  const setAside: SetAside[] = [];
  for (let from = 0; from < versions.length; from += CONCURRENCY) {
    const putting = versions
      .slice(from, from + CONCURRENCY)
      .map((version) => putAside('conflicting', 'same-second-other-content', version, steps, deadline));
    setAside.push(...(await allEnded(putting)));
  }
  return setAside;
}

/** Like `Promise.all`, but no promise outlives it. */
async function allEnded<Value>(promises: readonly Promise<Value>[]): Promise<Value[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

/** Publishes if the contact is abandoned, and says what came of it. */
async function announce(version: Version, steps: Steps, deadline: Deadline): Promise<Partial<Done>> {
  const outcome = await publishIfAbandoned(version, steps.publish, deadline);
  switch (outcome.kind) {
    case 'not-abandoned':
      return { notAbandoned: outcome.because };
    case 'refused':
      return { setAside: [await putAside('refused', outcome.reason, version, steps, deadline)] };
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
): Promise<StoreOutcome | OurMistake> {
  try {
    return await store(version.contactRecord.item, deadline);
  } catch (error) {
    if (error instanceof NotNow) throw error;
    return { kind: 'unstorable', reason: 'processing-error' };
  }
}

async function publishIfAbandoned({ contactRecord }: Version, publish: Publish, deadline: Deadline) {
  try {
    const decision = abandoned(contactRecord.record);
    return decision.kind === 'abandoned' ? await publish(contactRecord, deadline) : decision;
  } catch (error) {
    if (error instanceof NotNow) throw error;
    return { kind: 'refused', reason: 'processing-error' } as const;
  }
}

interface OurMistake {
  readonly kind: 'unstorable';
  readonly reason: 'processing-error';
}

async function putAside(
  kind: SetAsideKind,
  reason: SetAsideReason,
  { delivery, contactRecord }: Version,
  { quarantine }: Steps,
  deadline: Deadline,
): Promise<SetAside> {
  await quarantine(kind, reason, delivery, deadline);
  return { kind, reason, eventId: delivery.eventID, contactId: contactRecord.item.ContactId };
}

const timestampOf = (version: Version): string => version.contactRecord.item.LastUpdateTimestamp;

const arrivedAt = (version: Version): number => version.delivery.kinesis.approximateArrivalTimestamp * 1_000;
