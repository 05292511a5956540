/**
 * What happens to one contact: it is served, it leaves the queue, it never gets there. The scenarios put these
 * together; `but` is what is different this time.
 */
import { AGENTS, customerNumber, QUEUES, SYSTEM_NUMBERS, waitInQueue } from './queues-and-agents';
import type { Random } from './random';
import { type JsonObject, type ContactHistory, timestamp } from './build-record';

type But = Partial<ContactHistory>;

/** A shape that has `DisconnectReason`, for contacts whose end only that field tells. */
export const laterShape = (random: Random) => random.pick(['documented', 'documented', 'recent'] as const);

const somebody = (random: Random) => ({
  id: random.uuid(),
  channel: 'VOICE' as const,
  method: 'INBOUND',
  customer: customerNumber(random),
  shape: random.chance(0.15) ? ('old' as const) : laterShape(random),
});

/** Waited, and then talked to an agent. */
export function served(random: Random, start: number, but: But = {}): ContactHistory {
  const enqueued = start + random.whole(8, 90);
  const connected = enqueued + waitInQueue(random, enqueued);
  const left = connected + random.whole(40, 900);
  return {
    ...somebody(random),
    start,
    end: left,
    queue: { queue: random.pick(QUEUES), enqueued, dequeued: connected },
    agent: { agent: random.pick(AGENTS), connected, left, afterContactWork: left + random.whole(5, 120) },
    reason: random.pick(['CUSTOMER_DISCONNECT', 'AGENT_DISCONNECT']),
    ...but,
  };
}

/** Waited, and left the queue without an agent: as told here, because the customer gave up. */
export function leftTheQueue(random: Random, start: number, but: But = {}): ContactHistory {
  const enqueued = start + random.whole(8, 90);
  const dequeued = enqueued + waitInQueue(random, enqueued);
  return {
    ...somebody(random),
    start,
    end: dequeued,
    queue: { queue: random.pick(QUEUES), enqueued, dequeued: random.chance(0.03) ? null : dequeued },
    reason: random.chance(0.2) ? null : 'CUSTOMER_DISCONNECT',
    ...but,
  };
}

/** Did not get beyond the menu. */
export const neverQueued = (random: Random, start: number, reason: string): ContactHistory => ({
  ...somebody(random),
  start,
  end: start + random.whole(3, 120),
  reason,
});

/** Nobody connected: mostly without a word on the agent, sometimes as `{}` or as nulls all the way down. */
export const oddAgent = (random: Random): JsonObject => {
  if (random.chance(0.94)) return { AgentConnectionAttempts: random.whole(0, 3) };
  const nobody = {
    ARN: null,
    HierarchyGroups: { Level1: null, Level2: {} },
    RoutingProfile: {},
    Username: null,
  };
  return { Agent: random.pick([{}, nobody]) };
};

export const CHAT: But = { channel: 'CHAT', method: 'API' };
export const idleChat = (random: Random): But => ({
  ...CHAT,
  reason: 'IDLE_DISCONNECT',
  shape: laterShape(random),
});
export const webCall = (random: Random): But => ({ method: 'WEBRTC_API', shape: laterShape(random) });

export const task = (random: Random, start: number): But => ({
  channel: 'TASK',
  method: random.pick(['API', 'FLOW']),
  shape: laterShape(random),
  more: {
    ContactDetails: {
      ContactDetailsName: 'Call supplier',
      ContactDetailsValue: 'Order has not left the house',
    },
    References: [{ Name: 'order', Type: 'URL', Value: 'https://example.com/orders/1' }],
    ScheduledTimestamp: random.chance(0.3) ? timestamp(start - 60) : null,
  },
});
export const expiredTask = (random: Random, start: number): But => ({
  ...task(random, start),
  reason: random.pick(['EXPIRED', 'API', null]),
});
export const email = (random: Random): But => ({ channel: 'EMAIL', shape: laterShape(random) });

/** An agent dials: the queue lends its name and number, nobody waits in it. */
export function dialled(random: Random, start: number): ContactHistory {
  const life = served(random, start, { method: 'OUTBOUND', connected: start + random.whole(5, 25) });
  return { ...life, queue: { queue: random.pick(QUEUES), enqueued: null, dequeued: null } };
}

export const nobodyAnswered = (random: Random, start: number): ContactHistory => ({
  ...neverQueued(random, start, 'TELECOM_UNANSWERED'),
  method: 'OUTBOUND',
  connected: null,
  queue: { queue: random.pick(QUEUES), enqueued: null, dequeued: null },
});

/** The agent of a call dials somebody outside. */
export const thirdParty = (random: Random, start: number): ContactHistory => ({
  ...dialled(random, start),
  method: 'EXTERNAL_OUTBOUND',
  more: { ExternalThirdParty: { ExternalThirdPartyInteractionDuration: random.whole(5, 300) } },
});

/** A supervisor listens in. */
export const monitored = (random: Random, start: number): ContactHistory =>
  served(random, start, { method: 'MONITOR', shape: laterShape(random) });

/** The contact that the first one goes on as, in another queue, where the customer is served or gives up. */
export function transferred(
  random: Random,
  first: ContactHistory,
  method: string,
  gaveUp: boolean,
): ContactHistory {
  return (gaveUp ? leftTheQueue : served)(random, first.end ?? first.start, {
    method,
    customer: first.customer,
  });
}

/** An agent calls the customer back, who answers or doesn't; in the second case nobody gave up a queue. */
export function calledBack(random: Random, first: ContactHistory, answered: boolean): ContactHistory {
  const start = (first.end ?? first.start) + random.whole(1, 600);
  const but = { method: 'CALLBACK', customer: first.customer };
  const life = served(random, start, but);
  if (answered) return { ...life, connected: life.agent?.connected ?? null };
  return leftTheQueue(random, start, { ...but, connected: null });
}

/** A flow that runs after the agent has left asks how it was. */
export const survey = (random: Random, first: ContactHistory): ContactHistory => ({
  ...neverQueued(random, first.end ?? first.start, 'CONTACT_FLOW_DISCONNECT'),
  method: 'DISCONNECT',
  customer: first.customer,
});

/** Out of the centre, to a telephone elsewhere; some records tell when, some where, most both. */
export function sentOutside(random: Random, { end, start }: ContactHistory): JsonObject {
  const when = { TransferCompletedTimestamp: timestamp(end ?? start) };
  const where = { TransferredToEndpoint: { Address: random.pick(SYSTEM_NUMBERS), Type: 'TELEPHONE_NUMBER' } };
  return random.pick([{ ...when, ...where }, { ...when, ...where }, when, where]);
}
