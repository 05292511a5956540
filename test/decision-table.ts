/**
 * The decision table for "abandoned": each row changes some fields of an abandoned contact (`aContactRecord`). Unit tests,
 * integration tests and the corpus use it. `docs/abandoned.md` shows the same changes (`test/docs/abandoned.test.ts`).
 */
import type { NotAbandonedReason } from '../lambda/contact-records/contact-record/abandoned';
import type { NextContactDecision } from '../lambda/contact-records/contact-record/next-contact';
import { aContactRecord, aQueue } from './factories';

/** A contact is abandoned … */
export const ABANDONED: [when: string, fields: Record<string, unknown>][] = [
  ['when it was queued, no agent connected, and the customer left', {}],
  ['when DisconnectReason is absent, as in records of 2018 to 2020', { DisconnectReason: undefined }],
  ['when DisconnectReason is null, and it is not a chat', { DisconnectReason: null }],
  ['when Agent is empty', { Agent: {} }],
  [
    'when Agent has only nulls and empty containers',
    { Agent: { ARN: null, HierarchyGroups: { Level1: null }, StateTransitions: [] } },
  ],
  ['when Agent is absent', { Agent: undefined }],
  ['when it left the queue, and the customer disconnected', { DisconnectTimestamp: null }],
  ['when only DisconnectTimestamp shows that it ended', { Queue: aQueue({ DequeueTimestamp: null }) }],
  ["when it waited in an agent's own queue", { Queue: aQueue({ Name: null }) }],
  [
    'when it was transferred into this queue',
    { InitiationMethod: 'QUEUE_TRANSFER', PreviousContactId: 'c-0' },
  ],
  ['when agents did not accept it', { AgentConnectionAttempts: 3 }],
  ['when the customer answered the callback', { InitiationMethod: 'CALLBACK' }],
  [
    'when it is a chat started by API',
    { InitiationMethod: 'API', Channel: 'CHAT', ConnectedToSystemTimestamp: null },
  ],
  ['when the customer answered a voice contact started by API', { InitiationMethod: 'API' }],
  [
    'when the customer answered a customer-first callback',
    { InitiationMethod: 'CALLBACK_CUSTOMER_FIRST_DIALED' },
  ],
  ...['HUMAN_ANSWERED', 'AMD_UNRESOLVED', 'AMD_UNRESOLVED_SILENCE', 'AMD_ERROR', 'NEW_STATUS'].map(
    (status): (typeof ABANDONED)[number] => [
      `when answering-machine detection says ${status}`,
      { InitiationMethod: 'OUTBOUND', AnsweringMachineDetectionStatus: status },
    ],
  ),
  ['when NextContactId is empty', { NextContactId: '' }],
  ['when TransferredToEndpoint has only nulls', { TransferredToEndpoint: { Address: null, Type: null } }],
  ['when the channel is unknown', { Channel: 'HOLOGRAM' }],
  ['when the initiation method is unknown', { InitiationMethod: 'TELEPATHY' }],
  ['when channel and initiation method are missing', { Channel: null, InitiationMethod: undefined }],
];

