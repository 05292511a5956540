/**
 * One contact record as Connect would send it, from what happened to the contact. Nothing in here decides whether
 * a contact is abandoned: that is known to the scenario that made up what happened.
 */
import {
  ACCOUNT_ID,
  type Agent,
  INSTANCE_ARN,
  INSTANCE_ID,
  type Queue,
  SYSTEM_NUMBERS,
} from './queues-and-agents';
import type { Random } from './random';

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}
export type ContactRecord = JsonObject & { ContactId: string; LastUpdateTimestamp: string };

/** What happened to a contact; every moment is in seconds since 1970. */
export interface ContactHistory {
  id: string;
  channel: 'VOICE' | 'CHAT' | 'TASK' | 'EMAIL';
  method: string;
  start: number;
  /** When the customer's endpoint connected; null: it never did. @default start */
  connected?: number | null;
  /** null: the contact is still going on. */
  end: number | null;
  /** `enqueued: null`: a queue lent its name and its number, but nobody waited in it. */
  queue?: { queue: Queue; enqueued: number | null; dequeued: number | null };
  agent?: { agent: Agent; connected: number; left: number; afterContactWork: number | null };
  reason?: string | null;
  customer: string;
  /**
   * `old`: before the later fields came, `DisconnectReason` among them; `documented`: the specification;
   * `recent`: with what Connect sends beyond it.
   */
  shape: 'old' | 'documented' | 'recent';
  /** Fields that only this kind of contact has. */
  more?: JsonObject;
}

export const timestamp = (moment: number) => new Date(moment * 1000).toISOString().replace('.000Z', 'Z');
const timestampOrNull = (moment: number | null) => (moment === null ? null : timestamp(moment));

/** Its first version, which comes one to four minutes after all that it tells of. */
export function contactRecord(random: Random, history: ContactHistory): ContactRecord {
  const over = Math.max(history.end ?? history.start, history.agent?.afterContactWork ?? 0);
  const voice = history.channel === 'VOICE';
  const recorded = history.agent && voice && random.chance(0.8) ? history.agent : undefined;
  return {
    AWSAccountId: ACCOUNT_ID,
    AWSContactTraceRecordFormatVersion: '2017-03-10',
    Agent: history.agent ? agentFields(random, history.agent, history.shape) : null,
    AgentConnectionAttempts: history.agent ? random.whole(1, 3) : 0,
    Attributes: attributes(random),
    Channel: history.channel,
    ConnectedToSystemTimestamp: timestampOrNull(
      history.connected === undefined ? history.start : history.connected,
    ),
    ContactId: history.id,
    CustomerEndpoint: voice ? { Address: history.customer, Type: 'TELEPHONE_NUMBER' } : null,
    DisconnectTimestamp: timestampOrNull(history.end),
    InitialContactId: null,
    InitiationMethod: history.method,
    InitiationTimestamp: timestamp(history.start),
    InstanceARN: INSTANCE_ARN,
    LastUpdateTimestamp: timestamp(over + random.whole(60, 240)),
    MediaStreams: voice ? [{ Type: 'AUDIO' }] : history.channel === 'CHAT' ? [{ Type: 'CHAT' }] : [],
    NextContactId: null,
    PreviousContactId: null,
    Queue: history.queue ? queueFields(random, history.queue) : null,
    Recording: recorded ? recordingFields(history.id, recorded.connected) : null,
    Recordings: recorded ? [recordingsFields(history, recorded)] : null,
    SystemEndpoint: voice ? { Address: random.pick(SYSTEM_NUMBERS), Type: 'TELEPHONE_NUMBER' } : null,
    TransferCompletedTimestamp: null,
    TransferredToEndpoint: null,
    ...(history.shape === 'old' ? {} : documentedFields(history)),
    ...(history.shape === 'recent' ? recentFields(random, history) : {}),
    ...history.more,
  };
}

function queueFields(
  random: Random,
  { queue, enqueued, dequeued }: NonNullable<ContactHistory['queue']>,
): JsonObject {
  const waited = enqueued === null || dequeued === null ? null : dequeued - enqueued;
  return {
    ARN: queue.ARN,
    DequeueTimestamp: timestampOrNull(dequeued),
    // In real records it can be a second off.
    Duration: waited === null ? null : Math.max(0, waited - (random.chance(0.1) ? 1 : 0)),
    EnqueueTimestamp: timestampOrNull(enqueued),
    Name: queue.Name,
  };
}

function agentFields(
  random: Random,
  { agent, connected, left, afterContactWork }: NonNullable<ContactHistory['agent']>,
  shape: ContactHistory['shape'],
): JsonObject {
  const talked = left - connected;
  const holds = random.chance(0.25) ? random.whole(1, 3) : 0;
  const held = holds === 0 ? 0 : random.whole(1, Math.max(1, Math.floor(talked / 2)));
  return {
    ARN: agent.ARN,
    ...afterContactWorkFields(left, afterContactWork),
    AgentInteractionDuration: talked - held,
    ConnectedToAgentTimestamp: timestamp(connected),
    CustomerHoldDuration: held,
    HierarchyGroups: agent.HierarchyGroups,
    LongestHoldDuration: Math.ceil(held / Math.max(1, holds)),
    NumberOfHolds: holds,
    RoutingProfile: agent.RoutingProfile,
    Username: agent.Username,
    ...(shape === 'recent' && {
      AcceptedByAgentTimestamp: timestamp(connected - 2),
      AgentInitiatedHoldDuration: held,
      AgentPauseDuration: null,
      Capabilities: null,
      DeviceInfo: { PlatformName: 'Chrome', PlatformVersion: '131', OperatingSystem: 'Windows' },
      PreviewEndTimestamp: null,
      StateTransitions: null,
    }),
  };
}

