/**
 * Creates the versions of contacts in a simulated run. Their meaning is known from their creation, not from the function's
 * code.
 */
import type { Choices } from './choices';

/** One version of a contact; it may be delivered several times. */
export interface Version {
  contactId: string;
  /** `LastUpdateTimestamp`. */
  timestamp: string;
  record: Record<string, unknown>;
  text: string;
  /** Abandoned, whatever other contacts say. */
  isAbandoned: boolean;
  /** The contact that decides whether this one is abandoned. */
  dependsOn?: string;
  /** The contact that was abandoned before, if it depends on this one: this version is a survey that has ended. */
  surveys?: string;
  instance: string;
  /** DynamoDB does not take the item. */
  isTooLarge: boolean;
  /** An index of the table does not take the item. */
  isRejected: boolean;
  /** SNS does not take the message. */
  isRefused: boolean;
}

/** The rule: a survey that has ended says that the contact before it was abandoned, if the two name each other. */
export const isMadeAbandonedBy = (version: Version, next: Version): boolean =>
  version.dependsOn === next.contactId &&
  next.surveys === version.contactId &&
  next.instance === version.instance;

/** When all contacts ended that left a queue, in milliseconds since 1970. */
export const ENDED_AT = Date.UTC(2026, 0, 1, 8, 59);
/** Next contacts end later; this must not change the age of the contact before them. */
const SURVEYED_AT = ENDED_AT + 50_000;

/** The simulated table refuses larger items. The limit is low, so that thousands can be created. */
export const MAX_ITEM_CHARACTERS = 10_000;
/** The simulated table has an index on this field, which accepts strings only. */
export const INDEXED = 'CustomerId';
/** The simulated topic refuses a message with this text. */
export const REFUSED_BY_SNS = 'the topic refuses this';
/** A number that a double would round. */
export const EXACT = '1.0000000000000000001';

const format = (milliseconds: number) => new Date(milliseconds).toISOString().replace('.000Z', 'Z');

const INSTANCE = 'arn:instance/1';
const LEFT_QUEUE = {
  DisconnectReason: 'CUSTOMER_DISCONNECT',
  DisconnectTimestamp: format(ENDED_AT),
  Queue: { EnqueueTimestamp: '2026-01-01T08:58:00Z' },
};
const SURVEY = { InitiationMethod: 'DISCONNECT', Queue: null, DisconnectTimestamp: format(SURVEYED_AT) };
const AGENT = { Agent: { Username: 'agent' } };

interface Kind {
  fields: Record<string, unknown>;
  isAbandoned?: true;
  /** Has a `NextContactId`. */
  hasNext?: true;
  /** Has a `PreviousContactId`. */
  hasPrevious?: true;
  /** Depends on its next contact. */
  depends?: true;
  /** Is a survey that has ended. */
  surveys?: true;
}

