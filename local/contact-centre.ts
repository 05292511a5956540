/**
 * A believable contact centre for a week: what Connect would send, and what must come out of it. What must come out is
 * known from the scenarios, never from the code that is checked with it.
 */
import { arrival, firstMonday } from './contact-centre/centre';
import { conflicting, payload, type Sent, sent, withUpdates } from './contact-centre/deliveries';
import { otherEvent, POISON } from './contact-centre/other-payloads';
import { type Random, randomFrom } from './contact-centre/random';
import { type ContactRecord, type JsonObject, timestamp } from './contact-centre/record';
import { chain, type Contact, lastUpdate } from './contact-centre/scenarios';
import type { Delivery } from './local-stack';

/** What must come out, whatever the order and the shards in which the deliveries are processed. */
export type Expected = {
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
};

export type ContactCentre = { deliveries: Delivery[]; expected: Expected };

/**
 * @param seed - the same seed gives the same bytes
 * @param contacts - how many contacts there are, each of which is delivered about twice
 */
export function contactCentre({ seed, contacts }: { seed: number; contacts: number }): ContactCentre {
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

  for (const [index, contact] of known.entries()) {
    const versions = isToConflict(index, contact) ? contact : withUpdates(random, contact);
    const newest = versions.at(-1);
    if (!newest) continue;
    const id = newest.record.ContactId;
    expected.newest.set(id, newest.record);
    if (newest.abandoned) expected.abandoned.add(id);
    else if (versions.some((version) => version.abandoned)) expected.abandonedBefore.add(id);

    if (versions === contact && isToConflict(index, contact)) {
      const pair = conflicting(random, newest.record, differently(random, newest.record, known));
      expected.conflicting.push(pair[1].data);
      all.push(...pair);
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

/** A few contacts of one version have a second one of the same second. */
const isToConflict = (index: number, contact: Contact) => index % 300 === 7 && contact.length === 1;

/** Other attributes, or all that happened to somebody else: among those are some who gave up, and some who didn't. */
function differently(random: Random, record: ContactRecord, known: Contact[]): JsonObject {
  if (random.chance(0.5)) return { ...record, Attributes: { corrected: 'yes' } };
  const wanted = random.chance(0.5);
  const other = known.find(([first]) => first?.abandoned === wanted && first.record !== record);
  return other?.[0]?.record ?? { ...record, Attributes: {} };
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