/** A contact is not abandoned … */
export const NOT_ABANDONED: [because: NotAbandonedReason, when: string, fields: Record<string, unknown>][] = [
  ['never-queued', 'when the customer hung up in the IVR', { Queue: null }],
  ['never-queued', 'when Queue is absent', { Queue: undefined }],
  ['never-queued', 'when Queue is not an object', { Queue: 'BasicQueue' }],
  ['never-queued', 'when the queue was not entered', { Queue: aQueue({ EnqueueTimestamp: null }) }],
  ['never-queued', 'when EnqueueTimestamp is absent', { Queue: aQueue({ EnqueueTimestamp: undefined }) }],
  ['never-queued', 'when EnqueueTimestamp is empty', { Queue: aQueue({ EnqueueTimestamp: '' }) }],
  [
    'agent-connected',
    'when an agent took it',
    { Agent: { ConnectedToAgentTimestamp: '2024-03-05T09:31:00Z' } },
  ],
  ['agent-connected', 'when a field of Agent is zero', { Agent: { ARN: null, NumberOfHolds: 0 } }],
  ['agent-connected', 'when a field of Agent is false', { Agent: { Capabilities: { Video: false } } }],
  [
    'agent-connected',
    'when a nested field of Agent is set',
    { Agent: { StateTransitions: [{ state: 'BARGE' }] } },
  ],
  ['agent-connected', 'when Agent has an unknown type', { Agent: 'agent-three' }],
  [
    'not-ended',
    'when it is still waiting',
    { DisconnectTimestamp: null, Queue: aQueue({ DequeueTimestamp: null }) },
  ],
  [
    'not-ended',
    'when it left the queue, and DisconnectReason is null',
    { DisconnectTimestamp: null, DisconnectReason: null },
  ],
  [
    'not-ended',
    'when both timestamps are absent',
    { DisconnectTimestamp: undefined, Queue: aQueue({ DequeueTimestamp: undefined }) },
  ],
  ['ended-otherwise', 'when a flow ended it', { DisconnectReason: 'CONTACT_FLOW_DISCONNECT' }],
  ['ended-otherwise', 'when the reason is unknown', { DisconnectReason: 'NEW_REASON' }],
  ['ended-otherwise', 'when the reason has another type', { DisconnectReason: 7 }],
  [
    'ended-otherwise',
    'when it is a chat, and DisconnectReason is null',
    { Channel: 'CHAT', DisconnectReason: null },
  ],
  [
    'continued',
    'when NextContactId names the contact itself',
    { NextContactId: 'c0000000-0000-4000-8000-000000000001' },
  ],
  ['continued', 'when NextContactId is not a string', { NextContactId: 7 }],
  ['continued', 'when NextContactId is too long', { NextContactId: 'c'.repeat(257) }],
  [
    'transferred-out',
    'when a transfer was completed',
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
    'when a voice contact started by API was not answered',
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
    'when the callback waits for an agent first',
    { InitiationMethod: 'CALLBACK_CUSTOMER_FIRST_QUEUED' },
  ],
  ['no-customer', 'when an external party is called', { InitiationMethod: 'EXTERNAL_OUTBOUND' }],
  ['no-customer', 'when a supervisor monitors', { InitiationMethod: 'MONITOR' }],
  ['no-customer', 'when an agent previews a campaign contact', { InitiationMethod: 'CAMPAIGN_PREVIEW' }],
  ['no-customer', 'when an agent replies', { InitiationMethod: 'AGENT_REPLY' }],
  ['nobody-waiting', 'when it is a task', { Channel: 'TASK' }],
  ['nobody-waiting', 'when it is an email', { Channel: 'EMAIL' }],
];

/** A contact depends on its next contact, `c-2`, … */
export const DEPENDS_ON_NEXT_CONTACT: [when: string, fields: Record<string, unknown>][] = [
  ['when a transfer, a callback or a disconnect flow followed', { NextContactId: 'c-2' }],
];

/** Creates the next contact: a survey that a disconnect flow started after the customer left. */
export const aSurvey = (overrides: Record<string, unknown> = {}): Record<string, unknown> =>
  aContactRecord({
    ContactId: 'c-2',
    InitiationMethod: 'DISCONNECT',
    PreviousContactId: 'c0000000-0000-4000-8000-000000000001',
    Queue: null,
    DisconnectReason: 'CONTACT_FLOW_DISCONNECT',
    ...overrides,
  });

/** What the next contact decides; each row changes fields of the survey. */
export const NEXT_CONTACTS: [decision: NextContactDecision, when: string, fields: Record<string, unknown>][] =
  [
    ['abandoned', 'when a disconnect flow ran and ended', {}],
    ['abandoned', 'when the flow did not enter its queue', { Queue: { EnqueueTimestamp: null } }],
    ['abandoned', 'when Agent has only nulls', { Agent: { ARN: null } }],
    ['awaiting', 'when it has not ended', { DisconnectTimestamp: null }],
    ['awaiting', 'when it has no InitiationMethod', { InitiationMethod: null }],
    ['continued', 'when it is a transfer', { InitiationMethod: 'TRANSFER' }],
    [
      'continued',
      'when it is a transfer to another queue',
      { InitiationMethod: 'QUEUE_TRANSFER', Queue: { EnqueueTimestamp: '2024-03-05T09:31:10Z' } },
    ],
    ['continued', 'when it is a callback', { InitiationMethod: 'CALLBACK' }],
    ['continued', 'when its initiation method is unknown', { InitiationMethod: 'TELEPATHY' }],
    [
      'continued',
      'when the flow put the customer into a queue',
      { Queue: { EnqueueTimestamp: '2024-03-05T09:31:10Z' } },
    ],
    ['continued', 'when an agent took it', { Agent: { ARN: 'agent-1' } }],
    ['continued', 'when it has a next contact', { NextContactId: 'c-3' }],
    ['continued', 'when it names another previous contact', { PreviousContactId: 'c-9' }],
    ['continued', 'when it names no previous contact', { PreviousContactId: null }],
    ['continued', 'when it belongs to another instance', { InstanceARN: 'another-instance' }],
  ];
