/**
 * Every row of the rule what "abandoned" means, with a record for it: what is changed in a contact that is abandoned
 * otherwise (`aContactRecord`). The decision is tested on it, and so is the whole way of a record. `docs/abandoned.md` has
 * the same rows, held by `test/docs/abandoned.test.ts`, beside what AWS says of them.
 */
import type { NotAbandonedReason } from '../lambda/contact-records/contact-record/abandoned';
import type { NextContactDecision } from '../lambda/contact-records/contact-record/next-contact';
import { aContactRecord, aQueue } from './factories';

/** A contact is abandoned … */
export const ABANDONED: [when: string, fields: Record<string, unknown>][] = [
  ['when it was queued, no agent connected, and the customer left', {}],
  ['when it has no DisconnectReason, as in records of 2018 to 2020', { DisconnectReason: undefined }],
  ['when its DisconnectReason is null and it is no chat', { DisconnectReason: null }],
  ['when Agent is empty', { Agent: {} }],
  [
    'when Agent contains nothing but nulls and empty containers',
    { Agent: { ARN: null, HierarchyGroups: { Level1: null }, StateTransitions: [] } },
  ],
  ['when Agent is absent', { Agent: undefined }],
  ['when it left the queue, and the customer disconnected', { DisconnectTimestamp: null }],
  ['when only DisconnectTimestamp says that it ended', { Queue: aQueue({ DequeueTimestamp: null }) }],
  ["in an agent's own queue, which has no name", { Queue: aQueue({ Name: null }) }],
  ['after a transfer into this queue', { InitiationMethod: 'QUEUE_TRANSFER', PreviousContactId: 'c-0' }],
  ['although agents were offered it and did not accept', { AgentConnectionAttempts: 3 }],
  ['as a callback that the customer answered', { InitiationMethod: 'CALLBACK' }],
  [
    'as a chat started by API, which no customer has to answer',
    { InitiationMethod: 'API', Channel: 'CHAT', ConnectedToSystemTimestamp: null },
  ],
  ['as a voice contact started by API that the customer answered', { InitiationMethod: 'API' }],
  [
    'as a chat that the customer left',
    { Channel: 'CHAT', InitiationMethod: 'API', ConnectedToSystemTimestamp: null },
  ],
  [
    'as a customer-first callback that the customer answered',
    { InitiationMethod: 'CALLBACK_CUSTOMER_FIRST_DIALED' },
  ],
  ...['HUMAN_ANSWERED', 'AMD_UNRESOLVED', 'AMD_UNRESOLVED_SILENCE', 'AMD_ERROR', 'NEW_STATUS'].map(
    (status): (typeof ABANDONED)[number] => [
      `when answering-machine detection says ${status}`,
      { InitiationMethod: 'OUTBOUND', AnsweringMachineDetectionStatus: status },
    ],
  ),
  ['with an empty NextContactId, which names no contact', { NextContactId: '' }],
  ['with a TransferredToEndpoint of nulls', { TransferredToEndpoint: { Address: null, Type: null } }],
  ['on an unknown channel', { Channel: 'HOLOGRAM' }],
  ['with an unknown initiation method', { InitiationMethod: 'TELEPATHY' }],
  ['without a channel and initiation method', { Channel: null, InitiationMethod: undefined }],
];

