/**
 * A believable contact centre for a week: what Connect would send, and what must come out of it. What must come out is
 * known from the scenarios, never from the code that is checked with it.
 */
import { arrival, firstMonday } from './queues-and-agents';
import { conflicting, payload, type Sent, sent, withUpdates } from './deliveries';
import { otherEvent, POISON } from './other-payloads';
import { type Random, randomFrom } from './random';
import { type ContactRecord, type JsonObject, timestamp } from './build-record';
import { chain, type Contact, lastUpdate, type Version } from './scenarios';
import type { Delivery } from '../stack/put-records';

/** What must come out, whatever the order and the shards in which the deliveries are processed. */
export interface Expected {
  /** The table's items: the newest version of every contact, by `ContactId`. */
  newest: Map<string, ContactRecord>;
  /** Contacts whose newest version is abandoned: published once. */
  abandoned: Set<string>;
  /** Contacts of which only an older version is abandoned: published once or not at all. */
  abandonedBefore: Set<string>;
  /** Payloads that can never be processed, byte for byte, as often as they are delivered. */
  poison: Uint8Array[];
  /** Payloads of a second that the table has with other content. */
  conflicting: Uint8Array[];
  /** How many deliveries are events of another kind. */
  ignored: number;
}

export interface ContactCentre {
  deliveries: Delivery[];
  expected: Expected;
}

/**
 * @param seed - the same seed gives the same bytes
 * @param contacts - how many contacts there are, each of which is delivered about twice
 */
export function generateContactCentre({ seed, contacts }: { seed: number; contacts: number }): ContactCentre {
  const random = randomFrom(seed);
  const known = contactsOfAWeek(random, firstMonday(seed), contacts);
  const expected: Expected = {
    newest: new Map(),
    abandoned: new Set(),
    abandonedBefore: new Set(),
    poison: [],
    conflicting: [],
    ignored: 0,
  };
  const all: Sent[] = [];

  const disputed = contactsInConflict(known);

  for (const contact of known) {
    const versions = disputed.has(contact) ? contact : withUpdates(random, contact);
    const newest = versions.at(-1);
    if (!newest) continue;
    const id = newest.record.ContactId;
    expected.newest.set(id, newest.record);
    if (newest.abandoned) expected.abandoned.add(id);
    else if (versions.some((version) => version.abandoned)) expected.abandonedBefore.add(id);

    if (disputed.has(contact)) {
      const [first, second] = conflicting(random, newest.record, differently(random, newest, known));
      expected.conflicting.push(second.data);
      all.push(first, second);
    } else {
      all.push(...sent(random, versions));
    }
  }

  const events = otherEvents(random, [...expected.newest.values()]);
  expected.ignored = events.length;
  const poison = poisonPayloads(random, [...expected.newest.values()]);
  expected.poison = poison.map(({ data }) => data);
  all.push(...events, ...poison);

  const deliveries = all
    .sort((a, b) => a.at - b.at) // a stable sort
    .map(({ data, partitionKey }) => ({ data, partitionKey }));
  return { deliveries, expected };
}

function contactsOfAWeek(random: Random, monday: number, count: number): Contact[] {
  const contacts: Contact[] = [];
  while (contacts.length < count) {
    const next = chain(random, arrival(random, monday));
    if (next.length <= count - contacts.length) contacts.push(...next);
  }
  return contacts;
}

/** A few contacts of one version, for whom a second one of the same second comes; some of them are abandoned. */
function contactsInConflict(known: Contact[]): Set<Contact> {
  const ofOneVersion = known.filter(({ length }) => length === 1);
  const abandoned = ofOneVersion.filter(([version]) => version?.abandoned);
  const some = (contacts: Contact[], oneIn: number) =>
    contacts.filter((_contact, index) => index % oneIn === 7);
  return new Set([...some(ofOneVersion, 300), ...some(abandoned, 100)]);
}

/** Other attributes, or all that happened to somebody else: one who gave up, if this one didn't. */
function differently(random: Random, { record, abandoned }: Version, known: Contact[]): JsonObject {
  const other = known.find(([first]) => first?.abandoned === !abandoned);
  if (!other?.[0] || random.chance(0.5)) return { ...record, Attributes: { corrected: 'yes' } };
  return other[0].record;
}

const otherEvents = (random: Random, records: ContactRecord[]): Sent[] =>
  records
    .filter((_record, index) => index === 0 || random.chance(0.04))
    .map((record) => {
      const at = lastUpdate(record) - random.whole(0, 600);
      const event = otherEvent(random, at, record.ContactId);
      return { at, data: payload(event), partitionKey: random.uuid() };
    });

/**
 * Each kind of poison once in 5,000 contacts, one of them twice. Where it still has an id, it is that of a contact,
 * with a later second and often in the same batch: what is known of the contact must not suffer.
 */
function poisonPayloads(random: Random, records: ContactRecord[]): Sent[] {
  const rounds = Array.from({ length: Math.ceil(records.length / 5000) }, () => Object.values(POISON)).flat();
  const poison = rounds.map((spoil) => {
    const victim = random.pick(records);
    const at = lastUpdate(victim) + random.whole(1, 600);
    const record = {
      ...victim,
      LastUpdateTimestamp: timestamp(at),
    };
    const spoilt = spoil(JSON.stringify(record), record);
    const data = typeof spoilt === 'string' ? Buffer.from(spoilt) : spoilt;
    return { at, data, partitionKey: victim.ContactId };
  });
  const [again] = poison;
  return again ? [...poison, { ...again, at: again.at + 3600 }] : poison;
}
