import type * as z from 'zod/mini';
import { findDrift, type Drift } from '../../../../lambda/contact-records/contact-record/drift';
import {
  ANSWERING_MACHINE_DETECTION_STATUSES,
  CHANNELS,
  contactRecord,
  DISCONNECT_REASONS,
  INITIATION_METHODS,
  type ReadableContactRecord,
} from '../../../../lambda/contact-records/contact-record/model';

type FieldType = 'string' | 'integer' | 'boolean' | 'arn' | 'timestamp' | 'object' | 'array';

/**
 * Every field that the specification names, section by section, with its type. Fields and words beyond it are in the
 * model alone; `docs/schema/`, which is generated from it, shows one that is lost.
 */
const SPECIFICATION = {
  'Agent.AgentInteractionDuration': 'integer',
  'Agent.AfterContactWorkDuration': 'integer',
  'Agent.AfterContactWorkEndTimestamp': 'timestamp',
  'Agent.AfterContactWorkStartTimestamp': 'timestamp',
  'Agent.ARN': 'arn',
  'Agent.ConnectedToAgentTimestamp': 'timestamp',
  'Agent.CustomerHoldDuration': 'integer',
  'Agent.HierarchyGroups': 'object',
  'Agent.LongestHoldDuration': 'integer',
  'Agent.NumberOfHolds': 'integer',
  'Agent.RoutingProfile': 'object',
  'Agent.Username': 'string',
  'Agent.stateTransitions': 'array',
  'AgentHierarchyGroup.ARN': 'arn',
  'AgentHierarchyGroup.GroupName': 'string',
  'AgentHierarchyGroups.Level1': 'object',
  'AgentHierarchyGroups.Level2': 'object',
  'AgentHierarchyGroups.Level3': 'object',
  'AgentHierarchyGroups.Level4': 'object',
  'AgentHierarchyGroups.Level5': 'object',
  'ContactDetails.ContactDetailsName': 'string',
  'ContactDetails.ContactDetailsValue': 'string',
  'ContactDetails.ReferenceAttributeName': 'string',
  'ContactDetails.ReferenceAttributesValue': 'string',
  'ContactTraceRecord.Agent': 'object',
  'ContactTraceRecord.AgentConnectionAttempts': 'integer',
  'ContactTraceRecord.Attributes': 'object',
  'ContactTraceRecord.AWSAccountId': 'string',
  'ContactTraceRecord.AWSContactTraceRecordFormatVersion': 'string',
  'ContactTraceRecord.Channel': 'string',
  'ContactTraceRecord.ConnectedToSystemTimestamp': 'timestamp',
  'ContactTraceRecord.ContactId': 'string',
  'ContactTraceRecord.CustomerEndpoint': 'object',
  'ContactTraceRecord.DisconnectTimestamp': 'timestamp',
  'ContactTraceRecord.DisconnectReason': 'string',
  'ContactTraceRecord.InitialContactId': 'string',
  'ContactTraceRecord.InitiationMethod': 'string',
  'ContactTraceRecord.InitiationTimestamp': 'timestamp',
  'ContactTraceRecord.InstanceARN': 'arn',
  'ContactTraceRecord.LastUpdateTimestamp': 'timestamp',
  'ContactTraceRecord.MediaStreams': 'array',
  'ContactTraceRecord.NextContactId': 'string',
  'ContactTraceRecord.PreviousContactId': 'string',
  'ContactTraceRecord.Queue': 'object',
  'ContactTraceRecord.Recording': 'object',
  'ContactTraceRecord.Recordings': 'array',
  // The specification describes this field without naming it.
  'ContactTraceRecord.RelatedContactId': 'string',
  'ContactTraceRecord.ScheduledTimestamp': 'timestamp',
  'ContactTraceRecord.SystemEndpoint': 'object',
  'ContactTraceRecord.TransferCompletedTimestamp': 'timestamp',
  'ContactTraceRecord.TransferredToEndpoint': 'object',
  'Endpoint.Address': 'string',
  'Endpoint.Type': 'string',
  'ExternalThirdParty.ExternalThirdPartyInteractionDuration': 'integer',
  'MediaStream.Type': 'string',
  'QueueInfo.ARN': 'arn',
  'QueueInfo.DequeueTimestamp': 'timestamp',
  'QueueInfo.Duration': 'integer',
  'QueueInfo.EnqueueTimestamp': 'timestamp',
  'QueueInfo.Name': 'string',
  'RecordingInfo.DeletionReason': 'string',
  'RecordingInfo.Location': 'string',
  'RecordingInfo.Status': 'string',
  'RecordingInfo.Type': 'string',
  'RecordingsInfo.DeletionReason': 'string',
  'RecordingsInfo.FragmentStartNumber': 'string',
  'RecordingsInfo.FragmentStopNumber': 'string',
  'RecordingsInfo.Location': 'string',
  'RecordingsInfo.MediaStreamType': 'string',
  'RecordingsInfo.ParticipantType': 'string',
  'RecordingsInfo.StartTimestamp': 'timestamp',
  'RecordingsInfo.Status': 'string',
  'RecordingsInfo.StopTimestamp': 'timestamp',
  'RecordingsInfo.StorageType': 'string',
  'References.Name': 'string',
  'References.Type': 'string',
  'References.Value': 'string',
  'RoutingProfile.ARN': 'arn',
  'RoutingProfile.Name': 'string',
  'stateTransitions.stateStartTimestamp': 'timestamp',
  'stateTransitions.stateEndTimestamp': 'timestamp',
  'stateTransitions.state': 'string',
  'VoiceIdResult.Authentication': 'object',
  'VoiceIdResult.FraudDetection': 'object',
  'VoiceIdResult.GeneratedSpeakerId': 'string',
  'VoiceIdResult.SpeakerEnrolled': 'boolean',
  'VoiceIdResult.SpeakerOptedOut': 'boolean',
  'Authentication.ScoreThreshold': 'integer',
  'Authentication.MinimumSpeechInSeconds': 'integer',
  'Authentication.Score': 'integer',
  'Authentication.Result': 'string',
  'FraudDetection.ScoreThreshold': 'integer',
  'FraudDetection.Result': 'string',
  'FraudDetection.Reasons': 'array',
  'FraudDetection.RiskScoreKnownFraudster': 'integer',
  'FraudDetection.RiskScoreVoiceSpoofing': 'integer',
  'FraudDetection.RiskScoreSyntheticSpeech': 'integer',
  'FraudDetection.GeneratedFraudsterID': 'string',
  'FraudDetection.WatchlistID': 'string',
} as const satisfies Record<string, FieldType>;