/** A contact is not abandoned … */
export const NOT_ABANDONED: [because: NotAbandonedReason, when: string, fields: Record<string, unknown>][] = [
  ['never-queued', 'when it hung up in the IVR', { Queue: null }],
  ['never-queued', 'when it has no Queue', { Queue: undefined }],
  ['never-queued', 'when Queue is not an object', { Queue: 'BasicQueue' }],
  ['never-queued', 'when a queue was set but never entered', { Queue: aQueue({ EnqueueTimestamp: null }) }],
  ['never-queued', 'when EnqueueTimestamp is missing', { Queue: aQueue({ EnqueueTimestamp: undefined }) }],
  ['never-queued', 'when EnqueueTimestamp is empty', { Queue: aQueue({ EnqueueTimestamp: '' }) }],
  [
    'agent-connected',
    'when an agent took it',
    { Agent: { ConnectedToAgentTimestamp: '2024-03-05T09:31:00Z' } },
  ],
  [
    'agent-connected',
    'when one leaf of Agent is set, even a zero',
    { Agent: { ARN: null, NumberOfHolds: 0 } },
  ],
  [
    'agent-connected',
    'when one leaf of Agent is set, even false',
    { Agent: { Capabilities: { Video: false } } },
  ],
  [
    'agent-connected',
    'when a deep leaf of Agent is set',
    { Agent: { StateTransitions: [{ state: 'BARGE' }] } },
  ],
  ['agent-connected', 'when Agent is of another type than ever seen', { Agent: 'agent-three' }],
  [
    'not-ended',
    'when it is still waiting',
    { DisconnectTimestamp: null, Queue: aQueue({ DequeueTimestamp: null }) },
  ],
  [
    'not-ended',
    'when it left the queue, and nothing says that the customer disconnected',
    { DisconnectTimestamp: null, DisconnectReason: null },
  ],
  [
    'not-ended',
    'when it has no timestamp of its end',
    { DisconnectTimestamp: undefined, Queue: aQueue({ DequeueTimestamp: undefined }) },
  ],
  ['ended-otherwise', 'when a flow ended it', { DisconnectReason: 'CONTACT_FLOW_DISCONNECT' }],
  ['ended-otherwise', 'when the reason is unknown', { DisconnectReason: 'NEW_REASON' }],
  ['ended-otherwise', 'when the reason is of another type', { DisconnectReason: 7 }],
  [
    'ended-otherwise',
    'as a chat without a DisconnectReason: Connect names one if the customer left',
    { Channel: 'CHAT', DisconnectReason: null },
  ],
  [
    'continued',
    'when NextContactId names the contact itself',
    { NextContactId: 'c0000000-0000-4000-8000-000000000001' },
  ],
  ['continued', 'when NextContactId is no string', { NextContactId: 7 }],
  ['continued', 'when NextContactId is too long for an id', { NextContactId: 'c'.repeat(257) }],
  [
    'transferred-out',
    'when the transfer out was completed',
    { TransferCompletedTimestamp: '2024-03-05T09:31:00Z' },
  ],
  [
    'transferred-out',
    'when it was transferred to an endpoint',
    { TransferredToEndpoint: { Address: '+18005550199' } },
  ],
  [
    'never-answered',
    'when a callback was not answered',
    { InitiationMethod: 'CALLBACK', ConnectedToSystemTimestamp: null },
  ],
  [
    'never-answered',
    'when an outbound call was not answered',
    { InitiationMethod: 'OUTBOUND', ConnectedToSystemTimestamp: undefined },
  ],
  [
    'never-answered',
    'when a voice contact by API was not answered',
    { InitiationMethod: 'API', ConnectedToSystemTimestamp: null },
  ],
  [
    'never-answered',
    'when a customer-first callback was not answered',
    { InitiationMethod: 'CALLBACK_CUSTOMER_FIRST_DIALED', ConnectedToSystemTimestamp: null },
  ],
  ...[
    ...[
      'VOICEMAIL_BEEP',
      'VOICEMAIL_NO_BEEP',
      'SIT_TONE_BUSY',
      'SIT_TONE_INVALID_NUMBER',
      'SIT_TONE_DETECTED',
    ],
    ...['FAX_MACHINE_DETECTED', 'AMD_UNANSWERED', 'AMD_NOT_APPLICABLE'],
  ].map((status): (typeof NOT_ABANDONED)[number] => [
    'never-answered',
    `when answering-machine detection says ${status}`,
    { InitiationMethod: 'OUTBOUND', AnsweringMachineDetectionStatus: status },
  ]),
  [
    'no-customer',
    'when the callback waits for an agent before the customer is called',
    { InitiationMethod: 'CALLBACK_CUSTOMER_FIRST_QUEUED' },
  ],
  ['no-customer', 'when an external party is called', { InitiationMethod: 'EXTERNAL_OUTBOUND' }],
  ['no-customer', 'when a supervisor monitors', { InitiationMethod: 'MONITOR' }],
  ['no-customer', 'when an agent previews a campaign contact', { InitiationMethod: 'CAMPAIGN_PREVIEW' }],
  ['no-customer', 'when an agent replies', { InitiationMethod: 'AGENT_REPLY' }],
  ['nobody-waiting', 'when it is a task', { Channel: 'TASK' }],
  ['nobody-waiting', 'when it is an email', { Channel: 'EMAIL' }],
];

/** A contact that is abandoned but for its next contact, `c-2`, is decided by it … */
export const DEPENDS_ON_NEXT_CONTACT: [when: string, fields: Record<string, unknown>][] = [
  ['when a transfer, a callback or a disconnect flow followed', { NextContactId: 'c-2' }],
];

/** The next contact, unless a row changes it: a survey that the disconnect flow began after the customer had left. */
export const aSurvey = (overrides: Record<string, unknown> = {}): Record<string, unknown> =>
  aContactRecord({
    ContactId: 'c-2',
    InitiationMethod: 'DISCONNECT',
    PreviousContactId: 'c0000000-0000-4000-8000-000000000001',
    Queue: null,
    DisconnectReason: 'CONTACT_FLOW_DISCONNECT',
    ...overrides,
  });

/** What the next contact says, by what differs from a survey. */
export const NEXT_CONTACTS: [decision: NextContactDecision, when: string, fields: Record<string, unknown>][] =
  [
    ['abandoned', 'when a disconnect flow ran and ended', {}],
    ['abandoned', 'when the flow set a queue and did not enter it', { Queue: { EnqueueTimestamp: null } }],
    ['abandoned', 'when Agent contains nothing but nulls', { Agent: { ARN: null } }],
    ['awaiting', 'while it has not ended', { DisconnectTimestamp: null }],
    ['awaiting', 'while it has no InitiationMethod', { InitiationMethod: null }],
    ['continued', 'when it is a transfer', { InitiationMethod: 'TRANSFER' }],
    [
      'continued',
      'when it is a transfer to another queue',
      { InitiationMethod: 'QUEUE_TRANSFER', Queue: { EnqueueTimestamp: '2024-03-05T09:31:10Z' } },
    ],
    ['continued', 'when it is a callback', { InitiationMethod: 'CALLBACK' }],
    ['continued', 'when it has an initiation method that Connect may add', { InitiationMethod: 'TELEPATHY' }],
    [
      'continued',
      'when the disconnect flow put the customer into a queue',
      { Queue: { EnqueueTimestamp: '2024-03-05T09:31:10Z' } },
    ],
    ['continued', 'when an agent took the customer', { Agent: { ARN: 'agent-1' } }],
    ['continued', 'when it has a next contact of its own', { NextContactId: 'c-3' }],
    ['continued', 'when it names another previous contact', { PreviousContactId: 'c-9' }],
    ['continued', 'when it names no previous contact', { PreviousContactId: null }],
    ['continued', 'when it is of another instance', { InstanceARN: 'another-instance' }],
  ];