const KINDS = {
  abandoned: { fields: LEFT_QUEUE, isAbandoned: true },
  answered: { fields: { ...LEFT_QUEUE, ...AGENT } },
  waiting: { fields: { ...LEFT_QUEUE, DisconnectReason: null, DisconnectTimestamp: null } },
  wentOn: { fields: LEFT_QUEUE, hasNext: true, depends: true },
  survey: { fields: SURVEY, hasPrevious: true, surveys: true },
  surveyOfOtherInstance: {
    fields: { ...SURVEY, InstanceARN: 'arn:instance/2' },
    hasPrevious: true,
    surveys: true,
  },
  runningSurvey: { fields: { ...SURVEY, DisconnectTimestamp: null }, hasPrevious: true },
  queuedAgain: {
    fields: { ...LEFT_QUEUE, InitiationMethod: 'DISCONNECT' },
    hasPrevious: true,
    isAbandoned: true,
  },
  queuedAgainAndWentOn: {
    fields: { ...LEFT_QUEUE, InitiationMethod: 'DISCONNECT' },
    hasPrevious: true,
    hasNext: true,
    depends: true,
  },
  surveyWithAgent: { fields: { ...SURVEY, ...AGENT }, hasPrevious: true },
  surveyThatWentOn: { fields: SURVEY, hasPrevious: true, hasNext: true },
  transfer: { fields: { ...SURVEY, InitiationMethod: 'TRANSFER' }, hasPrevious: true },
  callback: { fields: { ...LEFT_QUEUE, InitiationMethod: 'CALLBACK' }, hasPrevious: true },
  unknownMethod: { fields: { ...SURVEY, InitiationMethod: null }, hasPrevious: true },
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof KINDS;

/** Kinds of contacts without relations. */
const SINGLE: readonly KindName[] = ['abandoned', 'answered', 'waiting'];

/** Kinds of the first contact of a chain. */
const FIRST: readonly KindName[] = ['wentOn', 'wentOn', 'wentOn', 'wentOn', ...SINGLE];

/** Kinds of a contact that follows another one; half of them are surveys. */
const OTHERS = (Object.keys(KINDS) as KindName[]).filter((name) => !SINGLE.includes(name));
const FOLLOWING: readonly KindName[] = [...OTHERS.map((): KindName => 'survey'), ...OTHERS];

export interface VersionPlan {
  contactId: string;
  timestamp: string;
  /** Tells the versions of a contact apart. */
  content: number;
  kind: KindName;
  /** What `NextContactId` and `PreviousContactId` say, where the kind has them. */
  next?: unknown;
  previous?: unknown;
  isTooLarge?: boolean;
  isRejected?: boolean;
  isRefused?: boolean;
}

export function createVersion(plan: VersionPlan): Version {
  const { contactId, timestamp, content, next, previous } = plan;
  const { isTooLarge = false, isRejected = false, isRefused = false } = plan;
  const kind: Kind = KINDS[plan.kind];
  const record: Record<string, unknown> = {
    ContactId: contactId,
    LastUpdateTimestamp: timestamp,
    InstanceARN: INSTANCE,
    Channel: 'VOICE',
    Agent: null,
    ...kind.fields,
    ...(kind.hasNext && { NextContactId: next }),
    ...(kind.hasPrevious && { PreviousContactId: previous }),
    ...(kind.depends && { Exact: 1 }),
    ...(isRejected && { [INDEXED]: null }),
    Attributes: {
      content: String(content),
      ...(isTooLarge && { padding: 'x'.repeat(MAX_ITEM_CHARACTERS) }),
      ...(isRefused && { mark: REFUSED_BY_SNS }),
    },
  };
  return {
    ...{ contactId, timestamp, record, isTooLarge, isRejected, isRefused },
    text: JSON.stringify(record).replace('"Exact":1', `"Exact":${EXACT}`),
    isAbandoned: kind.isAbandoned ?? false,
    ...(kind.depends && next !== contactId && { dependsOn: String(next) }),
    ...(kind.surveys && { surveys: String(previous) }),
    instance: String(record.InstanceARN),
  };
}

/** Chooses a version of a contact without relations. */
export const chooseSingle = (contactId: string, content: number, choices: Choices): Version =>
  createVersion({ ...choosePlan(contactId, content, choices, SINGLE), ...chooseLimits(choices) });

/** Chooses a version of the contact with this index in a chain; most name the contacts next to them. */
export function chooseRelated(
  {
    ids,
    index,
    content,
    previous,
  }: { ids: readonly string[]; index: number; content: number; previous: number },
  choices: Choices,
): Version {
  const contactId = ids[index] ?? '';
  const plan = choosePlan(contactId, content, choices, index === 0 ? FIRST : FOLLOWING);
  return createVersion({
    ...plan,
    next: chooseRelation(ids, index + 1, choices),
    previous: chooseRelation(ids, previous, choices),
    ...chooseLimits(choices),
  });
}

/** There are few timestamps, so that equal ones are common. */
const choosePlan = (contactId: string, content: number, choices: Choices, kinds: readonly KindName[]) => ({
  ...{ contactId, content },
  timestamp: `2026-01-01T09:00:0${choices.choose(4)}Z`,
  kind: kinds[choices.choose(kinds.length)] ?? 'abandoned',
});

const chooseLimits = (choices: Choices) => ({
  isTooLarge: choices.onceIn(8),
  isRejected: choices.onceIn(6),
  isRefused: choices.onceIn(8),
});

/** Chooses a related id, mostly the neighbour's. The two ends of a chain are neighbours, so that there are cycles. */
function chooseRelation(ids: readonly string[], neighbour: number, choices: Choices): unknown {
  const others = [...ids, NEVER_SENT, 'x'.repeat(257), 7];
  const chosen = choices.choose(others.length * 4);
  return others[chosen] ?? ids.at(neighbour % ids.length);
}

/** The id of a contact that no delivery has. */
const NEVER_SENT = 'c-9';