/** Where the object of a section stands in the record. */
const PLACES: Record<string, readonly string[]> = {
  ContactTraceRecord: [''],
  Agent: ['Agent.'],
  AgentHierarchyGroups: ['Agent.HierarchyGroups.'],
  AgentHierarchyGroup: [1, 2, 3, 4, 5].map((level) => `Agent.HierarchyGroups.Level${level}.`),
  RoutingProfile: ['Agent.RoutingProfile.'],
  stateTransitions: ['Agent.stateTransitions[].'],
  ContactDetails: ['ContactDetails.'],
  Endpoint: ['CustomerEndpoint.', 'SystemEndpoint.', 'TransferredToEndpoint.'],
  ExternalThirdParty: ['ExternalThirdParty.'],
  MediaStream: ['MediaStreams[].'],
  QueueInfo: ['Queue.'],
  RecordingInfo: ['Recording.'],
  RecordingsInfo: ['Recordings[].'],
  References: ['References[].'],
  VoiceIdResult: ['VoiceIdResult.'],
  Authentication: ['VoiceIdResult.Authentication.'],
  FraudDetection: ['VoiceIdResult.FraudDetection.'],
};

type Field = readonly [path: string, type: FieldType];

/** `[path in the record, type]` of each field of the specification, at each place where its section's object stands. */
const SPECIFIED = Object.entries(SPECIFICATION).flatMap(([field, type]): Field[] => {
  const [section = '', name = ''] = field.split('.');
  return (PLACES[section] ?? []).map((place) => [place + name, type]);
});

/** All of these, and all others that the model knows: a field that is added there is held to the rules at once. */
const FIELDS = [...new Set([...SPECIFIED.map(([path]) => path), ...fieldsIn(contactRecord, '')])];

function fieldsIn(schema: z.core.$ZodType, place: string): string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'optional' || def.type === 'nullable') return fieldsIn(def.innerType, place);
  if (def.type === 'array') return fieldsIn(def.element, `${place.slice(0, -1)}[].`);
  if (def.type === 'record') return fieldsIn(def.valueType, `${place}*.`);
  if (def.type !== 'object') return [];
  return Object.entries(def.shape).flatMap(([name, field]) => [
    place + name,
    ...fieldsIn(field, `${place}${name}.`),
  ]);
}

