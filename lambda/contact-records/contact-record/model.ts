/**
 * The contact record as we know it: one schema, from which the types are inferred and drift is found.
 *
 * It follows "Contact records data model" of the Amazon Connect administrator guide, section by section, and adds what
 * Connect is known to send beyond it. Objects are strict, so that an unknown field shows up as drift. The schema never
 * decides whether a record is processed: a record that deviates is stored as it came.
 *
 * Every field may be absent or null, except the two that identify a version. A constant must exist before it is
 * used, so the parts come first and the record itself, `contactRecord`, comes last.
 */
import * as z from 'zod/mini';

/** A contact record that fits the model. */
export type ContactRecord = z.infer<typeof contactRecord>;

/** A contact record as it was read: identified, but any other field may be missing or of any type. */
export type ReadableContactRecord = { readonly [Field in keyof ContactRecord]?: unknown } & {
  readonly ContactId: string;
  readonly LastUpdateTimestamp: string;
};

/** How contacts reach the contact centre. */
export const CHANNELS = ['VOICE', 'CHAT', 'TASK', 'EMAIL'] as const;

/** How contacts are initiated. */
export const INITIATION_METHODS = [
  'INBOUND',
  'OUTBOUND',
  'TRANSFER',
  'CALLBACK',
  'API',
  'QUEUE_TRANSFER',
  'EXTERNAL_OUTBOUND',
  'MONITOR',
  'DISCONNECT',
  // Beyond the specification.
  'WEBRTC_API',
  'AGENT_REPLY',
  'FLOW',
  'CAMPAIGN_PREVIEW',
  'CALLBACK_CUSTOMER_FIRST_QUEUED',
  'CALLBACK_CUSTOMER_FIRST_DIALED',
] as const;

/** How contacts end. Outbound campaigns have further reasons, all of which begin with `OUTBOUND_`. */
export const DISCONNECT_REASONS = [
  'CUSTOMER_DISCONNECT',
  'AGENT_DISCONNECT',
  'THIRD_PARTY_DISCONNECT',
  'TELECOM_PROBLEM',
  'BARGED',
  'CONTACT_FLOW_DISCONNECT',
  'OTHER',
  'EXPIRED',
  'API',
  // Beyond the specification.
  'TELECOM_BUSY',
  'TELECOM_NUMBER_INVALID',
  'TELECOM_POTENTIAL_BLOCKING',
  'TELECOM_UNANSWERED',
  'TELECOM_TIMEOUT',
  'TELECOM_ORIGINATOR_CANCEL',
  'CUSTOMER_NEVER_ARRIVED',
  'CUSTOMER_CONNECTION_NOT_ESTABLISHED',
  'AGENT_NETWORK_DISCONNECT',
  'AGENT_COMPLETED',
  'IDLE_DISCONNECT',
  'SYSTEM_ERROR',
  'TRANSFERRED',
  'DISCARDED',
  // As AWS spells it, unlike the other reasons of outbound campaigns.
  'OUTBUND_PREVIEW_DISCARDED',
] as const;

/** Who or what answered a call that Connect dialled. */
export const ANSWERING_MACHINE_DETECTION_STATUSES = [
  'HUMAN_ANSWERED',
  'VOICEMAIL_BEEP',
  'VOICEMAIL_NO_BEEP',
  'AMD_UNANSWERED',
  'AMD_UNRESOLVED',
  'AMD_UNRESOLVED_SILENCE',
  'AMD_NOT_APPLICABLE',
  'AMD_ERROR',
  'SIT_TONE_BUSY',
  'SIT_TONE_INVALID_NUMBER',
  'SIT_TONE_DETECTED',
  'FAX_MACHINE_DETECTED',
] as const;

