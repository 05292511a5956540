/** Builds a contact record, as Connect would send it, from a contact's history. */
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

/** What happened to a contact; all times are in seconds since 1970. */
export interface ContactHistory {
  id: string;
  channel: 'VOICE' | 'CHAT' | 'TASK' | 'EMAIL';
  method: string;
  start: number;
  /** When the customer's endpoint connected; null: never. @default start */
  connected?: number | null;
  /** null: the contact has not ended. */
  end: number | null;
  /** `enqueued: null`: the queue gave its name and number, but no customer waited in it. */
  queue?: { queue: Queue; enqueued: number | null; dequeued: number | null };
  agent?: { agent: Agent; connected: number; left: number; afterContactWork: number | null };
  reason?: string | null;
  customer: string;
  /**
   * `old`: before later fields such as `DisconnectReason` were added; `documented`: the specification; `recent`: with
   * fields that Connect sends and the specification does not contain.
   */
  shape: 'old' | 'documented' | 'recent';
  /** Fields that only this kind of contact has. */
  more?: JsonObject;
}

export const formatTimestamp = (moment: number) =>
  new Date(moment * 1000).toISOString().replace('.000Z', 'Z');
const formatTimestampOrNull = (moment: number | null) => (moment === null ? null : formatTimestamp(moment));

/** Builds the first version. Connect sends it one to four minutes after the contact's last event. */
export function buildRecord(random: Random, history: ContactHistory): ContactRecord {
  const over = Math.max(history.end ?? history.start, history.agent?.afterContactWork ?? 0);
  const voice = history.channel === 'VOICE';
  const recorded = history.agent && voice && random.chance(0.8) ? history.agent : undefined;
  return {
    AWSAccountId: ACCOUNT_ID,
    AWSContactTraceRecordFormatVersion: '2017-03-10',
    Agent: history.agent ? buildAgent(random, history.agent, history.shape) : null,
    AgentConnectionAttempts: history.agent ? random.whole(1, 3) : 0,
    Attributes: buildAttributes(random),
    Channel: history.channel,
    ConnectedToSystemTimestamp: formatTimestampOrNull(
      history.connected === undefined ? history.start : history.connected,
    ),
    ContactId: history.id,
    CustomerEndpoint: voice ? { Address: history.customer, Type: 'TELEPHONE_NUMBER' } : null,
    DisconnectTimestamp: formatTimestampOrNull(history.end),
    InitialContactId: null,
    InitiationMethod: history.method,
    InitiationTimestamp: formatTimestamp(history.start),
    InstanceARN: INSTANCE_ARN,
    LastUpdateTimestamp: formatTimestamp(over + random.whole(60, 240)),
    MediaStreams: voice ? [{ Type: 'AUDIO' }] : history.channel === 'CHAT' ? [{ Type: 'CHAT' }] : [],
    NextContactId: null,
    PreviousContactId: null,
    Queue: history.queue ? buildQueue(random, history.queue) : null,
    Recording: recorded ? buildRecording(history.id, recorded.connected) : null,
    Recordings: recorded ? [buildRecordingsEntry(history.id, recorded.connected, recorded.left)] : null,
    SystemEndpoint: voice ? { Address: random.pick(SYSTEM_NUMBERS), Type: 'TELEPHONE_NUMBER' } : null,
    TransferCompletedTimestamp: null,
    TransferredToEndpoint: null,
    ...(history.shape === 'old' ? {} : buildDocumentedFields(history)),
    ...(history.shape === 'recent' ? buildRecentFields(random, history) : {}),
    ...history.more,
  };
}

function buildQueue(
  random: Random,
  { queue, enqueued, dequeued }: NonNullable<ContactHistory['queue']>,
): JsonObject {
  const waited = enqueued === null || dequeued === null ? null : dequeued - enqueued;
  return {
    ARN: queue.ARN,
    DequeueTimestamp: formatTimestampOrNull(dequeued),
    // In real records, the duration can differ by a second.
    Duration: waited === null ? null : Math.max(0, waited - (random.chance(0.1) ? 1 : 0)),
    EnqueueTimestamp: formatTimestampOrNull(enqueued),
    Name: queue.Name,
  };
}

function buildAgent(
  random: Random,
  { agent, connected, left, afterContactWork }: NonNullable<ContactHistory['agent']>,
  shape: ContactHistory['shape'],
): JsonObject {
  const talked = left - connected;
  const holdCount = random.chance(0.25) ? random.whole(1, 3) : 0;
  const held = holdCount === 0 ? 0 : random.whole(1, Math.max(1, Math.floor(talked / 2)));
  return {
    ARN: agent.ARN,
    ...buildAfterContactWork(left, afterContactWork),
    AgentInteractionDuration: talked - held,
    ConnectedToAgentTimestamp: formatTimestamp(connected),
    CustomerHoldDuration: held,
    HierarchyGroups: agent.HierarchyGroups,
    LongestHoldDuration: Math.ceil(held / Math.max(1, holdCount)),
    NumberOfHolds: holdCount,
    RoutingProfile: agent.RoutingProfile,
    Username: agent.Username,
    ...(shape === 'recent' && {
      AcceptedByAgentTimestamp: formatTimestamp(connected - 2),
      AgentInitiatedHoldDuration: held,
      AgentPauseDuration: null,
      Capabilities: null,
      DeviceInfo: { PlatformName: 'Chrome', PlatformVersion: '131', OperatingSystem: 'Windows' },
      PreviewEndTimestamp: null,
      StateTransitions: null,
    }),
  };
}

/** Builds the fields of after-contact work. The end is null in versions before the agent has ended it. */
export const buildAfterContactWork = (start: number, end: number | null): JsonObject => ({
  AfterContactWorkDuration: end === null ? null : end - start,
  AfterContactWorkEndTimestamp: formatTimestampOrNull(end),
  AfterContactWorkStartTimestamp: formatTimestamp(start),
});

const buildRecording = (id: string, from: number): JsonObject => ({
  DeletionReason: null,
  Location: formatRecordingLocation(id, from),
  Status: 'AVAILABLE',
  Type: 'AUDIO',
});

export const buildRecordingsEntry = (
  id: string,
  from: number,
  to: number,
  participant: string | null = null,
): JsonObject => ({
  DeletionReason: null,
  FragmentStartNumber: null,
  FragmentStopNumber: null,
  Location: formatRecordingLocation(id, from),
  MediaStreamType: 'AUDIO',
  ParticipantType: participant,
  StartTimestamp: formatTimestamp(from),
  Status: 'AVAILABLE',
  StopTimestamp: formatTimestamp(to),
  StorageType: 'S3',
});

const formatRecordingLocation = (id: string, from: number) => {
  const minute = formatTimestamp(from).slice(0, 16);
  return `connect-recordings-example/connect/example/CallRecordings/${minute.slice(0, 10).replaceAll('-', '/')}/${id}_${minute.replaceAll('-', '')}_UTC.wav`;
};

/** Builds the attributes that a contact flow sets: strings only, sometimes many. */
function buildAttributes(random: Random): JsonObject {
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

const buildDocumentedFields = (history: ContactHistory): JsonObject => ({
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

const buildRecentFields = (random: Random, history: ContactHistory): JsonObject => ({
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
