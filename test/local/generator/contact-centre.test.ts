import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { decideAbandoned } from '../../../lambda/contact-records/contact-record/abandoned';
import { decideAmongContacts } from '../../../lambda/contact-records/contact-record/next-contact';
import { decode, UNREADABLE_REASONS } from '../../../lambda/contact-records/steps/decode';
import { generateContactCentre } from '../../../local/generator/contact-centre';
import { POISON } from '../../../local/generator/other-payloads';
import type { ContactRecord, JsonObject } from '../../../local/generator/build-record';

const centre = generateContactCentre({ seed: 1, contacts: 5000 });
const otherCentre = generateContactCentre({ seed: 42, contacts: 5000 });
const { expected } = centre;

const base64 = (data: Uint8Array) => Buffer.from(data).toString('base64');
const poison = new Set(expected.poison.map(base64));
const conflicting = new Set(expected.conflicting.map(base64));
const conflicted = new Set(expected.conflicting.map((data) => parsed(data).ContactId));

const deliveries = centre.deliveries.map((delivery) => ({ ...delivery, base64: base64(delivery.data) }));

/** The contact records that can be read, in the order of delivery. */
const records = deliveries
  .filter((delivery) => !poison.has(delivery.base64))
  .map((delivery) => ({ ...delivery, record: parsed(delivery.data) }))
  .filter(({ record }) => !('EventType' in record));

/** The versions of which the order of delivery does not matter. */
const versions = records.filter((delivery) => !conflicting.has(delivery.base64));

function parsed(data: Uint8Array): ContactRecord {
  return JSON.parse(Buffer.from(data).toString()) as ContactRecord;
}

/** A disconnect flow without a queue, after such a contact. */
const isSurvey =
  (wanted: (first: ContactRecord) => unknown) =>
  ({ InitiationMethod, PreviousContactId, Queue }: ContactRecord) => {
    const first = expected.newest.get(PreviousContactId as string);
    return InitiationMethod === 'DISCONNECT' && !Queue && first && wanted(first);
  };

const hashOf = ({ deliveries, expected }: ReturnType<typeof generateContactCentre>) => {
  const hash = createHash('sha256');
  for (const { data, partitionKey } of deliveries) hash.update(partitionKey).update(data);
  for (const payload of [...expected.poison, ...expected.conflicting]) hash.update(payload);
  const { newest, abandoned, abandonedBefore, ignored } = expected;
  return hash.update(JSON.stringify([...newest, ...abandoned, ...abandonedBefore, ignored])).digest('hex');
};

describe('the seed', () => {
  const small = (seed: number) => generateContactCentre({ seed, contacts: 300 });

  it('gives the same bytes, keys, order and expected results when it is the same', () => {
    expect(hashOf(small(7))).toBe(hashOf(small(7)));
  });

  it('gives other deliveries when it is another one', () => {
    expect(hashOf(small(7))).not.toBe(hashOf(small(8)));
  });
});