// The kinds of field. Each may be absent or null.

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const TIMESTAMP_WITH_MILLISECONDS = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** A moment in UTC, in whole seconds: `yyyy-mm-ddThh:mm:ssZ`. */
const timestamp = z.nullish(z.string().check(z.regex(TIMESTAMP)));
/** A moment in UTC, in milliseconds: `yyyy-mm-ddThh:mm:ss.sssZ`. */
const timestampWithMilliseconds = z.nullish(z.string().check(z.regex(TIMESTAMP_WITH_MILLISECONDS)));
/** A whole number from 0: a count, or a duration in whole seconds. */
const wholeNumber = z.nullish(z.int().check(z.minimum(0)));
/** A whole number from 0 to 100. */
const score = z.nullish(z.int().check(z.minimum(0), z.maximum(100)));
/** A whole number of up to three digits. */
const threeDigits = z.nullish(z.int().check(z.minimum(0), z.maximum(999)));
/** An Amazon Resource Name. */
const arn = z.nullish(z.string().check(z.startsWith('arn:')));
/** A string of any length. */
const anyText = z.nullish(z.string());
/** A string whose length, in characters, lies within both bounds. */
const text = (minLength: number, maxLength: number) =>
  z.nullish(z.string().check(z.minLength(minLength), z.maxLength(maxLength)));
/** A string of exactly that many characters. */
const textOf = (length: number) => z.nullish(z.string().check(z.length(length)));
/** One word of a closed list. */
const oneOf = <const Words extends readonly string[]>(...words: Words) => z.nullish(z.enum(words));
/** One word of a closed list, in any letter case. */
const oneOfInAnyCase = (...words: readonly string[]) =>
  z.nullish(z.string().check(z.refine((word) => words.includes(word.toLowerCase()))));
/** A field known by name, whose inner shape we do not describe. */
const undescribed = z.optional(z.unknown());

/** Section "AgentHierarchyGroup": one group of the agent hierarchy. */
export const agentHierarchyGroup = z.strictObject({
  /** ARN of the group. */
  ARN: arn,
  /** Name of the group; 1-256 characters. */
  GroupName: text(1, 256),
});

/** Section "AgentHierarchyGroups": where the agent stands in a hierarchy of up to five levels. */
export const agentHierarchyGroups = z.strictObject({
  /** Group on the first level. */
  Level1: z.nullish(agentHierarchyGroup),
  /** Group on the second level. */
  Level2: z.nullish(agentHierarchyGroup),
  /** Group on the third level. */
  Level3: z.nullish(agentHierarchyGroup),
  /** Group on the fourth level. */
  Level4: z.nullish(agentHierarchyGroup),
  /** Group on the fifth level. */
  Level5: z.nullish(agentHierarchyGroup),
});

/** Section "RoutingProfile": the routing profile that an agent works with. */
export const routingProfile = z.strictObject({
  /** ARN of the routing profile. */
  ARN: arn,
  /** Name of the routing profile; 1-100 characters. */
  Name: text(1, 100),
});

/** Section "stateTransitions": one period for which a supervisor was on the contact. */
export const stateTransition = z.strictObject({
  /** Beginning of the period. */
  stateStartTimestamp: timestamp,
  /** End of the period. */
  stateEndTimestamp: timestamp,
  /** What the supervisor did: listened unheard, or took part. */
  state: oneOf('SILENT_MONITOR', 'BARGE'),
});

