/**
 * The scenarios of a contact centre. Each creates one chain of contacts; most chains have one contact.
 *
 * A scenario knows what happened, so it says for every version whether it is abandoned. It does not use the project's
 * own decision, because a run checks that decision.
 */
import { AGENTS, getAgentQueue, isOpen, QUEUES } from './queues-and-agents';
import {
  type Changes,
  type Contact,
  createAbandonedContact,
  createCallback,
  createContact,
  createEmptyAgentFields,
  createExternalTransferFields,
  createLaterVersion,
  createOutboundCall,
  createServedContact,
  createUnqueuedContact,
  createUnservedContact,
  endInSecondVersion,
  linkContacts,
  pickLaterShape,
  readObject,
} from './contact-histories';
import type { Random } from './random';
import { buildRecord, buildRecordingsEntry, type ContactHistory, formatTimestamp } from './build-record';

type Create<T> = (random: Random, start: number) => T;
type CreateHistory = Create<ContactHistory>;
type Scenario = Create<Contact[]>;

/** Creates the contacts of a customer who arrives at this moment. */
export const createContactChain: Scenario = (random, start) => {
  if (!isOpen(start)) return endByFlow(random, start);
  const [, createChain] = random.weighted(SCENARIOS, ([weight]) => weight);
  return createChain(random, start);
};

const serve =
  (createChanges: Create<Changes> = () => ({})): CreateHistory =>
  (random, start) =>
    createServedContact(random, start, createChanges(random, start));

const leaveUnserved =
  (createChanges: Create<Changes> = () => ({})): CreateHistory =>
  (random, start) =>
    createUnservedContact(random, start, createChanges(random, start));

const endUnqueued =
  (reason: string): CreateHistory =>
  (random, start) =>
    createUnqueuedContact(random, start, reason);

const transferOut =
  (createHistory: CreateHistory): CreateHistory =>
  (random, start) => {
    const history = createHistory(random, start);
    return { ...history, more: createExternalTransferFields(random, history) };
  };

/** Makes a scenario of one contact that is not abandoned. */
const createOne =
  (createHistory: CreateHistory): Scenario =>
  (random, start) => [createContact(random, createHistory(random, start))];

/** Makes a scenario of one contact that is abandoned. */
const createAbandoned =
  (createHistory: CreateHistory): Scenario =>
  (random, start) => [createAbandonedContact(random, createHistory(random, start))];

/** Makes a scenario of a contact that is not abandoned, and the next contact. */
const createTwo =
  (createHistory: CreateHistory, createNext: (random: Random, first: ContactHistory) => Contact): Scenario =>
  (random, start) => {
    const first = createHistory(random, start);
    return linkContacts(createContact(random, first), createNext(random, first));
  };

const changeToChat = (): Changes => ({ channel: 'CHAT', method: 'API' });
/** Connect names the reason of every chat that the customer left, and of some others. */
const endChat =
  (...reasons: (string | null)[]): Create<Changes> =>
  (random) => ({ ...changeToChat(), reason: random.pick(reasons), shape: pickLaterShape(random) });
const leaveChat = endChat('CUSTOMER_DISCONNECT');
const changeToWebCall = (random: Random): Changes => ({
  method: 'WEBRTC_API',
  shape: pickLaterShape(random),
});
const changeToEmail = (random: Random): Changes => ({ channel: 'EMAIL', shape: pickLaterShape(random) });
const changeToTask: Create<Changes> = (random, start) => ({
  channel: 'TASK',
  method: random.pick(['API', 'FLOW']),
  shape: pickLaterShape(random),
  more: {
    ContactDetails: {
      ContactDetailsName: 'Call supplier',
      ContactDetailsValue: 'Order has not left the house',
    },
    References: [{ Name: 'order', Type: 'URL', Value: 'https://example.com/orders/1' }],
    ScheduledTimestamp: random.chance(0.3) ? formatTimestamp(start - 60) : null,
  },
});

const endByFlow = createOne(endUnqueued('CONTACT_FLOW_DISCONNECT'));

/** The flow, the line or the system ends the wait, not the customer. */
const endWaitBySystem = leaveUnserved((random) => ({
  reason: random.pick(['CONTACT_FLOW_DISCONNECT', 'TELECOM_PROBLEM', 'OTHER', 'SYSTEM_ERROR']),
  shape: pickLaterShape(random),
}));

const expireTask = leaveUnserved((random, start) => ({
  ...changeToTask(random, start),
  reason: random.pick(['EXPIRED', 'API', null]),
}));

const dialWithoutAnswer: CreateHistory = (random, start) => ({
  ...createUnqueuedContact(random, start, 'TELECOM_UNANSWERED'),
  method: 'OUTBOUND',
  connected: null,
  queue: { queue: random.pick(QUEUES), enqueued: null, dequeued: null },
});