describe('the expected results', () => {
  /** Slow and simple: the newest of what was read, the first of the same second. */
  const newestOf = (inOrder: typeof records) => {
    const newest: Record<string, ContactRecord> = {};
    for (const { record } of inOrder) {
      const known = newest[record.ContactId];
      if (!known || record.LastUpdateTimestamp > known.LastUpdateTimestamp) newest[record.ContactId] = record;
    }
    return newest;
  };

  /** Returns the contacts whose expected version is another one. `toEqual` takes seconds for thousands of records. */
  const differencesTo = (newest: Record<string, ContactRecord>) =>
    [...new Set([...Object.keys(newest), ...expected.newest.keys()])].filter(
      (id) => !isDeepStrictEqual(newest[id], expected.newest.get(id)),
    );

  it('have the newest versions that a simple model computes', () => {
    expect(differencesTo(newestOf(records))).toEqual([]);
  });

  it('stay the same in any order, except that of two conflicting records', () => {
    expect(differencesTo(newestOf(versions.toReversed()))).toEqual([]);
  });

  it('have conflicting records in a certain order: one key, no other version', () => {
    expect(expected.conflicting.length).toBeGreaterThan(5);
    for (const id of conflicted) {
      const ofContact = records.filter(({ record }) => record.ContactId === id);
      expect(ofContact.map(({ partitionKey }) => partitionKey)).toEqual([id, id]);
      expect(ofContact.map((delivery) => conflicting.has(delivery.base64))).toEqual([false, true]);
      expect(new Set(ofContact.map(({ record }) => record.LastUpdateTimestamp)).size).toBe(1);
      expect(ofContact[0]?.record).not.toEqual(ofContact[1]?.record);
    }
  });

  it('have conflicting records with the opposite decision, both ways', () => {
    const flips = [centre, otherCentre].flatMap(({ expected: { conflicting, newest } }) => {
      const kinds = (record: ContactRecord | undefined) => record && decideAbandoned(record).kind;
      return conflicting.map((data) =>
        [kinds(parsed(data)), kinds(newest.get(parsed(data).ContactId))].join(', '),
      );
    });
    expect(flips).toContain('abandoned, not-abandoned');
    expect(flips).toContain('not-abandoned, abandoned');
  });

  it('agree with the decision on every version, alone and with the next contact', () => {
    const ids = (wanted: (record: ContactRecord) => boolean) =>
      new Set([...expected.newest.values()].filter(wanted).map(({ ContactId }) => ContactId));
    const isAbandoned = (record: ContactRecord) =>
      decideAmongContacts(record, (id) => expected.newest.get(id)).kind === 'abandoned';
    const ofContact = Map.groupBy(versions, ({ record }) => record.ContactId);
    const ever = new Set(
      versions
        .filter(({ record }) => {
          const next = ofContact.get(record.NextContactId as string) ?? [];
          // Any version of the next contact may be the one that is stored.
          return [undefined, ...next].some(
            (version) => decideAmongContacts(record, () => version?.record).kind === 'abandoned',
          );
        })
        .map(({ record }) => record.ContactId),
    );

    expect(ids(isAbandoned)).toEqual(expected.abandoned);
    expect(ids((record) => !isAbandoned(record) && ever.has(record.ContactId))).toEqual(
      expected.abandonedBefore,
    );
    expect(expected.abandonedBefore.size).toBeGreaterThan(5);
  });

  const ofKind = Map.groupBy(deliveries, (delivery) => decode(delivery.base64).kind);

  it('count two kinds of other events as ignored', () => {
    const events = ofKind.get('ignored') ?? [];
    expect(events).toHaveLength(expected.ignored);
    expect(new Set(events.map(({ data }) => 'ContactId' in parsed(data)))).toEqual(new Set([true, false]));
  });

  it('have no unreadable payload but poison', () => {
    const unreadable = ofKind.get('unreadable') ?? [];
    expect(unreadable.filter((delivery) => !poison.has(delivery.base64))).toEqual([]);
  });
});

describe('poison', () => {
  it('has one payload of each kind, and one of them twice', () => {
    expect(expected.poison).toHaveLength(Object.keys(POISON).length + 1);
    expect(poison.size).toBe(Object.keys(POISON).length);
  });

  it('covers every reason for which a payload can be unreadable', () => {
    const reasons = expected.poison.map((data) => {
      const result = decode(base64(data));
      return result.kind === 'unreadable' ? result.reason : result.kind;
    });
    // One item over 400 KB can be read: DynamoDB refuses it. Internal errors cannot be caused on purpose.
    const others = UNREADABLE_REASONS.filter((reason) => reason !== 'processing-error');
    expect(new Set(reasons)).toEqual(new Set([...others, 'contact-record']));
    const tooBig = expected.poison.filter((_data, index) => reasons[index] === 'contact-record');
    expect(tooBig).toHaveLength(1);
    expect(tooBig[0]?.length).toBeGreaterThan(400 * 1024);
  });

  it('often has the id of a contact and a later timestamp', () => {
    const victims = expected.poison
      .map((data) => /"ContactId":"([^"]{36})"/.exec(Buffer.from(data).toString())?.[1])
      .filter((id) => id !== undefined && expected.newest.has(id));
    expect(victims.length).toBeGreaterThan(10);
  });
});

