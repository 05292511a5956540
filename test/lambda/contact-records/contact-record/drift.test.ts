import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { findDrift } from '../../../../lambda/contact-records/contact-record/drift';
import { contactRecord } from '../../../../lambda/contact-records/contact-record/model';

const IDENTITY = {
  ContactId: 'c0000000-0000-4000-8000-000000000001',
  LastUpdateTimestamp: '2018-11-05T09:32:11Z',
};

/** A contact record as it comes out of `JSON.parse`, own `__proto__` members included. */
const aContactRecord = (fields: object = {}): object => parse(JSON.stringify({ ...IDENTITY, ...fields }));
const parse = (json: string): object => JSON.parse(json) as object;
const fixture = (file: string): string => readFileSync(join(__dirname, '../../../fixtures', file), 'utf8');

describe('real shapes do not drift', () => {
  it.each(['abandoned-in-queue.json', 'ended-by-flow-never-queued.json'])('%s', (file) => {
    expect(findDrift(parse(fixture(file)))).toEqual([]);
  });

  it('one-contact-three-deliveries.ndjson', () => {
    const deliveries = fixture('one-contact-three-deliveries.ndjson').trim().split('\n');
    expect(deliveries.map((delivery) => findDrift(parse(delivery)))).toEqual([[], [], []]);
  });

  it('an agent event is no contact record, and the model can tell', () => {
    const paths = findDrift(parse(fixture('ignored-agent-event.json'))).map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['ContactId', 'LastUpdateTimestamp', 'AgentARN', 'EventType']),
    );
  });

  it('empty objects and lists stand for nothing', () => {
    const fields = {
      Agent: {},
      Queue: {},
      ContactDetails: {},
      References: [],
      Recordings: [{}],
      Campaign: {},
    };
    expect(findDrift(aContactRecord(fields))).toEqual([]);
  });
});

describe('a deviation is named by its path and kind', () => {
  it.each([
    ['unknown-field', 'CallTranscript', { CallTranscript: 'text' }],
    ['unknown-field', 'Queue.Priority', { Queue: { Priority: 5 } }],
    ['unknown-field', 'Agent.HierarchyGroups.Level6', { Agent: { HierarchyGroups: { Level6: null } } }],
    ['unknown-field', 'Recordings[].Codec', { Recordings: [{}, { Codec: 'opus' }] }],
    ['other-type', 'Agent', { Agent: 'agent-three' }],
    ['other-type', 'Queue.Duration', { Queue: { Duration: '39' } }],
    ['other-type', 'Queue.EnqueueTimestamp', { Queue: { EnqueueTimestamp: '2018-11-05T09:30:25.123Z' } }],
    ['other-type', 'Channel', { Channel: ['VOICE'] }],
    ['other-type', 'DisconnectReason', { DisconnectReason: { Code: 'OTHER' } }],
    ['other-type', 'Recordings[].ParticipantType', { Recordings: [{ ParticipantType: 7 }] }],
    ['other-type', 'MediaStreams[]', { MediaStreams: ['AUDIO'] }],
    ['unknown-value', 'Channel', { Channel: 'FAX' }],
    ['unknown-value', 'DisconnectReason', { DisconnectReason: 'FIRE_DRILL' }],
    ['unknown-value', 'Recordings[].Status', { Recordings: [{ Status: 'AVAILABLE' }, { Status: 'LOST' }] }],
    ['unknown-value', 'Recordings[].ParticipantType', { Recordings: [{ ParticipantType: 'PARROT' }] }],
    ['out-of-bounds', 'Queue.Duration', { Queue: { Duration: -1 } }],
    ['out-of-bounds', 'Agent.Username', { Agent: { Username: '' } }],
    [
      'out-of-bounds',
      'VoiceIdResult.FraudDetection.Reasons[]',
      { VoiceIdResult: { FraudDetection: { Reasons: [''] } } },
    ],
  ])('%s at %s', (kind, path, fields) => {
    expect(findDrift(aContactRecord(fields))).toEqual([{ path, kind }]);
  });

  it('several deviations are all named, so that one look tells how far the model has moved', () => {
    const drift = findDrift(
      aContactRecord({ Channel: 'FAX', Queue: { Duration: -1, Priority: 5 }, Sentiment: {} }),
    );
    expect(new Set(drift)).toEqual(
      new Set([
        { path: 'Channel', kind: 'unknown-value' },
        { path: 'Queue.Duration', kind: 'out-of-bounds' },
        { path: 'Queue.Priority', kind: 'unknown-field' },
        { path: 'Sentiment', kind: 'unknown-field' },
      ]),
    );
  });

  it('what repeats is named once: a list of bad recordings is one deviation', () => {
    const Recordings = [{ Status: 'LOST' }, { Status: 'STOLEN' }, { Status: 7 }];
    expect(findDrift(aContactRecord({ Recordings }))).toEqual([
      { path: 'Recordings[].Status', kind: 'unknown-value' },
      { path: 'Recordings[].Status', kind: 'other-type' },
    ]);
  });

  it('at most 50 deviations are named, since a log line has to hold them', () => {
    const unknownFields = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`Field${index}`, null]));
    expect(findDrift(aContactRecord(unknownFields(49)))).toHaveLength(49);
    expect(findDrift(aContactRecord(unknownFields(50)))).toHaveLength(50);
    expect(findDrift(aContactRecord(unknownFields(51)))).toHaveLength(50);
  });
});