/** Section "Agent": the agent who took the contact. */
export const agent = z.strictObject({
  /** Seconds that the agent spent with the customer; on an outbound call, seconds connected with or without one. */
  AgentInteractionDuration: wholeNumber,
  /** Seconds of after contact work. */
  AfterContactWorkDuration: wholeNumber,
  /** End of the after contact work. */
  AfterContactWorkEndTimestamp: timestamp,
  /** Beginning of the after contact work. */
  AfterContactWorkStartTimestamp: timestamp,
  /** ARN of the agent. */
  ARN: arn,
  /** When the contact was connected to the agent. */
  ConnectedToAgentTimestamp: timestamp,
  /** Seconds that the customer was on hold while connected to the agent. */
  CustomerHoldDuration: wholeNumber,
  /** Where the agent stands in the agent hierarchy. */
  HierarchyGroups: z.nullish(agentHierarchyGroups),
  /** Seconds of the longest single hold. */
  LongestHoldDuration: wholeNumber,
  /** How often the customer was put on hold. */
  NumberOfHolds: wholeNumber,
  /** Routing profile of the agent. */
  RoutingProfile: z.nullish(routingProfile),
  /** User name of the agent; 1-100 characters. */
  Username: text(1, 100),
  /** What a supervisor did on the contact, as the specification spells the field. */
  stateTransitions: z.nullish(z.array(stateTransition)),

  // Beyond the specification.
  /** Region in which the agent was active: set for instances that can fail over. */
  ActiveRegion: anyText,
  /** When the agent accepted a campaign's contact that was offered for preview. */
  AcceptedByAgentTimestamp: timestamp,
  /** Seconds of hold that this agent initiated; differs from the customer's where several agents took part. */
  AgentInitiatedHoldDuration: wholeNumber,
  /** Seconds for which a task was paused while it was this agent's, as AWS's page spells the field. */
  AgentPauseDuration: wholeNumber,
  /** Seconds for which a task was paused while it was this agent's, as exported records spell the field. */
  AgentPauseDurationInSeconds: wholeNumber,
  /** Whether the agent could send video and share a screen. */
  Capabilities: undescribed,
  /** Platform and operating system of the agent's device. */
  DeviceInfo: undescribed,
  /** When the agent was done with the preview of a campaign's contact. */
  PreviewEndTimestamp: timestamp,
  /** What a supervisor did on the contact, as Connect spells the field today. */
  StateTransitions: undescribed,
  /** Whether and how noise was removed from the agent's audio. */
  VoiceEnhancementMode: oneOf('VOICE_ISOLATION', 'NOISE_SUPPRESSION', 'NONE'),
});

/** Section "ContactTraceRecord", `Attributes`: what contact flows and agents wrote down, by attribute name. */
export const attributes = z.record(z.string(), z.string());

/**
 * Section "ContactDetails": attributes of a task, by name. The specification lists four fields, but they describe a map:
 * users choose the names. The value of any other name has the bounds of `ContactDetailsValue`.
 */
export const contactDetails = z.catchall(
  z.object({
    /** Name of a detail; 1-128 characters. */
    ContactDetailsName: text(1, 128),
    /** Value of a detail; 0-1,024 characters. */
    ContactDetailsValue: text(0, 1024),
    /** Name of a reference; 1-128 characters. */
    ReferenceAttributeName: text(1, 128),
    /** Value of a reference; 0-1,024 characters. */
    ReferenceAttributesValue: text(0, 1024),
  }),
  text(0, 1024),
);

/** Section "Endpoint": where a contact comes from or goes to. */
export const endpoint = z.strictObject({
  /** Telephone number in E.164 format, or what identifies an endpoint of another type; 1-256 characters. */
  Address: text(1, 256),
  /** Type of the endpoint; the specification lists only `TELEPHONE_NUMBER`. */
  Type: oneOf('TELEPHONE_NUMBER', 'VOIP', 'CONTACT_FLOW', 'CONNECT_PHONENUMBER_ARN', 'EMAIL_ADDRESS'),

  // Beyond the specification.
  /** Name of the person or organisation behind the address; 0-256 characters. */
  DisplayName: text(0, 256),
});

/** Section "ExternalThirdParty": a participant from outside the contact centre. */
export const externalThirdParty = z.strictObject({
  /** Seconds that the participant spent with the customer. */
  ExternalThirdPartyInteractionDuration: wholeNumber,
});

/** Section "MediaStream": one kind of media that the contact used. */
export const mediaStream = z.strictObject({
  /** Kind of media; `AUTOMATED_INTERACTION`, a bot or a menu, came after the specification. */
  Type: oneOf('AUDIO', 'VIDEO', 'CHAT', 'AUTOMATED_INTERACTION'),
});

/** Section "QueueInfo": the queue that the contact waited in. */
export const queueInfo = z.strictObject({
  /** ARN of the queue; an agent's own queue has one that ends in `/queue/agent/<id>`. */
  ARN: arn,
  /** When the contact left the queue: an agent took it, or the customer was gone. */
  DequeueTimestamp: timestamp,
  /** Seconds in the queue; may be one off from the difference of the two timestamps. */
  Duration: wholeNumber,
  /** When the contact entered the queue. */
  EnqueueTimestamp: timestamp,
  /** Name of the queue; 1-256 characters, null for an agent's own queue. */
  Name: text(1, 256),

  // Beyond the specification.
  /** Time in queues of a callback that dials the customer first, the contacts that led to it included. */
  CallbackTotalQueueDuration: undescribed,
});

