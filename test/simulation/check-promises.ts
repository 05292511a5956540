/**
 * Judges a run: observes what the services do, and throws as soon as a promise is broken.
 *
 * It uses the workload's knowledge of each record, not the function's.
 */
import { isDeepStrictEqual } from 'node:util';
import type { PublishCommandInput } from '@aws-sdk/client-sns';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { KinesisStreamRecord } from 'aws-lambda';
import type { FailureObject } from '../../lambda/contact-records/steps/quarantine';
import type { Attributes } from '../../local/emulators/condition-expression';
import type { Invocation } from './invocation';
import type { Call } from './network';
import type { Watch } from './services';
import { LEDGER_TABLE } from './simulated-function';
import { Violation } from './violation';
import { ENDED_AT, EXACT, isMadeAbandonedBy, type Version } from './versions';
import type { Workload } from './workload';

export interface Judge extends Watch {
  /** Called before a service acts on a call; `isLate`: no caller waits for its answer any more. */
  acting: (call: Call, isLate: boolean) => void;
  started: (invocation: Invocation) => void;
  fault: (call: Call, what: string, hasActed: boolean) => void;
  killed: (invocation: Invocation) => void;
  /** Called when the mapping passes the records of an invocation, those before `retryFrom` if there is one. */
  passed: (invocation: Invocation, retryFrom: string | undefined) => void;
  /** Called when an invocation has ended by itself. */
  ended: (invocation: Invocation, retryFrom: string | undefined, now: number) => void;
  /** Checks the final state; called when everything has ended. */
  end: () => void;
  /** Describes what the rest of the run is judged by, if no other invocations can call a service any more. */
  describe: (invocations: readonly Invocation[]) => unknown;
  /** The number of messages published again because the function could not know of the first. */
  explainedDuplicates: () => number;
}

/** Undefined: a tombstone. */
interface State {
  version: Version | undefined;
  number: number;
}

interface Acceptance {
  contactId: string;
  invocation: Invocation;
  /** Whether the ledger has recorded it. */
  isCompleted: boolean;
  /** Why the function could not know or record it. */
  because?: string;
}