const REQUIRED = ['ContactId', 'LastUpdateTimestamp'];
/** Objects whose names are a user's own, or whose shape is open: no member is unknown. */
const OPEN = /^(ContactDetails|SegmentAttributes)\./;

const NO_STRING = [7, true, {}, []];
const OF_ANOTHER_TYPE: Record<FieldType, readonly unknown[]> = {
  string: NO_STRING,
  integer: ['7', 1.5, true, {}, []],
  boolean: ['true', 1, {}],
  arn: [...NO_STRING, '', 'queue/7', ' arn:aws:connect:us-east-1:111122223333:instance/7'],
  timestamp: [
    ...NO_STRING,
    '',
    '2018-11-05',
    '2018-11-05T09:30:12',
    '2018-11-05T09:30:12.000Z',
    '2018-11-05T09:30:12+00:00',
    '2018-11-05 09:30:12Z',
    '2018-11-05T09:30:12Z\n',
    'on 2018-11-05T09:30:12Z',
  ],
  object: ['{}', 7, true, [], [{}]],
  array: ['[]', 7, true, {}],
};

/** A contact record that consists of its identity and the value at this path. */
function recordWith(path: string, value: unknown): Record<string, unknown> {
  const nested = path.split('.').reduceRight<unknown>((inner, segment) => {
    const [name = '', isElement] = segment.split('[');
    return { [name]: isElement === undefined ? inner : [inner] };
  }, value);
  return {
    ContactId: 'c0000000-0000-4000-8000-000000000001',
    LastUpdateTimestamp: '2018-11-05T09:32:11Z',
    ...(nested as Record<string, unknown>),
  };
}

const driftAt = (path: string, value: unknown): readonly Drift[] => findDrift(recordWith(path, value));

describe('what the model covers', () => {
  it('each section has a place in the record, so that no field of it goes untested', () => {
    const sections = Object.keys(SPECIFICATION).map((field) => field.split('.')[0]);
    expect(new Set(sections)).toEqual(new Set(Object.keys(PLACES)));
    expect(Object.keys(SPECIFICATION)).toHaveLength(99);
  });

  it.each(FIELDS)('%s is known, and may be null or absent like every field but the identity', (path) => {
    const drift = driftAt(path, null);
    expect(drift).toEqual(REQUIRED.includes(path) ? [{ path, kind: 'other-type' }] : []);
  });

  it.each(FIELDS.filter((path) => !OPEN.test(path)))('a misspelt %s is unknown', (path) => {
    expect(driftAt(`${path}X`, null)).toEqual([{ path: `${path}X`, kind: 'unknown-field' }]);
  });

  it.each(REQUIRED)('%s must not be absent: without it there is no version to keep', (name) => {
    const record = recordWith('Agent', null);
    expect(findDrift(record)).toEqual([]);
    const others = Object.entries(record).filter(([other]) => other !== name);
    expect(findDrift(Object.fromEntries(others))).toEqual([{ path: name, kind: 'other-type' }]);
  });

  it.each(SPECIFIED)('%s has the type that is documented: %s', (path, type) => {
    for (const value of OF_ANOTHER_TYPE[type]) {
      expect([value, driftAt(path, value)]).toEqual([value, [{ path, kind: 'other-type' }]]);
    }
  });

  it('a field whose shape is not described may have any value', () => {
    for (const value of ['text', 7, true, { Any: { Thing: [1] } }, [{ Any: 'Thing' }]]) {
      expect(driftAt('WisdomInfo', value)).toEqual([]);
    }
  });

  it.each(SPECIFIED.filter(([, type]) => type === 'timestamp'))(
    '%s takes a moment in whole seconds',
    (path) => {
      expect(driftAt(path, '2018-11-05T09:30:12Z')).toEqual([]);
    },
  );

  it.each(['arn:aws:connect:us-east-1:111122223333:instance/7', 'arn:aws-us-gov:connect:us-gov-west-1:1:x'])(
    'an ARN of any partition is one: %s',
    (arn) => {
      for (const [path] of SPECIFIED.filter(([, type]) => type === 'arn'))
        expect(driftAt(path, arn)).toEqual([]);
    },
  );

  it('a misspelt field is an error for the compiler, too', () => {
    const record: ReadableContactRecord = {
      ContactId: 'c0000000-0000-4000-8000-000000000001',
      LastUpdateTimestamp: '2018-11-05T09:32:11Z',
      // @ts-expect-error: the field is called `DisconnectReason`
      DisconectReason: null,
    };
    expect(findDrift(record)).toEqual([{ path: 'DisconectReason', kind: 'unknown-field' }]);
  });
});