/** Section "RecordingInfo": the first voice recording. */
export const recordingInfo = z.strictObject({
  /** Why the recording was deleted. */
  DeletionReason: anyText,
  /** Where the recording lies: bucket and key; 0-256 characters. */
  Location: text(0, 256),
  /** Whether the recording is still there; null while that is not known. */
  Status: oneOf('AVAILABLE', 'DELETED', 'NULL'),
  /** Type of the recording. */
  Type: oneOf('AUDIO'),
});

/** Section "RecordingsInfo": one recording of voice or screen, or one transcript of a chat. */
export const recordingsInfo = z.strictObject({
  /** Why the recording was deleted. */
  DeletionReason: anyText,
  /** First fragment of the customer's audio in Kinesis Video Streams. */
  FragmentStartNumber: anyText,
  /** Last fragment of the customer's audio in Kinesis Video Streams. */
  FragmentStopNumber: anyText,
  /** Where the recording lies: bucket and key, or the ARN of a video stream; 0-256 characters. */
  Location: text(0, 256),
  /** Kind of media; `VIDEO` for whatever lies in a video stream, audio alone included. */
  MediaStreamType: oneOf('AUDIO', 'VIDEO', 'CHAT'),
  /** Whose voice or text it is. The specification writes `Customer`, Connect sends `CUSTOMER`. */
  ParticipantType: oneOfInAnyCase('all', 'manager', 'agent', 'customer', 'thirdparty', 'supervisor', 'ivr'),
  /** Beginning of the conversation. */
  StartTimestamp: timestamp,
  /** Whether the recording is still there; null for one in a video stream. */
  Status: oneOf('AVAILABLE', 'DELETED', 'NULL'),
  /** End of the conversation. */
  StopTimestamp: timestamp,
  /** Kind of storage. The specification writes `Amazon S3`, Connect sends `S3`. */
  StorageType: oneOf('S3', 'Amazon S3', 'KINESIS_VIDEO_STREAM'),

  // Beyond the specification.
  /** Where the transcript lies before Contact Lens has processed it: bucket and key; 0-256 characters. */
  UnprocessedTranscriptLocation: text(0, 256),
});

/** Section "References": one document that belongs to the contact. */
export const reference = z.strictObject({
  /** Name of the reference. */
  Name: anyText,
  /** Type of the reference, such as `URL` or `ATTACHMENT`. */
  Type: anyText,
  /** The link, or the value itself. */
  Value: anyText,

  // Beyond the specification.
  /** Whether an attachment was approved; Connect documents it for attachments alone. */
  Status: anyText,
});

/** Section "Authentication": whether Voice ID recognised the customer's voice. */
export const authentication = z.strictObject({
  /** Lowest score at which a customer counted as recognised; 0-100. */
  ScoreThreshold: score,
  /** Seconds of speech that were used; 5-10. */
  MinimumSpeechInSeconds: z.nullish(z.int().check(z.minimum(5), z.maximum(10))),
  /** Score that the voice reached; 0-100. */
  Score: score,
  /** The result in words. */
  Result: oneOf('Authenticated', 'Not Authenticated', 'Not Enrolled', 'Opted Out', 'Inconclusive', 'Error'),
});

/** Section "FraudDetection": whether Voice ID took the caller for a fraudster. */
export const fraudDetection = z.strictObject({
  /** Score from which a caller counted as a risk, as the contact flow had set it; 0-100. */
  ScoreThreshold: score,
  /** The result in words. */
  Result: oneOf('High Risk', 'Low Risk', 'Inconclusive', 'Error'),
  /** Types of fraud that were found; 1-128 characters each. */
  Reasons: z.nullish(z.array(z.string().check(z.minLength(1), z.maxLength(128)))),
  /** Score for a fraudster on the watchlist; 0-100. */
  RiskScoreKnownFraudster: score,
  /** Score for a voice that is not a live one; up to three digits. */
  RiskScoreVoiceSpoofing: threeDigits,
  /** Never used: merged into the score for voice spoofing; up to three digits. */
  RiskScoreSyntheticSpeech: threeDigits,
  /** Fraudster on the watchlist that was recognised; 25 characters. */
  GeneratedFraudsterID: textOf(25),
  /** Watchlist that the contact flow had set; 22 characters. */
  WatchlistID: textOf(22),
});

