/**
 * The scenarios of a contact centre. Each makes up one chain of contacts (most chains are of one) and knows of every
 * version of every contact whether it is abandoned, because it knows what happened. The project's own decision is
 * deliberately not asked: it is what a run checks.
 */
import { AGENTS, isOpen, ownQueue } from './queues-and-agents';
import * as life from './contact-histories';
import { leftTheQueue, neverQueued, served } from './contact-histories';
import type { Random } from './random';
import {
  afterContactWorkFields,
  type ContactRecord,
  contactRecord,
  type JsonObject,
  type ContactHistory,
  timestamp,
} from './build-record';

export interface Version {
  record: ContactRecord;
  abandoned: boolean;
}
/** One contact: its versions, oldest first. */
export type Contact = Version[];
type Scenario = (random: Random, start: number) => Contact[];

/** The contacts that begin with somebody who arrives at this moment. */
export const chain: Scenario = (random, start) => {
  if (!isOpen(start)) return endedByFlow(random, start);
  const [, happens] = random.weighted(SCENARIOS, ([weight]) => weight);
  return happens(random, start);
};

/** The same contact later: what changed, and when. */
export const later = ({ record, abandoned }: Version, seconds: number, changes: JsonObject): Version => ({
  record: { ...record, ...changes, LastUpdateTimestamp: timestamp(lastUpdate(record) + seconds) },
  abandoned,
});

export const lastUpdate = (record: ContactRecord) => Date.parse(record.LastUpdateTimestamp) / 1000;

const hungUpInMenu: Scenario = (random, start) => [
  seen(random, neverQueued(random, start, 'CUSTOMER_DISCONNECT')),
];

const endedByFlow: Scenario = (random, start) => [
  seen(random, neverQueued(random, start, 'CONTACT_FLOW_DISCONNECT')),
];

const abandonedCall: Scenario = (random, start) => [
  gaveUp(random, leftTheQueue(random, start, { more: life.oddAgent(random) })),
];

/** The flow, the line or the system ended the wait, not the customer. */
const thrownOut: Scenario = (random, start) => {
  const reason = random.pick(['CONTACT_FLOW_DISCONNECT', 'TELECOM_PROBLEM', 'OTHER', 'SYSTEM_ERROR']);
  return [seen(random, leftTheQueue(random, start, { reason, shape: life.laterShape(random) }))];
};

/** A program dialled and queued the call, and the customer's telephone rang in vain. */
const dialledInVain: Scenario = (random, start) => [
  seen(random, leftTheQueue(random, start, { method: 'API', connected: null, reason: null })),
];

const monitored: Scenario = (random, start) => {
  const listening = { stateStartTimestamp: timestamp(start), stateEndTimestamp: timestamp(start + 60) };
  const stateTransitions = [{ ...listening, state: 'SILENT_MONITOR' }];
  const record = contactRecord(random, life.monitored(random, start));
  return [
    [{ record: { ...record, Agent: { ...object(record.Agent), stateTransitions } }, abandoned: false }],
  ];
};

const sentOutsideFromQueue: Scenario = (random, start) => {
  const waiting = leftTheQueue(random, start);
  return [seen(random, { ...waiting, more: life.sentOutside(random, waiting) })];
};

const sentOutsideByAgent: Scenario = (random, start) => {
  const talking = served(random, start);
  return [seen(random, { ...talking, more: life.sentOutside(random, talking) })];
};

const transferredByAgent: Scenario = (random, start) => {
  const first = served(random, start);
  return linked(seen(random, first), inNextQueue(random, first, 'TRANSFER', 0.15));
};

const transferredInQueue: Scenario = (random, start) => {
  const first = leftTheQueue(random, start);
  return linked(seen(random, first), inNextQueue(random, first, 'QUEUE_TRANSFER', 0.25));
};

const calledBack: Scenario = (random, start) => {
  const first = leftTheQueue(random, start);
  return linked(seen(random, first), seen(random, life.calledBack(random, first, random.chance(0.7))));
};

const surveyed: Scenario = (random, start) => {
  const first = served(random, start, { reason: 'AGENT_DISCONNECT' });
  return linked(seen(random, first), seen(random, life.survey(random, first)));
};

const sentToOneAgent: Scenario = (random, start) => {
  const inVain = random.chance(0.4);
  const waiting = (inVain ? leftTheQueue : served)(random, start, { method: 'TRANSFER' });
  const moments = { enqueued: null, dequeued: null, ...waiting.queue };
  const own = { ...waiting, queue: { ...moments, queue: ownQueue(random.pick(AGENTS)) } };
  return [inVain ? gaveUp(random, own) : seen(random, own)];
};

