/**
 * Every row of the rule what "abandoned" means, with a record for it: what is changed in a contact that is abandoned
 * otherwise (`aContactRecord`). The decision is tested on it, and so is the whole way of a record. `docs/abandoned.md` has
 * the same rows, held by `test/docs/abandoned.test.ts`, beside what AWS says of them.
 */
import type { NotAbandonedReason } from '../lambda/contact-records/contact-record/abandoned';
import { aQueue } from './factories';

/** A contact is abandoned … */
export const ABANDONED: [when: string, fields: Record<string, unknown>][] = [
  ['when it was queued, no agent connected, and the customer left', {}],
  ['in the shape of 2018, which has no DisconnectReason at all', { DisconnectReason: undefined }],
  ['when its DisconnectReason is null, which says nothing', { DisconnectReason: null }],
  ['when an empty Agent says that nobody connected', { Agent: {} }],
  [
    'when Agent holds nothing but nulls and empty containers',
    { Agent: { ARN: null, HierarchyGroups: { Level1: null }, StateTransitions: [] } },
  ],
  ['when Agent is absent', { Agent: undefined }],
  ['when only DequeueTimestamp says that it ended', { DisconnectTimestamp: null }],
  ['when only DisconnectTimestamp says that it ended', { Queue: aQueue({ DequeueTimestamp: null }) }],
  ["in an agent's own queue, which has no name", { Queue: aQueue({ Name: null }) }],
  ['after a transfer into this queue', { InitiationMethod: 'QUEUE_TRANSFER', PreviousContactId: 'c-0' }],
  ['although agents were offered it and did not accept', { AgentConnectionAttempts: 3 }],
  ['as a callback that the customer answered', { InitiationMethod: 'CALLBACK' }],
  [
    'as a chat started by API, which nobody has to answer first',
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
  ['on a channel that nobody has heard of', { Channel: 'HOLOGRAM' }],
  ['with an initiation method that nobody has heard of', { InitiationMethod: 'TELEPATHY' }],
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
    'when it still waits',
    { DisconnectTimestamp: null, Queue: aQueue({ DequeueTimestamp: null }) },
  ],
  [
    'not-ended',
    'when it left the queue, and nothing says that the customer disconnected',
    { DisconnectTimestamp: null, DisconnectReason: null },
  ],
  [
    'not-ended',
    'when neither end is there at all',
    { DisconnectTimestamp: undefined, Queue: aQueue({ DequeueTimestamp: undefined }) },
  ],
  ['ended-otherwise', 'when a flow ended it', { DisconnectReason: 'CONTACT_FLOW_DISCONNECT' }],
  ['ended-otherwise', 'when the reason is one that nobody has heard of', { DisconnectReason: 'NEW_REASON' }],
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

/** A contact is decided by its next contact … */
export const DEPENDS_ON_NEXT_CONTACT: [when: string, fields: Record<string, unknown>][] = [
  ['when a transfer, a callback or a disconnect flow followed', { NextContactId: 'c-2' }],
];