/** Section "VoiceIdResult": the last status of Voice ID, a service that ended in May 2026. */
export const voiceIdResult = z.strictObject({
  /** Whether the voice was recognised. */
  Authentication: z.nullish(authentication),
  /** Whether the voice was taken for a fraudster's. */
  FraudDetection: z.nullish(fraudDetection),
  /** Voice ID's own id of the speaker; 25 characters. */
  GeneratedSpeakerId: textOf(25),
  /** Whether the customer enrolled during this contact. */
  SpeakerEnrolled: z.nullish(z.boolean()),
  /** Whether the customer opted out during this contact. */
  SpeakerOptedOut: z.nullish(z.boolean()),
});

/** Beyond the specification, `Campaign`: the outbound campaign that made the contact. */
export const campaign = z.strictObject({
  /** Id of the campaign. */
  CampaignId: anyText,
});

/** Beyond the specification, `CustomerVoiceActivity`: the greeting that an answering machine detection heard. */
export const customerVoiceActivity = z.strictObject({
  /** Beginning of the greeting, with milliseconds. */
  GreetingStartTimestamp: timestampWithMilliseconds,
  /** End of the greeting, with milliseconds. */
  GreetingEndTimestamp: timestampWithMilliseconds,
});

/** Beyond the specification: one value of `SegmentAttributes`, a string or one of several other shapes. */
export const segmentAttribute = z.looseObject({
  /** The value, where it is a string. */
  ValueString: anyText,
});