/** First seen while still in the queue, and not abandoned yet; the next version tells that the customer left. */
const waitingThenGone: Scenario = (random, start) => {
  const left = leftTheQueue(random, start, { shape: life.laterShape(random) });
  const gone = { record: contactRecord(random, left), abandoned: true };
  const queue = { ...object(gone.record.Queue), DequeueTimestamp: null, Duration: null };
  const waiting = { ...gone.record, DisconnectTimestamp: null, DisconnectReason: null, Queue: queue };
  return [[{ record: waiting, abandoned: false }, later(gone, random.whole(30, 600), {})]];
};

/** Abandoned in its first version; then the customer is called back after all, and the next version says so. */
const goneThenCalledBack: Scenario = (random, start) => {
  const first = leftTheQueue(random, start);
  const gone = { record: contactRecord(random, first), abandoned: true };
  const continued = { ...later(gone, random.whole(60, 3000), {}), abandoned: false };
  const [update, callback] = linked([continued], seen(random, life.calledBack(random, first, true)));
  return [[gone, ...update], callback];
};

/** Of a hundred customers who arrive while the centre is open, about so many go this way. */
const SCENARIOS: [number, Scenario][] = [
  [30, (random, start) => [seen(random, served(random, start))]],
  [11, hungUpInMenu],
  [5, endedByFlow],
  [5.4, abandonedCall],
  [2, thrownOut],
  [12, (random, start) => [seen(random, served(random, start, life.CHAT))]],
  [1.5, (random, start) => [gaveUp(random, leftTheQueue(random, start, life.CHAT))]],
  [0.7, (random, start) => [seen(random, leftTheQueue(random, start, life.idleChat(random)))]],
  [0.6, (random, start) => [seen(random, served(random, start, life.webCall(random)))]],
  [0.2, (random, start) => [gaveUp(random, leftTheQueue(random, start, life.webCall(random)))]],
  [6, (random, start) => [seen(random, served(random, start, life.task(random, start)))]],
  [0.8, (random, start) => [seen(random, leftTheQueue(random, start, life.expiredTask(random, start)))]],
  [1.5, (random, start) => [seen(random, served(random, start, life.email(random)))]],
  [0.5, (random, start) => [seen(random, leftTheQueue(random, start, life.email(random)))]],
  [4, (random, start) => [seen(random, life.dialled(random, start))]],
  [2, (random, start) => [seen(random, life.nobodyAnswered(random, start))]],
  [1, dialledInVain],
  [0.8, (random, start) => [seen(random, served(random, start, { method: 'API' }))]],
  [0.5, (random, start) => [seen(random, life.thirdParty(random, start))]],
  [0.5, monitored],
  [0.8, sentOutsideFromQueue],
  [1, sentOutsideByAgent],
  [3, transferredByAgent],
  [2, transferredInQueue],
  [2.5, calledBack],
  [1, surveyed],
  [0.5, sentToOneAgent],
  [0.4, waitingThenGone],
  [0.4, goneThenCalledBack],
];

/** A contact that is not abandoned. Some agents are still at their after contact work in its first version. */
function seen(random: Random, told: ContactHistory): Contact {
  const record = contactRecord(random, told);
  const version = { record, abandoned: false };
  if (!told.agent || !random.chance(0.12)) return [version];
  const working = { ...object(record.Agent), ...afterContactWorkFields(told.agent.left, null) };
  const first = { record: { ...record, Agent: working }, abandoned: false };
  return [first, later(version, random.whole(30, 900), {})];
}

/** A customer who gave up waiting: the scenario says so, not the fields. */
const gaveUp = (random: Random, told: ContactHistory): Contact => [
  { record: contactRecord(random, told), abandoned: true },
];

function inNextQueue(
  random: Random,
  first: ContactHistory,
  method: string,
  shareThatGivesUp: number,
): Contact {
  const inVain = random.chance(shareThatGivesUp);
  return (inVain ? gaveUp : seen)(random, life.transferred(random, first, method, inVain));
}

/** Two contacts that name each other, in all their versions. */
function linked(first: Contact, second: Contact): [Contact, Contact] {
  const add = (contact: Contact, fields: JsonObject) =>
    contact.map(({ record, abandoned }) => ({ record: { ...record, ...fields }, abandoned }));
  const firstId = first[0]?.record.ContactId ?? null;
  return [
    add(first, { NextContactId: second[0]?.record.ContactId ?? null }),
    add(second, { PreviousContactId: firstId, InitialContactId: firstId }),
  ];
}

/** The members of an object; of anything else, none. */
const object = (value: JsonObject[string] | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