describe('bounds', () => {
  const CONTACT_IDS = [
    'ContactId',
    'InitialContactId',
    'NextContactId',
    'PreviousContactId',
    'RelatedContactId',
  ];
  const lengths: (readonly [path: string, min: number, max: number])[] = [
    ...CONTACT_IDS.map((path) => [path, 1, 256] as const),
    ['Agent.Username', 1, 100],
    ['Agent.RoutingProfile.Name', 1, 100],
    ...[1, 2, 3, 4, 5].map((level) => [`Agent.HierarchyGroups.Level${level}.GroupName`, 1, 256] as const),
    ['ContactDetails.ContactDetailsName', 1, 128],
    ['ContactDetails.ContactDetailsValue', 0, 1024],
    ['ContactDetails.ReferenceAttributeName', 1, 128],
    ['ContactDetails.ReferenceAttributesValue', 0, 1024],
    ['CustomerEndpoint.Address', 1, 256],
    ['SystemEndpoint.Address', 1, 256],
    ['TransferredToEndpoint.Address', 1, 256],
    ['Queue.Name', 1, 256],
    ['Recording.Location', 0, 256],
    ['Recordings[].Location', 0, 256],
    ['VoiceIdResult.GeneratedSpeakerId', 25, 25],
    ['VoiceIdResult.FraudDetection.Reasons[]', 1, 128],
    ['VoiceIdResult.FraudDetection.GeneratedFraudsterID', 25, 25],
    ['VoiceIdResult.FraudDetection.WatchlistID', 22, 22],
  ];

  it.each(lengths)('%s has %d to %d characters', (path, min, max) => {
    expect(driftAt(path, 'x'.repeat(min))).toEqual([]);
    expect(driftAt(path, 'x'.repeat(max))).toEqual([]);
    expect(driftAt(path, 'x'.repeat(max + 1))).toEqual([{ path, kind: 'out-of-bounds' }]);
    if (min > 0) expect(driftAt(path, 'x'.repeat(min - 1))).toEqual([{ path, kind: 'out-of-bounds' }]);
  });

  it('a character outside the basic plane counts once: a queue may be named in emoji', () => {
    expect(driftAt('Queue.Name', '☎️'.repeat(128))).toEqual([]);
    expect(driftAt('Queue.Name', '🎧'.repeat(256))).toEqual([]);
    expect(driftAt('Queue.Name', '🎧'.repeat(257))).toEqual([{ path: 'Queue.Name', kind: 'out-of-bounds' }]);
  });

  it("a detail under a user's own name is held to the bounds of a value", () => {
    expect(driftAt('ContactDetails.ticket', '')).toEqual([]);
    expect(driftAt('ContactDetails.ticket', 'x'.repeat(1024))).toEqual([]);
    expect(driftAt('ContactDetails.ticket', 'x'.repeat(1025))).toEqual([
      { path: 'ContactDetails.*', kind: 'out-of-bounds' },
    ]);
  });

  const ranges: (readonly [path: string, min: number, max: number])[] = [
    ['VoiceIdResult.Authentication.ScoreThreshold', 0, 100],
    ['VoiceIdResult.Authentication.MinimumSpeechInSeconds', 5, 10],
    ['VoiceIdResult.Authentication.Score', 0, 100],
    ['VoiceIdResult.FraudDetection.ScoreThreshold', 0, 100],
    ['VoiceIdResult.FraudDetection.RiskScoreKnownFraudster', 0, 100],
    ['VoiceIdResult.FraudDetection.RiskScoreVoiceSpoofing', 0, 999],
    ['VoiceIdResult.FraudDetection.RiskScoreSyntheticSpeech', 0, 999],
  ];

  it.each(ranges)('%s lies between %d and %d', (path, min, max) => {
    expect(driftAt(path, min)).toEqual([]);
    expect(driftAt(path, max)).toEqual([]);
    expect(driftAt(path, min - 1)).toEqual([{ path, kind: 'out-of-bounds' }]);
    expect(driftAt(path, max + 1)).toEqual([{ path, kind: 'out-of-bounds' }]);
  });

  it('a contact may be moved back or forward in its queue', () => {
    expect(driftAt('QueueTimeAdjustmentSeconds', -30)).toEqual([]);
    expect(driftAt('QueueTimeAdjustmentSeconds', 30)).toEqual([]);
    expect(driftAt('QueueTimeAdjustmentSeconds', '30')).toEqual([
      { path: 'QueueTimeAdjustmentSeconds', kind: 'other-type' },
    ]);
  });

  const counts = SPECIFIED.filter(([path, type]) => type === 'integer' && !path.startsWith('VoiceIdResult'));

  it.each(counts)('%s is never negative, and has no upper bound: a task may wait for days', (path) => {
    expect(driftAt(path, 0)).toEqual([]);
    expect(driftAt(path, 90 * 24 * 3600)).toEqual([]);
    expect(driftAt(path, -1)).toEqual([{ path, kind: 'out-of-bounds' }]);
  });
});