/** Section "ContactTraceRecord": one version of a contact. */
export const contactRecord = z.strictObject({
  /** The agent, if the contact ever reached one. */
  Agent: z.nullish(agent),
  /** How often Connect tried to connect the contact to an agent. */
  AgentConnectionAttempts: wholeNumber,
  /** What contact flows and agents wrote down, by attribute name. */
  Attributes: z.nullish(attributes),
  /** AWS account that owns the contact. */
  AWSAccountId: anyText,
  /** Version of the record's format. */
  AWSContactTraceRecordFormatVersion: anyText,
  /** How the contact reached the contact centre. */
  Channel: oneOf(...CHANNELS),
  /** When the customer's endpoint was connected to Connect: at once if inbound, else when it answered. */
  ConnectedToSystemTimestamp: timestamp,
  /** Details of a task, by name. */
  ContactDetails: z.nullish(contactDetails),
  /** Identifies the contact: the key of everything we keep; 1-256 characters, always present. */
  ContactId: z.string().check(z.minLength(1), z.maxLength(256)),
  /** Endpoint of the customer, or of a third party. */
  CustomerEndpoint: z.nullish(endpoint),
  /** When the customer's endpoint was disconnected from Connect. */
  DisconnectTimestamp: timestamp,
  /** How the contact ended; null for many contacts, and absent from the records of 2018-2020. */
  DisconnectReason: z.nullish(
    z.union([z.enum(DISCONNECT_REASONS), z.templateLiteral(['OUTBOUND_', z.string()])]),
  ),
  /** A third party from outside the contact centre. */
  ExternalThirdParty: z.nullish(externalThirdParty),
  /** First contact of the chain that this one belongs to; 1-256 characters. */
  InitialContactId: text(1, 256),
  /** How the contact was initiated. */
  InitiationMethod: oneOf(...INITIATION_METHODS),
  /** When the contact was initiated: it arrived, was dialled, created, transferred or requested. */
  InitiationTimestamp: timestamp,
  /** ARN of the Connect instance. */
  InstanceARN: arn,
  /** When the contact was last updated: tells its versions apart and orders them; always present. */
  LastUpdateTimestamp: z.string().check(z.regex(TIMESTAMP)),
  /** Kinds of media that the contact used. */
  MediaStreams: z.nullish(z.array(mediaStream)),
  /** Contact that continues this one: a transfer, or a callback; 1-256 characters. */
  NextContactId: text(1, 256),
  /** Contact that this one continues; 1-256 characters. */
  PreviousContactId: text(1, 256),
  /** The queue, if the contact was ever in one. */
  Queue: z.nullish(queueInfo),
  /** First voice recording; it is among `Recordings`, too. */
  Recording: z.nullish(recordingInfo),
  /** All recordings and transcripts. */
  Recordings: z.nullish(z.array(recordingsInfo)),
  /** Documents that belong to the contact. */
  References: z.nullish(z.array(reference)),
  /** Contact that this one is related to without continuing it; 1-256 characters. */
  RelatedContactId: text(1, 256),
  /** When a task was to start. */
  ScheduledTimestamp: timestamp,
  /** Endpoint of the contact centre: the number that was called, or that the customer saw. */
  SystemEndpoint: z.nullish(endpoint),
  /** When the endpoint that the contact was transferred to, outside Connect, was connected. */
  TransferCompletedTimestamp: timestamp,
  /** Endpoint outside Connect that the contact was transferred to. */
  TransferredToEndpoint: z.nullish(endpoint),
  /** Last status of Voice ID. */
  VoiceIdResult: z.nullish(voiceIdResult),

  // Beyond the specification.
  /** Further recipients of an email. */
  AdditionalEmailRecipients: undescribed,
  /** Who or what answered a call that Connect dialled. */
  AnsweringMachineDetectionStatus: oneOf(...ANSWERING_MACHINE_DETECTION_STATUSES),
  /** The outbound campaign that made the contact. */
  Campaign: z.nullish(campaign),
  /** How agents, bots and the customer took part in a chat. */
  ChatMetrics: undescribed,
  /** What the contacts of one email thread have in common. */
  ContactAssociationId: anyText,
  /** Evaluations of the contact. */
  ContactEvaluations: undescribed,
  /** Settings of Contact Lens for this contact. */
  ContactLens: undescribed,
  /** What the customer's side could do, such as send video. */
  Customer: undescribed,
  /** Id of the customer, as a contact flow set it. */
  CustomerId: anyText,
  /** Greeting that an answering machine detection heard. */
  CustomerVoiceActivity: z.nullish(customerVoiceActivity),
  /** Description of a task; 0-4,096 characters. */
  Description: text(0, 4096),
  /** What may have gone wrong when a call was disconnected. */
  DisconnectDetails: undescribed,
  /** Regions of a contact that can fail over. */
  GlobalResiliencyMetadata: undescribed,
  /** When the contact was last paused. */
  LastPausedTimestamp: timestamp,
  /** When the contact was last resumed. */
  LastResumedTimestamp: timestamp,
  /** Name of a task; 0-1,024 characters. */
  Name: text(0, 1024),
  /** Contacts that continue this one, with how each began. */
  NextContacts: undescribed,
  /** How a campaign dials. */
  OutboundStrategy: undescribed,
  /** Quality of the participants' media connections. */
  QualityMetrics: undescribed,
  /** Priority in the queue: 1 is the highest. */
  QueuePriority: wholeNumber,
  /** Seconds that were added to the contact's time in the queue, or, if negative, taken from it. */
  QueueTimeAdjustmentSeconds: z.nullish(z.int()),
  /** When the agent's phone began to ring. */
  RingStartTimestamp: timestamp,
  /** Which agents the contact was offered to, step by step. */
  RoutingCriteria: undescribed,
  /** Attributes of this segment of the contact, by name; most are Connect's own. */
  SegmentAttributes: z.nullish(z.record(z.string(), z.nullish(segmentAttribute))),
  /** Tags of the contact, by name: AWS's own and the user's. */
  Tags: z.nullish(z.record(z.string(), z.string())),
  /** Template that a task was made from. */
  TaskTemplateInfo: undescribed,
  /** How often the contact was paused. */
  TotalPauseCount: wholeNumber,
  /** Seconds for which the contact was paused altogether. */
  TotalPauseDurationInSeconds: wholeNumber,
  /** Session of the assistant that helped the agent. */
  WisdomInfo: undescribed,
});