describe('names can be personal data', () => {
  it.each(['Attributes', 'Tags', 'SegmentAttributes', 'ContactDetails'])(
    "a member of %s has a name of the user's own, which is never shown",
    (map) => {
      const drift = findDrift(aContactRecord({ [map]: { JaneDoe: 7, '+12065550101': 7 } }));
      expect(drift).toEqual([{ path: `${map}.*`, kind: 'other-type' }]);
    },
  );

  it("a name of the user's own is not shown above a field that the model knows, either", () => {
    const SegmentAttributes = { JaneDoe: { ValueString: 7 } };
    expect(findDrift(aContactRecord({ SegmentAttributes }))).toEqual([
      { path: 'SegmentAttributes.*.ValueString', kind: 'other-type' },
    ]);
  });

  it.each([
    '+12065550101',
    '12065550101',
    'jane.doe@example.com',
    'Jane Doe',
    'aws:connect:instanceId',
    '',
    '_private',
    'Zoë',
    'Queue\n',
    'x'.repeat(65),
  ])('%j is not how Connect names a field, so it is not shown', (name) => {
    expect(findDrift(aContactRecord({ [name]: 1 }))).toEqual([{ path: '?', kind: 'unknown-field' }]);
    expect(findDrift(aContactRecord({ Agent: { [name]: 1 } }))).toEqual([
      { path: 'Agent.?', kind: 'unknown-field' },
    ]);
  });

  it.each(['Queue2', 'snake_case', 'x'.repeat(64)])('%j may be a new field, so it is shown', (name) => {
    expect(findDrift(aContactRecord({ [name]: 1 }))).toEqual([{ path: name, kind: 'unknown-field' }]);
  });

  it('what stands below an unknown field is not looked at', () => {
    expect(findDrift(aContactRecord({ Survey: { Phone: '+12065550101', '+12065550101': 7 } }))).toEqual([
      { path: 'Survey', kind: 'unknown-field' },
    ]);
  });
});