/** An agent calls a third party, during another call. */
const callThirdParty: CreateHistory = (random, start) => ({
  ...createOutboundCall(random, start),
  method: 'EXTERNAL_OUTBOUND',
  more: { ExternalThirdParty: { ExternalThirdPartyInteractionDuration: random.whole(5, 300) } },
});

/** A supervisor monitors a call. */
const monitorContact: Scenario = (random, start) => {
  const monitoring = serve(() => ({ method: 'MONITOR', shape: pickLaterShape(random) }));
  const record = buildRecord(random, monitoring(random, start));
  const listening = {
    stateStartTimestamp: formatTimestamp(start),
    stateEndTimestamp: formatTimestamp(start + 60),
    state: 'SILENT_MONITOR',
  };
  const Agent = { ...readObject(record.Agent), stateTransitions: [listening] };
  return [[{ record: { ...record, Agent }, abandoned: false }]];
};

/** The next contact, in another queue, where the customer is served or abandons it. */
const transferTo =
  (method: string, abandonedShare: number) =>
  (random: Random, first: ContactHistory): Contact => {
    const [createHistory, create] = random.chance(abandonedShare) ? ABANDONED : SERVED;
    const changes = { method, customer: first.customer };
    return create(random, createHistory(random, first.end ?? first.start, changes));
  };

const ABANDONED = [createUnservedContact, createAbandonedContact] as const;
const SERVED = [createServedContact, createContact] as const;

/** A disconnect flow: it runs after the agent or the customer has left. */
const surveyCustomer = (random: Random, first: ContactHistory): Contact =>
  createContact(random, {
    ...createUnqueuedContact(random, first.end ?? first.start, 'CONTACT_FLOW_DISCONNECT'),
    method: 'DISCONNECT',
    channel: first.channel,
    customer: first.customer,
  });

/** The customer leaves the queue, and a disconnect flow follows. In its first version, it may not have ended. */
const surveyAfterAbandonment =
  (createHistory: CreateHistory): Scenario =>
  (random, start) => {
    const first = createHistory(random, start);
    const survey = surveyCustomer(random, first);
    const versions = random.chance(0.3) ? endInSecondVersion(random, survey) : survey;
    return linkContacts(createAbandonedContact(random, first), versions);
  };

/** The customer has left, and a next contact exists, but is never delivered. */
const awaitForEver = createOne(leaveUnserved((random) => ({ more: { NextContactId: random.uuid() } })));

/** The customer leaves a voicemail in the queue, and then the line; storing it updates an attribute. */
const leaveVoicemail: Scenario = (random, start) => {
  const history = createUnservedContact(random, start, { shape: pickLaterShape(random) });
  const stored = { record: buildRecord(random, history), abandoned: true };
  const Attributes = { ...readObject(stored.record.Attributes), vmx3_target: 'queue' };
  const Recordings = [buildRecordingsEntry(history.id, start, history.end ?? start, 'IVR')];
  const record = { ...stored.record, Recordings, Attributes: { ...Attributes, vmx3_flag: '1' } };
  const changes = { Recordings, Attributes: { ...Attributes, vmx3_flag: '0' } };
  return [[{ record, abandoned: true }, createLaterVersion(stored, random.whole(60, 300), changes)]];
};

/** Connect dials and queues each answered call, even one that a machine answered. Only a person can abandon it. */
const dial =
  (changes: Changes, statuses: string[], isAbandoned: boolean) =>
  (random: Random, start: number): Contact => {
    const status = random.pick(statuses);
    const history = createUnservedContact(random, start, {
      reason: 'CUSTOMER_DISCONNECT',
      shape: pickLaterShape(random),
      ...(status === 'AMD_UNANSWERED' && { connected: null, reason: null }),
      ...changes,
      more: { ...changes.more, AnsweringMachineDetectionStatus: status },
    });
    return (isAbandoned ? createAbandonedContact : createContact)(random, history);
  };

const PERSON = ['HUMAN_ANSWERED', 'AMD_UNRESOLVED', 'AMD_UNRESOLVED_SILENCE', 'AMD_ERROR'];
const NO_PERSON = [
  ...['VOICEMAIL_BEEP', 'VOICEMAIL_NO_BEEP', 'FAX_MACHINE_DETECTED'],
  ...[
    'SIT_TONE_BUSY',
    'SIT_TONE_INVALID_NUMBER',
    'SIT_TONE_DETECTED',
    'AMD_UNANSWERED',
    'AMD_NOT_APPLICABLE',
  ],
];
const CAMPAIGN = {
  method: 'API',
  more: { Campaign: { CampaignId: 'cccccccc-0000-4000-8000-000000000001' } },
};

/**
 * A flow queues a callback, which waits for an agent without the customer. Then Connect dials the customer, who leaves
 * again, does not answer, or talks to the agent.
 */