describe('the contact centre is realistic', () => {
  const newest = [...expected.newest.values()];
  const share = (wanted: (record: ContactRecord) => unknown) => newest.filter(wanted).length / newest.length;

  it.each([
    ['1', centre],
    ['42', otherCentre],
  ])('about 8 %% of contacts are abandoned (seed %s)', (_seed, { expected }) => {
    expect(expected.newest.size).toBe(5000);
    expect(expected.abandoned.size / 5000).toBeGreaterThan(0.07);
    expect(expected.abandoned.size / 5000).toBeLessThan(0.09);
  });

  it('delivers contacts about twice: 5,000 give more than 8,000 deliveries', () => {
    expect(records.length / newest.length).toBeGreaterThan(1.6);
    expect(deliveries.length).toBeGreaterThan(9000);
  });

  it('has records as long as real ones: 1.2 to 3.2 KB, some above 9', () => {
    const sizes = records.map(({ data }) => data.length).sort((a, b) => a - b);
    const at = (part: number) => sizes[Math.floor(sizes.length * part)];
    expect(at(0.1)).toBeGreaterThan(1000);
    expect(at(0.5)).toBeLessThan(3200);
    expect(at(0.999)).toBeGreaterThan(9000);
    expect(at(0.9999)).toBeLessThan(32 * 1024);
  });

  it.each(['VOICE', 'CHAT', 'TASK', 'EMAIL'])('%s occurs', (channel) => {
    expect(share(({ Channel }) => Channel === channel)).toBeGreaterThan(0.01);
  });

  it.each([
    'INBOUND',
    'OUTBOUND',
    'TRANSFER',
    'QUEUE_TRANSFER',
    'CALLBACK',
    'API',
    'DISCONNECT',
    'MONITOR',
    'EXTERNAL_OUTBOUND',
    'CALLBACK_CUSTOMER_FIRST_QUEUED',
    'CALLBACK_CUSTOMER_FIRST_DIALED',
    'WEBRTC_API',
    'FLOW',
  ])('%s occurs', (method) => {
    expect(share(({ InitiationMethod }) => InitiationMethod === method)).toBeGreaterThan(0.001);
  });

  it.each<[string, (record: ContactRecord) => unknown]>([
    ['old records without DisconnectReason', (record) => !('DisconnectReason' in record)],
    ['new ones with fields beyond the specification', (record) => 'QualityMetrics' in record],
    [
      'callers who hung up in the menu',
      ({ Queue, DisconnectReason }) => !Queue && DisconnectReason === 'CUSTOMER_DISCONNECT',
    ],
    ['contacts that go on as another one', ({ NextContactId }) => NextContactId],
    ['transfers out of the centre', ({ TransferredToEndpoint }) => TransferredToEndpoint],
    ['recordings', ({ Recordings }) => Recordings],
    ['an agent’s own queue', ({ Queue }) => JSON.stringify(Queue).includes('/queue/agent/')],
    [
      'agents who put the customer on hold',
      ({ Agent }) => /"NumberOfHolds":[1-9]/.test(JSON.stringify(Agent)),
    ],
    [
      'agents without a leaf on abandoned contacts',
      ({ ContactId, Agent }) => Agent && expected.abandoned.has(ContactId),
    ],
    [
      'surveys after the customer left the queue',
      isSurvey((first) => expected.abandoned.has(first.ContactId)),
    ],
    ['surveys in a chat that the customer left', isSurvey(({ Channel }) => Channel === 'CHAT')],
    ['surveys after an agent', isSurvey(({ Agent }) => Agent)],
    [
      'customers who leave the queue into which a disconnect flow has put them',
      ({ InitiationMethod, ContactId }) =>
        InitiationMethod === 'DISCONNECT' && expected.abandoned.has(ContactId),
    ],
    [
      'voicemails of customers who left the queue',
      ({ Attributes, Recordings, ContactId }) =>
        (Attributes as JsonObject).vmx3_flag === '0' &&
        JSON.stringify(Recordings).includes('"IVR"') &&
        expected.abandoned.has(ContactId),
    ],
    [
      'chats in a queue without a DisconnectReason, which are not abandoned',
      ({ Channel, Queue, Agent, DisconnectReason, ContactId }) =>
        Channel === 'CHAT' && Queue && !Agent && !DisconnectReason && !expected.abandoned.has(ContactId),
    ],
    [
      'answering machines in a campaign',
      ({ InitiationMethod, AnsweringMachineDetectionStatus: status, ContactId }) =>
        InitiationMethod === 'API' && status && !expected.abandoned.has(ContactId),
    ],
    [
      'people in a campaign who left the queue',
      ({ InitiationMethod, AnsweringMachineDetectionStatus: status, ContactId }) =>
        InitiationMethod === 'API' && status && expected.abandoned.has(ContactId),
    ],
    [
      'customers who left after a customer-first callback',
      ({ InitiationMethod, ContactId }) =>
        InitiationMethod === 'CALLBACK_CUSTOMER_FIRST_DIALED' && expected.abandoned.has(ContactId),
    ],
  ])('%s', (_title, wanted) => {
    expect(share(wanted)).toBeGreaterThan(0.001);
  });

  it('links a contact and its next contact, except a few that are never delivered', () => {
    const goOn = newest.filter(({ NextContactId }) => NextContactId);
    const [never = [], pairs = []] = [false, true].map((isStored) =>
      goOn.filter(({ NextContactId }) => expected.newest.has(NextContactId as string) === isStored),
    );

    expect(never.length).toBeGreaterThan(5);
    expect(never.map((record) => decideAmongContacts(record, () => undefined).kind)).toEqual(
      never.map(() => 'awaiting'),
    );
    for (const { ContactId, NextContactId } of pairs)
      expect(expected.newest.get(NextContactId as string)).toMatchObject({ PreviousContactId: ContactId });
  });

  it('has fictional telephone numbers', () => {
    const text = deliveries.map(({ data }) => Buffer.from(data).toString()).join('\n');
    const numbers = new Set(text.match(/\+1\d{10}/g));
    expect(numbers.size).toBeGreaterThan(50);
    expect([...numbers].filter((number) => !/^\+1(206|800)55501\d\d$/.test(number))).toEqual([]);
  });
});

