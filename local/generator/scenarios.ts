/**
 * The scenarios of a contact centre. Each creates one chain of contacts; most chains have one contact.
 *
 * A scenario knows for every version of every contact whether it is abandoned, because it knows what happened. It
 * deliberately does not use the project's own decision, because a run checks that decision.
 */
import { AGENTS, isOpen, getAgentQueue } from './queues-and-agents';
import {
  CHAT,
  createCallback,
  createEmail,
  createEmptyAgentFields,
  createExpiredTask,
  createExternalTransferFields,
  createIdleChat,
  createMonitoringContact,
  createOutboundCall,
  createServedContact,
  createSurvey,
  createTask,
  createThirdPartyCall,
  createTransferredContact,
  createUnansweredOutboundCall,
  createUnqueuedContact,
  createUnservedContact,
  createWebCall,
  pickLaterShape,
} from './contact-histories';
import type { Random } from './random';
import { buildRecord, type ContactHistory, formatTimestamp } from './build-record';
import {
  type Contact,
  createAbandonedContact,
  createContact,
  createLaterVersion,
  linkContacts,
  readObject,
} from './contact-versions';

type Scenario = (random: Random, start: number) => Contact[];

/** Creates the contacts of a customer who arrives at this moment. */
export const createContactChain: Scenario = (random, start) => {
  if (!isOpen(start)) return endByFlow(random, start);
  const [, createChain] = random.weighted(SCENARIOS, ([weight]) => weight);
  return createChain(random, start);
};

const hangUpInMenu: Scenario = (random, start) => [
  createContact(random, createUnqueuedContact(random, start, 'CUSTOMER_DISCONNECT')),
];

const endByFlow: Scenario = (random, start) => [
  createContact(random, createUnqueuedContact(random, start, 'CONTACT_FLOW_DISCONNECT')),
];

const abandonCall: Scenario = (random, start) => [
  createAbandonedContact(
    random,
    createUnservedContact(random, start, { more: createEmptyAgentFields(random) }),
  ),
];

/** The flow, the line or the system ends the wait, not the customer. */
const endWaitBySystem: Scenario = (random, start) => {
  const reason = random.pick(['CONTACT_FLOW_DISCONNECT', 'TELECOM_PROBLEM', 'OTHER', 'SYSTEM_ERROR']);
  return [
    createContact(random, createUnservedContact(random, start, { reason, shape: pickLaterShape(random) })),
  ];
};

/** A program dials and queues the call, and the customer does not answer. */
const dialWithoutAnswer: Scenario = (random, start) => [
  createContact(
    random,
    createUnservedContact(random, start, { method: 'API', connected: null, reason: null }),
  ),
];

const monitorContact: Scenario = (random, start) => {
  const listening = {
    stateStartTimestamp: formatTimestamp(start),
    stateEndTimestamp: formatTimestamp(start + 60),
  };
  const stateTransitions = [{ ...listening, state: 'SILENT_MONITOR' }];
  const record = buildRecord(random, createMonitoringContact(random, start));
  return [
    [{ record: { ...record, Agent: { ...readObject(record.Agent), stateTransitions } }, abandoned: false }],
  ];
};

const transferOutFromQueue: Scenario = (random, start) => {
  const waiting = createUnservedContact(random, start);
  return [createContact(random, { ...waiting, more: createExternalTransferFields(random, waiting) })];
};

const transferOutByAgent: Scenario = (random, start) => {
  const talking = createServedContact(random, start);
  return [createContact(random, { ...talking, more: createExternalTransferFields(random, talking) })];
};

const transferByAgent: Scenario = (random, start) => {
  const first = createServedContact(random, start);
  return linkContacts(
    createContact(random, first),
    createContactInNextQueue(random, first, 'TRANSFER', 0.15),
  );
};

const transferInQueue: Scenario = (random, start) => {
  const first = createUnservedContact(random, start);
  return linkContacts(
    createContact(random, first),
    createContactInNextQueue(random, first, 'QUEUE_TRANSFER', 0.25),
  );
};

const callBack: Scenario = (random, start) => {
  const first = createUnservedContact(random, start);
  return linkContacts(
    createContact(random, first),
    createContact(random, createCallback(random, first, random.chance(0.7))),
  );
};