describe('any JSON object is taken', () => {
  it.each(['__proto__', 'constructor', 'hasOwnProperty', 'toString'])(
    'a member called %s is data like any other',
    (name) => {
      const json = `{"ContactId":"c","LastUpdateTimestamp":"2018-11-05T09:32:11Z","${name}":{"a":1},"Attributes":{"${name}":"x"},"Queue":{"${name}":1}}`;
      const shown = name === '__proto__' ? '?' : name;
      expect(new Set(findDrift(parse(json)))).toEqual(
        new Set([
          { path: shown, kind: 'unknown-field' },
          { path: `Queue.${shown}`, kind: 'unknown-field' },
        ]),
      );
    },
  );

  it.each([
    [
      'a string of 1 MB in every kind of field',
      { Channel: 'x'.repeat(1e6), InitiationTimestamp: '2'.repeat(1e6) },
      2,
    ],
    [
      '500,000 elements of another type in the deepest list',
      { VoiceIdResult: { FraudDetection: { Reasons: Array<number>(500_000).fill(7) } } },
      1,
    ],
    ['500,000 elements of another type', { Recordings: Array<number>(500_000).fill(7) }, 1],
  ])('%s', (_, fields, count) => {
    expect(findDrift(aContactRecord(fields))).toHaveLength(count);
  });

  const members = Array.from({ length: 150_000 }, (_, index) => `"f${index}":7`).join();
  it.each([
    ['150,000 attributes of another type', `"Attributes":{${members}}`, 1],
    ['150,000 unknown fields', members, 50],
  ])('%s', (_, fields, count) => {
    const record = parse(`${JSON.stringify(IDENTITY).slice(0, -1)},${fields}}`);

    expect(findDrift(record)).toHaveLength(count);
  });

  it('the schema alone would not survive a long list, so the guard before it is needed', () => {
    expect(() =>
      contactRecord.safeParse({ ...IDENTITY, Recordings: Array<number>(150_000).fill(7) }),
    ).toThrow(RangeError);
  });

  it('a thousand attributes are all looked at: what contact flows write fits into that', () => {
    const names = Array.from({ length: 999 }, (_, index) => [`a${index}`, ''] as const);
    const Attributes = { ...Object.fromEntries(names), last: 7 };
    expect(findDrift(aContactRecord({ Attributes }))).toEqual([{ path: 'Attributes.*', kind: 'other-type' }]);
  });

  it('a record stays identified however many fields stand before its identity', () => {
    const fields = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`f${index}`, 7]));
    const drift = findDrift({ ...fields, Recordings: Array<object>(2_000).fill({}), ...IDENTITY });
    expect(drift.filter(({ kind }) => kind !== 'unknown-field')).toEqual([]);
  });

  it('a long list does not change other fields: nulls, and thousands of levels', () => {
    const levels = parse(`{"a":${'[{"a":'.repeat(10_000)}1${'}]'.repeat(10_000)}}`);
    const Recordings = Array<object>(1_001).fill({ Status: null });
    const record = { ...IDENTITY, Agent: null, Recordings, References: [null], WisdomInfo: levels };
    expect(findDrift(record)).toEqual([{ path: 'References[]', kind: 'other-type' }]);
  });

  it.each(['Foo', 'Recordings', 'Agent', 'Attributes', 'WisdomInfo', 'ContactId'])(
    'thousands of levels below %s',
    (name) => {
      const json = `{"ContactId":"c","LastUpdateTimestamp":"2018-11-05T09:32:11Z","${name}":${'[{"a":'.repeat(2_000)}1${'}]'.repeat(2_000)}}`;
      expect(() => findDrift(parse(json))).not.toThrow();
    },
  );

  const FIELD_NAMES = [
    ...Object.keys(contactRecord.shape),
    ...'ARN Name Type Status Address Duration Level1 HierarchyGroups GroupName Reasons FraudDetection Authentication'.split(
      ' ',
    ),
    ...'Result Score ValueString CampaignId stateTransitions state Location ParticipantType StorageType'.split(
      ' ',
    ),
  ];
  /** Never a word of a closed list, and never how a field is called. */
  const canary = fc.string().map((text) => `canary-${text}`);
  const name = fc.oneof(
    { arbitrary: fc.constantFrom(...FIELD_NAMES), weight: 4 },
    fc.constantFrom('__proto__', 'constructor', 'toString', ''),
    canary,
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      canary,
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      fc.double(),
      fc.array(tie('value')),
      fc.dictionary(name, tie('value')),
    ),
  }));
  const record = fc.dictionary(name, value).map((members) => parse(JSON.stringify(members)));

  it('nothing makes it throw, and no value and no name of a user is ever shown', () => {
    fc.assert(
      fc.property(record, (anyRecord) => {
        const drift = findDrift(anyRecord);
        return (
          drift.length <= 50 &&
          !JSON.stringify(drift).includes('canary') &&
          drift.every(({ path }) => /^[A-Za-z0-9_.*?[\]]+$/.test(path))
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('a canary in the place of any field is reported without being shown', () => {
    for (const field of Object.keys(contactRecord.shape)) {
      for (const shape of [
        'canary-7',
        ['canary-7'],
        { 'canary-7': 'canary-7' },
        [{ 'canary-7': 'canary-7' }],
      ]) {
        expect(JSON.stringify(findDrift(aContactRecord({ [field]: shape })))).not.toContain('canary');
      }
    }
    expect(findDrift(aContactRecord({ Channel: 'canary-7', Queue: { 'canary-7': 1 } }))).toHaveLength(2);
  });
});