const callBackCustomerFirst: Scenario = (random, start) => {
  const shape = pickLaterShape(random);
  const first = createUnservedContact(random, start, { shape, reason: 'CONTACT_FLOW_DISCONNECT' });
  const { customer } = first;
  const waiting = createUnservedContact(random, first.end ?? start, {
    ...{ customer, shape, reason: null, method: 'CALLBACK_CUSTOMER_FIRST_QUEUED' },
  });
  const changes = { customer, method: 'CALLBACK_CUSTOMER_FIRST_DIALED' };
  const createDialled = random.pick([
    dial(changes, PERSON, true),
    dial(changes, NO_PERSON, false),
    (...args: [Random, number]) => createContact(random, createServedContact(...args, changes)),
  ]);
  return linkContacts(
    createContact(random, first),
    createContact(random, waiting),
    createDialled(random, waiting.end ?? start),
  );
};

const transferToOneAgent: Scenario = (random, start) => {
  const [createHistory, create] = random.chance(0.4) ? ABANDONED : SERVED;
  const waiting = createHistory(random, start, { method: 'TRANSFER' });
  const moments = { enqueued: null, dequeued: null, ...waiting.queue };
  return [create(random, { ...waiting, queue: { ...moments, queue: getAgentQueue(random.pick(AGENTS)) } })];
};

/** The first version is still in the queue and not abandoned; in the next version the customer has left. */
const abandonInSecondVersion: Scenario = (random, start) => {
  const left = createUnservedContact(random, start, { shape: pickLaterShape(random) });
  const abandoned = { record: buildRecord(random, left), abandoned: true };
  const Queue = { ...readObject(abandoned.record.Queue), DequeueTimestamp: null, Duration: null };
  return [endInSecondVersion(random, [abandoned], { Queue })];
};

/** The first version is abandoned; in the next version the customer is called back. */
const callBackAfterAbandonment: Scenario = (random, start) => {
  const first = createUnservedContact(random, start);
  const abandoned = { record: buildRecord(random, first), abandoned: true };
  const continued = { ...createLaterVersion(abandoned, random.whole(60, 3000), {}), abandoned: false };
  const [update = [], callback = []] = linkContacts(
    [continued],
    createContact(random, createCallback(random, first, true)),
  );
  return [[abandoned, ...update], callback];
};

/** Each scenario with its weight: about this many of 100 customers who arrive while the centre is open. */
const SCENARIOS: [number, Scenario][] = [
  [30, createOne(serve())],
  [11, createOne(endUnqueued('CUSTOMER_DISCONNECT'))],
  [5, endByFlow],
  [4.1, createAbandoned(leaveUnserved((random) => ({ more: createEmptyAgentFields(random) })))],
  [2, createOne(endWaitBySystem)],
  [12, createOne(serve(changeToChat))],
  [1, createAbandoned(leaveUnserved(leaveChat))],
  // A chat that ended for a reason that is not in Connect's list has none.
  [1.2, createOne(leaveUnserved(endChat('IDLE_DISCONNECT', 'EXPIRED', null, null)))],
  [0.6, createOne(serve(changeToWebCall))],
  [0.2, createAbandoned(leaveUnserved(changeToWebCall))],
  [6, createOne(serve(changeToTask))],
  [0.8, createOne(expireTask)],
  [1.5, createOne(serve(changeToEmail))],
  [0.5, createOne(leaveUnserved(changeToEmail))],
  [4, createOne(createOutboundCall)],
  [2, createOne(dialWithoutAnswer)],
  // A program dials and queues the call, and the customer does not answer.
  [1, createOne(leaveUnserved(() => ({ method: 'API', connected: null, reason: null })))],
  [0.8, createOne(serve(() => ({ method: 'API' })))],
  [0.5, createOne(callThirdParty)],
  [0.5, monitorContact],
  [0.8, createOne(transferOut(leaveUnserved()))],
  [1, createOne(transferOut(serve()))],
  [3, createTwo(serve(), transferTo('TRANSFER', 0.15))],
  [2, createTwo(leaveUnserved(), transferTo('QUEUE_TRANSFER', 0.25))],
  [
    2.5,
    createTwo(leaveUnserved(), (random, first) =>
      createContact(random, createCallback(random, first, random.chance(0.7))),
    ),
  ],
  [
    1,
    createTwo(
      serve(() => ({ reason: 'AGENT_DISCONNECT' })),
      surveyCustomer,
    ),
  ],
  [1, surveyAfterAbandonment(leaveUnserved())],
  [0.6, surveyAfterAbandonment(leaveUnserved(leaveChat))],
  // The flow puts the customer into a queue again: only the next contact can be abandoned.
  [0.6, createTwo(leaveUnserved(), transferTo('DISCONNECT', 0.7))],
  [0.3, awaitForEver],
  [0.5, leaveVoicemail],
  [0.8, callBackCustomerFirst],
  [0.3, (...args) => [dial(CAMPAIGN, PERSON, true)(...args)]],
  [0.8, (...args) => [dial(CAMPAIGN, NO_PERSON, false)(...args)]],
  [0.5, transferToOneAgent],
  [0.4, abandonInSecondVersion],
  [0.4, callBackAfterAbandonment],
];