const surveyCustomer: Scenario = (random, start) => {
  const first = createServedContact(random, start, { reason: 'AGENT_DISCONNECT' });
  return linkContacts(createContact(random, first), createContact(random, createSurvey(random, first)));
};

const transferToOneAgent: Scenario = (random, start) => {
  const isAbandoned = random.chance(0.4);
  const waiting = (isAbandoned ? createUnservedContact : createServedContact)(random, start, {
    method: 'TRANSFER',
  });
  const moments = { enqueued: null, dequeued: null, ...waiting.queue };
  const own = { ...waiting, queue: { ...moments, queue: getAgentQueue(random.pick(AGENTS)) } };
  return [isAbandoned ? createAbandonedContact(random, own) : createContact(random, own)];
};

/** The first version is still in the queue and not abandoned; in the next version the customer has left. */
const abandonInSecondVersion: Scenario = (random, start) => {
  const left = createUnservedContact(random, start, { shape: pickLaterShape(random) });
  const abandoned = { record: buildRecord(random, left), abandoned: true };
  const queue = { ...readObject(abandoned.record.Queue), DequeueTimestamp: null, Duration: null };
  const waiting = { ...abandoned.record, DisconnectTimestamp: null, DisconnectReason: null, Queue: queue };
  return [[{ record: waiting, abandoned: false }, createLaterVersion(abandoned, random.whole(30, 600), {})]];
};

/** The first version is abandoned; in the next version the customer is called back. */
const callBackAfterAbandonment: Scenario = (random, start) => {
  const first = createUnservedContact(random, start);
  const abandoned = { record: buildRecord(random, first), abandoned: true };
  const continued = { ...createLaterVersion(abandoned, random.whole(60, 3000), {}), abandoned: false };
  const [update, callback] = linkContacts(
    [continued],
    createContact(random, createCallback(random, first, true)),
  );
  return [[abandoned, ...update], callback];
};

/** Each scenario with its weight: about this many of 100 customers who arrive while the centre is open. */
const SCENARIOS: [number, Scenario][] = [
  [30, (random, start) => [createContact(random, createServedContact(random, start))]],
  [11, hangUpInMenu],
  [5, endByFlow],
  [5.4, abandonCall],
  [2, endWaitBySystem],
  [12, (random, start) => [createContact(random, createServedContact(random, start, CHAT))]],
  [1.5, (random, start) => [createAbandonedContact(random, createUnservedContact(random, start, CHAT))]],
  [
    0.7,
    (random, start) => [createContact(random, createUnservedContact(random, start, createIdleChat(random)))],
  ],
  [
    0.6,
    (random, start) => [createContact(random, createServedContact(random, start, createWebCall(random)))],
  ],
  [
    0.2,
    (random, start) => [
      createAbandonedContact(random, createUnservedContact(random, start, createWebCall(random))),
    ],
  ],
  [
    6,
    (random, start) => [createContact(random, createServedContact(random, start, createTask(random, start)))],
  ],
  [
    0.8,
    (random, start) => [
      createContact(random, createUnservedContact(random, start, createExpiredTask(random, start))),
    ],
  ],
  [1.5, (random, start) => [createContact(random, createServedContact(random, start, createEmail(random)))]],
  [
    0.5,
    (random, start) => [createContact(random, createUnservedContact(random, start, createEmail(random)))],
  ],
  [4, (random, start) => [createContact(random, createOutboundCall(random, start))]],
  [2, (random, start) => [createContact(random, createUnansweredOutboundCall(random, start))]],
  [1, dialWithoutAnswer],
  [0.8, (random, start) => [createContact(random, createServedContact(random, start, { method: 'API' }))]],
  [0.5, (random, start) => [createContact(random, createThirdPartyCall(random, start))]],
  [0.5, monitorContact],
  [0.8, transferOutFromQueue],
  [1, transferOutByAgent],
  [3, transferByAgent],
  [2, transferInQueue],
  [2.5, callBack],
  [1, surveyCustomer],
  [0.5, transferToOneAgent],
  [0.4, abandonInSecondVersion],
  [0.4, callBackAfterAbandonment],
];

function createContactInNextQueue(
  random: Random,
  first: ContactHistory,
  method: string,
  abandonedShare: number,
): Contact {
  const isAbandoned = random.chance(abandonedShare);
  return (isAbandoned ? createAbandonedContact : createContact)(
    random,
    createTransferredContact(random, first, method, isAbandoned),
  );
}