/** Null until the agent is done with it: a later version of the contact then tells. */
export const afterContactWorkFields = (start: number, end: number | null): JsonObject => ({
  AfterContactWorkDuration: end === null ? null : end - start,
  AfterContactWorkEndTimestamp: timestampOrNull(end),
  AfterContactWorkStartTimestamp: timestamp(start),
});

const recordingFields = (id: string, from: number): JsonObject => ({
  DeletionReason: null,
  Location: recordingLocation(id, from),
  Status: 'AVAILABLE',
  Type: 'AUDIO',
});

const recordingsFields = (
  history: ContactHistory,
  { connected, left }: NonNullable<ContactHistory['agent']>,
): JsonObject => ({
  DeletionReason: null,
  FragmentStartNumber: null,
  FragmentStopNumber: null,
  Location: recordingLocation(history.id, connected),
  MediaStreamType: 'AUDIO',
  ParticipantType: null,
  StartTimestamp: timestamp(connected),
  Status: 'AVAILABLE',
  StopTimestamp: timestamp(left),
  StorageType: 'S3',
});

const recordingLocation = (id: string, from: number) => {
  const minute = timestamp(from).slice(0, 16);
  return `connect-recordings-example/connect/example/CallRecordings/${minute.slice(0, 10).replaceAll('-', '/')}/${id}_${minute.replaceAll('-', '')}_UTC.wav`;
};

/** What a contact flow wrote down: strings only; some flows write a lot. */
function attributes(random: Random): JsonObject {
  const found: JsonObject = {
    language: random.pick(['en', 'es', 'fr']),
    menuPath: random.pick(['1', '1-2', '2-3-1', '4']),
  };
  if (random.chance(0.5)) found.greetingPlayed = random.pick(['true', 'false']);
  // Real flows use names that differ by case alone.
  if (random.chance(0.1)) found.GreetingPlayed = 'true';
  if (random.chance(0.4)) found.orderNumber = `A-${random.whole(100_000, 999_999)}`;
  if (random.chance(0.3)) found.surveyAnswer = '';
  const notes = random.chance(0.03) ? random.whole(30, 110) : random.chance(0.15) ? random.whole(2, 10) : 0;
  for (let note = 1; note <= notes; note++) {
    found[`flowNote${note}`] = random.pick([
      'caller chose “back”',
      'balance read out, caller confirmed',
      'no input within five seconds, menu repeated',
      'looked up the order by telephone number: one open order found, expected tomorrow',
    ]);
  }
  return random.chance(0.03) ? {} : found;
}

const documentedFields = (history: ContactHistory): JsonObject => ({
  AnsweringMachineDetectionStatus: null,
  Campaign: { CampaignId: null },
  ContactDetails: {},
  DisconnectReason: history.reason ?? null,
  References: [],
  RelatedContactId: null,
  ScheduledTimestamp: null,
  VoiceIdResult: null,
});

const SUBTYPES = {
  VOICE: 'connect:Telephony',
  CHAT: 'connect:Chat',
  TASK: 'connect:Task',
  EMAIL: 'connect:Email',
};

const recentFields = (random: Random, history: ContactHistory): JsonObject => ({
  AdditionalEmailRecipients: null,
  ChatMetrics:
    history.channel === 'CHAT'
      ? { ChatContactMetrics: { TotalMessages: random.whole(2, 40), MultiParty: false } }
      : null,
  ContactAssociationId: history.id,
  ContactEvaluations: null,
  ContactLens: history.agent ? { ConversationalAnalytics: { Configuration: { Enabled: true } } } : null,
  Customer: null,
  CustomerId: null,
  CustomerVoiceActivity:
    history.channel === 'VOICE' ? { GreetingStartTimestamp: null, GreetingEndTimestamp: null } : null,
  DisconnectDetails: {},
  GlobalResiliencyMetadata: null,
  LastPausedTimestamp: null,
  LastResumedTimestamp: null,
  OutboundStrategy: null,
  QualityMetrics: history.agent
    ? { Agent: { Audio: { QualityScore: random.whole(300, 450) / 100, PotentialQualityIssues: [] } } }
    : null,
  RoutingCriteria: null,
  SegmentAttributes: { 'connect:Subtype': { ValueString: SUBTYPES[history.channel] } },
  Tags: { 'aws:connect:instanceId': INSTANCE_ID, 'aws:connect:systemEndpoint': random.pick(SYSTEM_NUMBERS) },
  TaskTemplateInfo: null,
  TotalPauseCount: 0,
  TotalPauseDurationInSeconds: 0,
  WisdomInfo: null,
});
