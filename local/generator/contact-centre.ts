/**
 * Generates a week of a contact centre: the deliveries that Connect would send, and the expected results.
 *
 * The expected results come from the scenarios, never from the code that they check.
 */
import { pickArrival, getFirstMonday } from './queues-and-agents';
import { createConflict, encodePayload, type TimedDelivery, deliverContact, addUpdates } from './deliveries';
import { createOtherEvent, POISON } from './other-payloads';
import { type Random, createRandom } from './random';
import { type ContactRecord, type JsonObject, formatTimestamp } from './build-record';
import { type Contact, getLastUpdateSeconds, type Version } from './contact-histories';
import { createContactChain } from './scenarios';
import type { Delivery } from '../stack/put-records';

/** The expected results, whatever the order and the shards of the deliveries. */
export interface Expected {
  /** The table's items: the newest version of every contact, by `ContactId`. */
  newest: Map<string, ContactRecord>;
  /** Contacts whose newest version is abandoned: published once. */
  abandoned: Set<string>;
  /** Contacts of which only an older version is abandoned: published once or not at all. */
  abandonedBefore: Set<string>;
  /** Payloads that can never be processed, byte for byte, as often as they are delivered. */
  poison: Uint8Array[];
  /** Payloads with a timestamp that the table has with other content. */
  conflicting: Uint8Array[];
  /** Number of deliveries that are events of another kind. */
  ignored: number;
}

/**
 * Generates deliveries and expected results.
 *
 * @param seed - the same seed gives the same bytes
 * @param contacts - number of contacts; each is delivered about twice
 */
export function generateContactCentre({ seed, contacts }: { seed: number; contacts: number }) {
  const random = createRandom(seed);
  const known = generateContacts(random, getFirstMonday(seed), contacts);
  const expected: Expected = {
    newest: new Map(),
    abandoned: new Set(),
    abandonedBefore: new Set(),
    poison: [],
    conflicting: [],
    ignored: 0,
  };
  const all: TimedDelivery[] = [];
  const disputed = pickConflictingContacts(known);

  for (const contact of known) {
    const versions = disputed.has(contact) ? contact : addUpdates(random, contact);
    const newest = versions.at(-1);
    if (!newest) continue;
    const id = newest.record.ContactId;
    expected.newest.set(id, newest.record);
    if (newest.abandoned) expected.abandoned.add(id);
    else if (versions.some((version) => version.abandoned)) expected.abandonedBefore.add(id);

    if (disputed.has(contact)) {
      const other = createOtherContent(random, newest, known);
      const [first, second] = createConflict(random, newest.record, other);
      expected.conflicting.push(second.data);
      all.push(first, second);
    } else {
      all.push(...deliverContact(random, versions));
    }
  }

  const newest = [...expected.newest.values()];
  const events = generateOtherEvents(random, newest);
  expected.ignored = events.length;
  const poison = generatePoison(random, newest);
  expected.poison = poison.map(({ data }) => data);
  all.push(...events, ...poison);

  const deliveries = all
    .sort((a, b) => a.at - b.at)
    .map(({ data, partitionKey }): Delivery => ({ data, partitionKey }));
  return { deliveries, expected };
}

/** Generates contacts; even a few contain an abandoned one. */
function generateContacts(random: Random, monday: number, count: number): Contact[] {
  for (;;) {
    const contacts = drawContacts(random, monday, count);
    if (contacts.some((versions) => versions.at(-1)?.abandoned)) return contacts;
  }
}

function drawContacts(random: Random, monday: number, count: number): Contact[] {
  const contacts: Contact[] = [];
  while (contacts.length < count) {
    const next = createContactChain(random, pickArrival(random, monday));
    if (next.length <= count - contacts.length) contacts.push(...next);
  }
  return contacts;
}

/** Picks a few contacts with one version, to which a conflicting version is added; some are abandoned. */
function pickConflictingContacts(known: Contact[]): Set<Contact> {
  const ofOneVersion = known.filter(({ length }) => length === 1);
  const abandoned = ofOneVersion.filter(([version]) => version?.abandoned);
  const some = (contacts: Contact[], oneIn: number) =>
    contacts.filter((_contact, index) => index % oneIn === 7);
  return new Set([...some(ofOneVersion, 300), ...some(abandoned, 100)]);
}

/** Creates other content: changed attributes, or the content of a contact with the opposite decision. */
function createOtherContent(random: Random, { record, abandoned }: Version, known: Contact[]): JsonObject {
  const other = known.find(([first]) => first?.abandoned === !abandoned);
  if (!other?.[0] || random.chance(0.5)) return { ...record, Attributes: { corrected: 'yes' } };
  return other[0].record;
}

const generateOtherEvents = (random: Random, records: ContactRecord[]): TimedDelivery[] =>
  records
    .filter((_record, index) => index === 0 || random.chance(0.04))
    .map((record) => {
      const at = getLastUpdateSeconds(record) - random.whole(0, 600);
      const event = createOtherEvent(random, at, record.ContactId);
      return { at, data: encodePayload(event), partitionKey: random.uuid() };
    });

/**
 * Generates each kind of poison once per 5,000 contacts, and one of them twice.
 *
 * Poison with a contact's id has a later timestamp and is often in the same batch. It must not change the contact.
 */
function generatePoison(random: Random, records: ContactRecord[]): TimedDelivery[] {
  const rounds = Array.from({ length: Math.ceil(records.length / 5000) }, () => Object.values(POISON)).flat();
  const poison = rounds.map((spoil) => {
    const victim = random.pick(records);
    const at = getLastUpdateSeconds(victim) + random.whole(1, 600);
    const record = { ...victim, LastUpdateTimestamp: formatTimestamp(at) };
    const spoilt = spoil(JSON.stringify(record), record);
    const data = typeof spoilt === 'string' ? Buffer.from(spoilt) : spoilt;
    return { at, data, partitionKey: victim.ContactId };
  });
  const [again] = poison;
  return again ? [...poison, { ...again, at: again.at + 3600 }] : poison;
}