describe('the contact centre delivers as Connect does', () => {
  const ofContact = Map.groupBy(records, ({ record }) => record.ContactId);
  const many = (wanted: (of: typeof records) => boolean) => [...ofContact.values()].filter(wanted).length;
  const seconds = (of: typeof records) => of.map(({ record }) => record.LastUpdateTimestamp);

  it('delivers the same bytes again', () => {
    expect(many((of) => new Set(of.map(({ base64 }) => base64)).size < of.length)).toBeGreaterThan(500);
  });

  it('delivers the same version in other bytes', () => {
    const respelt = many(
      (of) =>
        new Set(seconds(of)).size < new Set(of.map(({ base64 }) => base64)).size &&
        !conflicted.has(of[0]?.record.ContactId ?? ''),
    );
    expect(respelt).toBeGreaterThan(20);
  });

  it('delivers newer versions, and older ones after them', () => {
    expect(many((of) => new Set(seconds(of)).size > 1)).toBeGreaterThan(1000);
    expect(
      many((of) => seconds(of).some((second, i) => second < (seconds(of)[i - 1] ?? ''))),
    ).toBeGreaterThan(100);
  });

  it('uses different partition keys for versions of one contact', () => {
    expect(many((of) => new Set(of.map(({ partitionKey }) => partitionKey)).size > 1)).toBeGreaterThan(100);
  });

  it('delivers a deciding next contact before, after, in several versions, and through any shard', () => {
    const pairs = [...expected.abandoned].flatMap((id) => {
      const first = ofContact.get(id) ?? [];
      const next = ofContact.get(first[0]?.record.NextContactId as string);
      return next ? [{ first, next }] : [];
    });
    const positions = (of: typeof records) => of.map((delivery) => records.indexOf(delivery));
    const count = (wanted: (pair: (typeof pairs)[number]) => boolean) => pairs.filter(wanted).length;

    const before = count(({ first, next }) => Math.max(...positions(next)) < Math.min(...positions(first)));
    const after = count(({ first, next }) => Math.min(...positions(next)) > Math.max(...positions(first)));
    const unfinished = count(({ next }) => next.some(({ record }) => !record.DisconnectTimestamp));

    expect(before).toBeGreaterThan(2);
    expect(after).toBeGreaterThan(10);
    expect(unfinished).toBeGreaterThan(5);
  });

  it('ends some payloads with a line feed', () => {
    expect(records.filter(({ data }) => data.at(-1) === 10).length).toBeGreaterThan(500);
  });
});

it.each([1, 2, 9, 100])('there are exactly as many contacts as requested (%i)', (contacts) => {
  for (const seed of [0, 1, 2, 2 ** 32 - 1]) {
    expect(generateContactCentre({ seed, contacts }).expected.newest.size).toBe(contacts);
  }
});

it.each([1, 10])('has an abandoned contact among %i', (contacts) => {
  const seeds = Array.from({ length: 50 }, (_, seed) => seed);

  const without = seeds.filter(
    (seed) => generateContactCentre({ seed, contacts }).expected.abandoned.size === 0,
  );

  expect(without).toEqual([]);
});