describe('closed lists', () => {
  const STATUS = ['AVAILABLE', 'DELETED', 'NULL'];
  const ENDPOINT_TYPES = [
    'TELEPHONE_NUMBER',
    'VOIP',
    'CONTACT_FLOW',
    'CONNECT_PHONENUMBER_ARN',
    'EMAIL_ADDRESS',
  ];
  const closedLists: (readonly [path: string, words: readonly string[]])[] = [
    ['Channel', CHANNELS],
    ['InitiationMethod', INITIATION_METHODS],
    ['DisconnectReason', DISCONNECT_REASONS],
    ['AnsweringMachineDetectionStatus', ANSWERING_MACHINE_DETECTION_STATUSES],
    ['Agent.VoiceEnhancementMode', ['VOICE_ISOLATION', 'NOISE_SUPPRESSION', 'NONE']],
    ['Agent.stateTransitions[].state', ['SILENT_MONITOR', 'BARGE']],
    ['CustomerEndpoint.Type', ENDPOINT_TYPES],
    ['SystemEndpoint.Type', ENDPOINT_TYPES],
    ['TransferredToEndpoint.Type', ENDPOINT_TYPES],
    ['MediaStreams[].Type', ['AUDIO', 'VIDEO', 'CHAT', 'AUTOMATED_INTERACTION']],
    ['Recording.Status', STATUS],
    ['Recording.Type', ['AUDIO']],
    ['Recordings[].Status', STATUS],
    ['Recordings[].MediaStreamType', ['AUDIO', 'VIDEO', 'CHAT']],
    ['Recordings[].StorageType', ['S3', 'Amazon S3', 'KINESIS_VIDEO_STREAM']],
    [
      'VoiceIdResult.Authentication.Result',
      ['Authenticated', 'Not Authenticated', 'Not Enrolled', 'Opted Out', 'Inconclusive', 'Error'],
    ],
    ['VoiceIdResult.FraudDetection.Result', ['High Risk', 'Low Risk', 'Inconclusive', 'Error']],
  ];

  it.each(closedLists)('%s takes the words that are documented, and no other spelling', (path, words) => {
    for (const word of words) {
      expect([word, driftAt(path, word)]).toEqual([word, []]);
      for (const other of [word.toLowerCase(), `${word}S`, ` ${word}`]) {
        expect([other, driftAt(path, other)]).toEqual([other, [{ path, kind: 'unknown-value' }]]);
      }
    }
    expect(driftAt(path, '')).toEqual([{ path, kind: 'unknown-value' }]);
  });

  it.each([
    ['CHANNELS', CHANNELS, ['VOICE', 'CHAT', 'TASK']],
    [
      'INITIATION_METHODS',
      INITIATION_METHODS,
      'INBOUND OUTBOUND TRANSFER CALLBACK API QUEUE_TRANSFER EXTERNAL_OUTBOUND MONITOR DISCONNECT'.split(' '),
    ],
    [
      'DISCONNECT_REASONS',
      DISCONNECT_REASONS,
      (
        'CUSTOMER_DISCONNECT AGENT_DISCONNECT THIRD_PARTY_DISCONNECT TELECOM_PROBLEM BARGED ' +
        'CONTACT_FLOW_DISCONNECT OTHER EXPIRED API'
      ).split(' '),
    ],
    [
      'DISCONNECT_REASONS',
      DISCONNECT_REASONS,
      (
        'AGENT_NETWORK_DISCONNECT CUSTOMER_CONNECTION_NOT_ESTABLISHED IDLE_DISCONNECT SYSTEM_ERROR ' +
        'CUSTOMER_NEVER_ARRIVED AGENT_COMPLETED TRANSFERRED DISCARDED OUTBUND_PREVIEW_DISCARDED'
      ).split(' '),
    ],
    [
      'ANSWERING_MACHINE_DETECTION_STATUSES',
      ANSWERING_MACHINE_DETECTION_STATUSES,
      (
        'HUMAN_ANSWERED VOICEMAIL_BEEP VOICEMAIL_NO_BEEP AMD_UNANSWERED AMD_UNRESOLVED AMD_UNRESOLVED_SILENCE ' +
        'AMD_NOT_APPLICABLE AMD_ERROR SIT_TONE_BUSY SIT_TONE_INVALID_NUMBER SIT_TONE_DETECTED FAX_MACHINE_DETECTED'
      ).split(' '),
    ],
  ])('%s has every word that AWS documents', (_, list, words) => {
    expect(list).toEqual(expect.arrayContaining(words));
  });

  it('campaigns have reasons of their own, known by how they begin', () => {
    expect(driftAt('DisconnectReason', 'OUTBOUND_RESOURCE_ERROR')).toEqual([]);
    expect(driftAt('DisconnectReason', 'OUTBOUND')).toEqual([
      { path: 'DisconnectReason', kind: 'unknown-value' },
    ]);
    expect(driftAt('DisconnectReason', 'AN_OUTBOUND_ERROR')).toEqual([
      { path: 'DisconnectReason', kind: 'unknown-value' },
    ]);
  });

  it.each(['All', 'Manager', 'Agent', 'Customer', 'Thirdparty', 'Supervisor', 'Ivr'])(
    'participant %s is documented in one letter case and sent in another',
    (participant) => {
      const path = 'Recordings[].ParticipantType';
      for (const spelling of [participant, participant.toUpperCase(), participant.toLowerCase()]) {
        expect([spelling, driftAt(path, spelling)]).toEqual([spelling, []]);
      }
      expect(driftAt(path, `${participant}s`)).toEqual([{ path, kind: 'unknown-value' }]);
    },
  );
});