export function createJudge({ shards, known, versions, notifyWithinHours = Infinity }: Workload): Judge {
  const deliveries = new Map(shards.flat().map((delivery) => [delivery.eventID, delivery]));
  const previousOfKey = findPreviousOfKey([...deliveries.values()]);
  /** Event ids of the records that the mapping has passed. */
  const passed = new Set<string>();
  /** The versions that the table has stored, by contact and timestamp: the first content stays. */
  const stored = new Map<string, Version>();
  /** What the table has had, by contact: a version, or a tombstone; newest last. */
  const states = new Map<string, State[]>();
  /** The number of states that the table had had when an invocation started. */
  const startedAt = new WeakMap<Invocation, number>();
  let written = 0;
  /** Versions whose message is in the bucket, because SNS refused it. */
  const refused = new Set<Version>();
  const acceptances: Acceptance[] = [];
  const objects = new Map<string, string>();
  /** Versions that were done while their contact still had to be published. */
  const doneInTime = new Set<Version>();
  let acting: { call: Call; isLate: boolean } | undefined;

  /** Whether the contact ended too long ago, by the clock of the invocation. */
  const isTooLate = ({ skew }: Invocation, moment: number) =>
    moment + skew - ENDED_AT > notifyWithinHours * 3_600_000;

  const findVersions = (contactId: string) => versions.filter((version) => version.contactId === contactId);

  const write = (contactId: string, version: Version | undefined) => {
    states.set(contactId, [...(states.get(contactId) ?? []), { version, number: ++written }]);
  };
  const findStored = (contactId: string) => states.get(contactId)?.at(-1)?.version;

  /** Whether the table had this version at any moment since the invocation started. */
  const wasStored = (version: Version, invocation: Invocation) =>
    states
      .get(version.contactId)
      ?.some(
        (state, index, all) =>
          state.version === version &&
          (all[index + 1]?.number ?? Infinity) > (startedAt.get(invocation) ?? 0),
      ) ?? false;

  /** Whether an invocation may publish a version: it was stored, and it or its next contact said abandoned. */
  const mayPublish = (version: Version, invocation: Invocation) =>
    wasStored(version, invocation) &&
    (version.isAbandoned ||
      versions.some((next) => isMadeAbandonedBy(version, next) && wasStored(next, invocation)));

  /** Finds the version that a message contains: the values of the item, without attributes of our own. */
  const findPublished = (contactId: string, text: string) => {
    const record = JSON.parse(text) as { Exact?: number };
    if (record.Exact !== undefined && !text.includes(EXACT)) return undefined;
    return findVersions(contactId).find((version) => isDeepStrictEqual(version.record, record));
  };

  const judgeRecordPut = (before: Attributes | undefined, after: Attributes) => {
    const fields = Object.entries(after).filter(([name]) => !name.startsWith('contact-record-pipeline:'));
    const record = unmarshall(Object.fromEntries(fields));
    const version = versions.find((candidate) => isDeepStrictEqual(candidate.record, record));
    if (!version) throw new Violation('newest', `an item that was never sent: ${readContactId(after)}`);
    if (before && (before.LastUpdateTimestamp?.S ?? '') >= version.timestamp)
      throw new Violation('forward', `${version.contactId} was put over the same or a newer version`);
    const waiting = acting?.call.invocation.records.find(({ eventID }) => {
      const what = known.get(eventID);
      const isNewer =
        what?.kind === 'version' &&
        what.version.contactId === version.contactId &&
        what.version.timestamp > version.timestamp;
      return isNewer && !objects.has(`quarantined ${eventID}`);
    });
    if (waiting)
      throw new Violation('newest', `${version.contactId} was put, but its batch has a newer version`);
    stored.set(`${version.contactId} ${version.timestamp}`, version);
    write(version.contactId, version);
  };

  const judgeEntryPut = (before: Attributes | undefined, after: Attributes) => {
    const contactId = readContactId(after);
    if (before?.PublishedAt && before.ClaimToken?.S !== after.ClaimToken?.S)
      throw new Violation('once', `the ledger forgets that ${contactId} was published`);
    if (!after.PublishedAt) return;
    const accepted = acceptances.findLast(createMatcher(acting?.call, contactId));
    if (!accepted) throw new Violation('published', `the ledger has ${contactId} published, but it was not`);
    accepted.isCompleted = true;
  };

  const createMatcher = (call: Call | undefined, contactId: string) => (acceptance: Acceptance) =>
    acceptance.contactId === contactId && acceptance.invocation === call?.invocation;

  const findKnown = (eventId: string) => {
    const delivery = deliveries.get(eventId);
    const what = known.get(eventId);
    if (!delivery || !what) throw new Violation('failedRecords', `an object of no delivery: ${eventId}`);
    return { delivery, what };
  };

  return {
    acting: (call, isLate) => {
      acting = { call, isLate };
    },

    put: (table, before, after) => {
      if (table === LEDGER_TABLE) judgeEntryPut(before, after);
      else judgeRecordPut(before, after);
    },

    forgotten: (contactId) => {
      write(contactId, undefined);
    },

    started: (invocation) => {
      startedAt.set(invocation, written);
      const inBatch = new Set<string>();
      for (const { eventID } of invocation.records) {
        const previous = previousOfKey.get(eventID);
        if (previous !== undefined && !passed.has(previous) && !inBatch.has(previous))
          throw new Violation('delivered', `${eventID} is delivered before ${previous} is done`);
        inBatch.add(eventID);
      }
    },

    passed: ({ records }, retryFrom) => {
      for (const { eventID, kinesis } of records) {
        if (kinesis.sequenceNumber === retryFrom) return;
        passed.add(eventID);
      }
    },

    accepted: ({ Message, MessageAttributes }: PublishCommandInput) => {
      const contactId = MessageAttributes?.ContactId?.StringValue ?? '';
      const version = findPublished(contactId, Message ?? '');
      if (!acting) throw new Error('no call published it');
      const { call, isLate } = acting;
      if (!version || !mayPublish(version, call.invocation))
        throw new Violation('published', `${contactId} was published with a record that is not abandoned`);
      if (!isLate && isTooLate(call.invocation, call.invocation.startedAt))
        throw new Violation('published', `${contactId} was published although it ended too long ago`);
      acceptances.push({
        ...{ contactId, invocation: call.invocation, isCompleted: false },
        ...(isLate && { because: 'arrived after the function had stopped waiting' }),
      });
      const unexplained = acceptances.filter(
        (acceptance) => acceptance.contactId === contactId && acceptance.because === undefined,
      );
      if (unexplained.length > 1) throw new Violation('once', `${contactId} was published twice`);
    },

    object: ({ Key, Body }: FailureObject) => {
      const object = JSON.parse(Body) as {
        kind: string;
        eventId: string;
        data: string;
        partitionKey: string;
      };
      const { delivery, what } = findKnown(object.eventId);
      const text = Buffer.from(object.data, 'base64').toString();
      const surveyed =
        what.kind === 'version' && what.version.surveys !== undefined && object.kind === 'refused'
          ? findPublished(what.version.surveys, text)
          : undefined;
      const isWhole =
        (object.data === delivery.kinesis.data || surveyed) &&
        object.partitionKey === delivery.kinesis.partitionKey;
      if (!isWhole) throw new Violation('failedRecords', `${Key} does not have the record’s bytes`);
      if (!Key.startsWith(`${object.kind}/`) || !mayBeSaved(object.kind))
        throw new Violation('failedRecords', `${Key} does not belong there`);
      objects.set(`${object.kind} ${object.eventId}`, Key);

      function mayBeSaved(kind: string): boolean {
        if (kind === 'quarantined') {
          return what.kind === 'unreadable' || (what.kind === 'version' && !isStorable(what.version));
        }
        if (what.kind !== 'version') return false;
        const version = surveyed ?? what.version;
        if (kind === 'refused') {
          refused.add(version);
          return version.isRefused && acting !== undefined && mayPublish(version, acting.call.invocation);
        }
        const first = stored.get(`${version.contactId} ${version.timestamp}`);
        return kind === 'conflicting' && first !== undefined && first !== version;
      }
    },

    fault: (call, what, hasActed) => {
      const accepted = acceptances.findLast(createMatcher(call, call.id));
      if (!accepted) return;
      const isLost = call.step === 'publish' && hasActed;
      const isUnrecorded = call.step === 'complete' && !hasActed;
      if (isLost || isUnrecorded) accepted.because ??= `${call.step}: ${what}`;
    },

    killed: (invocation) => {
      for (const accepted of acceptances) {
        if (accepted.invocation === invocation && !accepted.isCompleted) accepted.because ??= 'killed';
      }
    },

    ended: (invocation, retryFrom, now) => {
      if (isTooLate(invocation, now)) return;
      for (const { eventID, kinesis } of invocation.records) {
        if (kinesis.sequenceNumber === retryFrom) return;
        const what = known.get(eventID);
        if (what?.kind === 'version') doneInTime.add(what.version);
      }
    },

    end: () => {
      for (const eventId of known.keys())
        if (!passed.has(eventId)) throw new Violation('delivered', `${eventId} was never delivered and done`);
      for (const contactId of new Set(versions.map((version) => version.contactId))) judgeEnd(contactId);
      for (const [eventId, what] of known) {
        if (what.kind === 'unreadable' && !objects.has(`quarantined ${eventId}`))
          throw new Violation('failedRecords', `${eventId} is unreadable, but not quarantined`);
      }
    },

    describe: (invocations) => [
      acceptances
        .map(({ contactId, invocation, isCompleted, because }) =>
          [contactId, invocations.indexOf(invocation), isCompleted, because === undefined].join(),
        )
        .sort(),
      Array.from(states, ([contactId, all]) => [
        contactId,
        all.map(({ version }) => version && describeVersion(version)),
        invocations.map(
          (invocation) => all.filter(({ number }) => number > (startedAt.get(invocation) ?? 0)).length,
        ),
      ]).sort(),
      Array.from(doneInTime, describeVersion).sort(),
      [...objects.keys()].sort(),
      Array.from(refused, describeVersion).sort(),
    ],

    explainedDuplicates: () =>
      acceptances.length - new Set(acceptances.map(({ contactId }) => contactId)).size,
  };

  function judgeEnd(contactId: string) {
    const all = findVersions(contactId);
    const storable = all.filter(isStorable);
    const newest = findMax(storable.map(({ timestamp }) => timestamp));
    const inTable = findStored(contactId);
    const isForgotten = states.has(contactId) && !inTable;
    if (inTable?.timestamp !== newest && !isForgotten)
      throw new Violation(
        'newest',
        `${contactId} is in the table as of ${inTable?.timestamp}, not ${newest}`,
      );

    for (const [eventId, what] of known) {
      if (what.kind !== 'version' || what.version.contactId !== contactId) continue;
      const { version } = what;
      const isConflicting = inTable?.timestamp === version.timestamp && inTable !== version;
      // A conflicting version that cannot be stored may have been quarantined instead.
      if (isConflicting && !objects.has(`conflicting ${eventId}`) && !objects.has(`quarantined ${eventId}`))
        throw new Violation(
          'failedRecords',
          `${eventId} conflicts with the stored version, but is not saved`,
        );
      const isNewerThanAll = !isStorable(version) && version.timestamp > (newest ?? '');
      if (isNewerThanAll && !objects.has(`quarantined ${eventId}`))
        throw new Violation('failedRecords', `${eventId} cannot be stored, but is not quarantined`);
    }

    // Of two contacts that name each other, the one that was stored second sees both.
    const next = inTable?.dependsOn === undefined ? undefined : findStored(inTable.dependsOn);
    const deciding = inTable && next && isMadeAbandonedBy(inTable, next) ? [inTable, next] : [inTable];
    if (!inTable || !(inTable.isAbandoned || deciding.length > 1) || refused.has(inTable)) return;
    const isPublished = acceptances.some((acceptance) => acceptance.contactId === contactId);
    if (!isPublished && deciding.every((version) => version && doneInTime.has(version)))
      throw new Violation('published', `${contactId} is abandoned, but was not published`);
  }
}

/** Finds the record before each record of the same partition key, by event id. */
function findPreviousOfKey(deliveries: readonly KinesisStreamRecord[]): Map<string, string> {
  const last = new Map<string, string>();
  const previous = new Map<string, string>();
  const inOrder = deliveries.toSorted(
    (a, b) => Number(a.kinesis.sequenceNumber) - Number(b.kinesis.sequenceNumber),
  );
  for (const { eventID, kinesis } of inOrder) {
    const before = last.get(kinesis.partitionKey);
    if (before !== undefined) previous.set(eventID, before);
    last.set(kinesis.partitionKey, eventID);
  }
  return previous;
}

const describeVersion = ({ contactId, timestamp, record }: Version) =>
  [contactId, timestamp, (record.Attributes as { content: string }).content].join();

const isStorable = ({ isTooLarge, isRejected }: Version) => !isTooLarge && !isRejected;

const readContactId = (item: Attributes): string => item.ContactId?.S ?? 'no id';

const findMax = (values: readonly string[]): string | undefined => [...values].sort().at(-1);
