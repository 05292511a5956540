/**
 * Creates the histories of contacts and the versions of their records. `changes` replace fields of the ordinary history.
 */
import { isObject } from '../../lambda/contact-records/json/is-object';
import { AGENTS, pickCustomerNumber, QUEUES, SYSTEM_NUMBERS, pickWaitSeconds } from './queues-and-agents';
import type { Random } from './random';
import {
  buildAfterContactWork,
  buildRecord,
  type ContactHistory,
  type ContactRecord,
  formatTimestamp,
  type JsonObject,
} from './build-record';

export type Changes = Partial<ContactHistory>;

/** Picks a shape with `DisconnectReason`. Only that field shows how these contacts ended. */
export const pickLaterShape = (random: Random) =>
  random.pick(['documented', 'documented', 'recent'] as const);

const createCaller = (random: Random) => ({
  id: random.uuid(),
  channel: 'VOICE' as const,
  method: 'INBOUND',
  customer: pickCustomerNumber(random),
  shape: random.chance(0.15) ? ('old' as const) : pickLaterShape(random),
});

/** Creates a contact that waits and then talks to an agent. */
export function createServedContact(random: Random, start: number, changes: Changes = {}): ContactHistory {
  const enqueued = start + random.whole(8, 90);
  const connected = enqueued + pickWaitSeconds(random, enqueued);
  const left = connected + random.whole(40, 900);
  return {
    ...createCaller(random),
    start,
    end: left,
    queue: { queue: random.pick(QUEUES), enqueued, dequeued: connected },
    agent: { agent: random.pick(AGENTS), connected, left, afterContactWork: left + random.whole(5, 120) },
    reason: random.pick(['CUSTOMER_DISCONNECT', 'AGENT_DISCONNECT']),
    ...changes,
  };
}

/** Creates a contact that leaves the queue without an agent; without `changes`, it is abandoned. */
export function createUnservedContact(random: Random, start: number, changes: Changes = {}): ContactHistory {
  const enqueued = start + random.whole(8, 90);
  const dequeued = enqueued + pickWaitSeconds(random, enqueued);
  return {
    ...createCaller(random),
    start,
    end: dequeued,
    queue: { queue: random.pick(QUEUES), enqueued, dequeued: random.chance(0.03) ? null : dequeued },
    reason: random.chance(0.2) ? null : 'CUSTOMER_DISCONNECT',
    ...changes,
  };
}

/** Creates a contact that ends in the menu. */
export const createUnqueuedContact = (random: Random, start: number, reason: string): ContactHistory => ({
  ...createCaller(random),
  start,
  end: start + random.whole(3, 120),
  reason,
});

/** Creates the fields of a contact without an agent. They are mostly null, sometimes `{}` or nested nulls. */
export const createEmptyAgentFields = (random: Random): JsonObject => {
  if (random.chance(0.94)) return { AgentConnectionAttempts: random.whole(0, 3) };
  const emptyAgent = {
    ARN: null,
    HierarchyGroups: { Level1: null, Level2: {} },
    RoutingProfile: {},
    Username: null,
  };
  return { Agent: random.pick([{}, emptyAgent]) };
};

/** Creates a call that an agent dials. It has a queue, but no customer waits in it. */
export function createOutboundCall(random: Random, start: number): ContactHistory {
  const history = createServedContact(random, start, {
    method: 'OUTBOUND',
    connected: start + random.whole(5, 25),
  });
  return { ...history, queue: { queue: random.pick(QUEUES), enqueued: null, dequeued: null } };
}

/** Creates a callback, answered or not; an unanswered one is not abandoned. */
export function createCallback(random: Random, first: ContactHistory, answered: boolean): ContactHistory {
  const start = (first.end ?? first.start) + random.whole(1, 600);
  const changes = { method: 'CALLBACK', customer: first.customer };
  const history = createServedContact(random, start, changes);
  if (answered) return { ...history, connected: history.agent?.connected ?? null };
  return createUnservedContact(random, start, { ...changes, connected: null });
}

/** Creates the fields of a transfer to an external number. Some have only the time or the number. */
export function createExternalTransferFields(random: Random, { end, start }: ContactHistory): JsonObject {
  const when = { TransferCompletedTimestamp: formatTimestamp(end ?? start) };
  const where = { TransferredToEndpoint: { Address: random.pick(SYSTEM_NUMBERS), Type: 'TELEPHONE_NUMBER' } };
  return random.pick([{ ...when, ...where }, { ...when, ...where }, when, where]);
}

export interface Version {
  record: ContactRecord;
  /** Decided by its own record or, once both are stored, by its next contact. */
  abandoned: boolean;
}
/** One contact: its versions, oldest first. */
export type Contact = Version[];

/** Creates a contact that is not abandoned. In some first versions, after-contact work has not ended. */
export function createContact(random: Random, history: ContactHistory): Contact {
  const record = buildRecord(random, history);
  const version = { record, abandoned: false };
  if (!history.agent || !random.chance(0.12)) return [version];
  const working = { ...readObject(record.Agent), ...buildAfterContactWork(history.agent.left, null) };
  const first = { record: { ...record, Agent: working }, abandoned: false };
  return [first, createLaterVersion(version, random.whole(30, 900), {})];
}

/** Creates an abandoned contact: the scenario decides this, not the fields. */
export const createAbandonedContact = (random: Random, history: ContactHistory): Contact => [
  { record: buildRecord(random, history), abandoned: true },
];

/** Creates a later version of a contact, with changed fields. */
export const createLaterVersion = (
  { record, abandoned }: Version,
  seconds: number,
  changes: JsonObject,
): Version => ({
  record: {
    ...record,
    ...changes,
    LastUpdateTimestamp: formatTimestamp(getLastUpdateSeconds(record) + seconds),
  },
  abandoned,
});

/** Adds an earlier version in which the contact has not ended. */
export const endInSecondVersion = (random: Random, contact: Contact, changes: JsonObject = {}): Contact =>
  contact.flatMap((ended) => {
    const record = { ...ended.record, DisconnectTimestamp: null, DisconnectReason: null, ...changes };
    return [{ record, abandoned: false }, createLaterVersion(ended, random.whole(30, 600), {})];
  });

export const getLastUpdateSeconds = (record: ContactRecord) => Date.parse(record.LastUpdateTimestamp) / 1000;

/** Links contacts to a chain. Each names the previous and the next one in all its versions. */
export function linkContacts(...chain: Contact[]): Contact[] {
  const idOf = (contact: Contact | undefined) => contact?.[0]?.record.ContactId ?? null;
  return chain.map((contact, index) => {
    const previous = chain[index - 1];
    const links = {
      NextContactId: idOf(chain[index + 1]),
      ...(previous && { PreviousContactId: idOf(previous), InitialContactId: idOf(chain[0]) }),
    };
    return contact.map(({ record, abandoned }) => ({ record: { ...record, ...links }, abandoned }));
  });
}

/** Returns an object as it is, and `{}` for any other value. */
export const readObject = (value: JsonObject[string] | undefined): JsonObject =>
  isObject(value) && !Array.isArray(value) ? value : {};