describe('maps', () => {
  it.each(['Attributes', 'Tags'])('%s maps names to strings, and a name may contain anything', (map) => {
    const names = ['language', 'Language', 'aws:connect:instanceId', '', 'constructor', 'a b', '7'];
    expect(driftAt(map, Object.fromEntries(names.map((name) => [name, ''])))).toEqual([]);
    for (const value of [7, true, null, {}, []]) {
      expect(driftAt(map, { language: value })).toEqual([{ path: `${map}.*`, kind: 'other-type' }]);
    }
  });

  it('the members that the specification gives to Attributes describe its names and values', () => {
    expect(driftAt('Attributes', { AttributeName: 'language', AttributeValue: 'en' })).toEqual([]);
  });

  it('a segment attribute is a string, or has a shape that the model does not describe', () => {
    expect(driftAt('SegmentAttributes', { 'connect:Subtype': { ValueString: 'connect:Telephony' } })).toEqual(
      [],
    );
    expect(driftAt('SegmentAttributes', { a: { ValueMap: { b: { ValueInteger: 7 } } }, c: null })).toEqual(
      [],
    );
    expect(driftAt('SegmentAttributes', { 'connect:Subtype': { ValueString: 7 } })).toEqual([
      { path: 'SegmentAttributes.*.ValueString', kind: 'other-type' },
    ]);
    expect(driftAt('SegmentAttributes', { 'connect:Subtype': 'connect:Telephony' })).toEqual([
      { path: 'SegmentAttributes.*', kind: 'other-type' },
    ]);
  });

  it.each(['GreetingStartTimestamp', 'GreetingEndTimestamp'])(
    'CustomerVoiceActivity.%s has milliseconds, unlike every other timestamp',
    (name) => {
      const path = `CustomerVoiceActivity.${name}`;
      expect(driftAt(path, null)).toEqual([]);
      expect(driftAt(path, '2024-02-25T08:35:09.123Z')).toEqual([]);
      for (const other of [
        '2024-02-25T08:35:09Z',
        'on 2024-02-25T08:35:09.123Z',
        '2024-02-25T08:35:09.123Z\n',
      ]) {
        expect([other, driftAt(path, other)]).toEqual([other, [{ path, kind: 'other-type' }]]);
      }
      expect(driftAt(`${path}X`, null)).toEqual([{ path: `${path}X`, kind: 'unknown-field' }]);
    },
  );
});
