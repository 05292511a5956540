/**
 * Delivers the versions of a contact as Connect does: at least once, again later, and not always in order.
 */
import type { Random } from './random';
import type { ContactRecord, JsonObject } from './build-record';
import { type Contact, createLaterVersion, getLastUpdateSeconds, type Version } from './contact-histories';

/** A payload, and the moment (seconds since 1970) at which it reaches the stream. */
export interface TimedDelivery {
  at: number;
  data: Uint8Array;
  partitionKey: string;
}

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Adds later versions to some contacts. They follow minutes or days later, with attributes that a flow or an API has set. */
export function addUpdates(random: Random, contact: Contact): Contact {
  const versions = [...contact];
  const update = (seconds: number, attributes: JsonObject) => {
    const newest = versions.at(-1);
    if (!newest) return;
    const before = newest.record.Attributes as JsonObject;
    versions.push(createLaterVersion(newest, seconds, { Attributes: { ...before, ...attributes } }));
  };
  if (random.chance(0.2)) update(random.whole(60, 2 * HOUR), { surveyAnswer: String(random.whole(1, 5)) });
  if (random.chance(0.1)) update(random.whole(DAY, 6 * DAY), { greetingPlayed: 'false' });
  if (random.chance(0.03)) update(random.whole(28 * 60, 29 * 60), { checkedBy: 'quality' });
  return versions;
}

/** Creates all deliveries of a contact, some of them late or repeated. */
export function deliverContact(random: Random, versions: Contact): TimedDelivery[] {
  const newline = random.chance(0.15) ? '\n' : '';
  // Connect documents no partition key, so versions of a contact may come through different shards.
  const anyKey = random.chance(0.2);
  const deliver = (
    version: Version,
    at: number,
    data = encodePayload(version.record, newline),
  ): TimedDelivery => ({ at, data, partitionKey: anyKey ? random.uuid() : version.record.ContactId });

  return versions.flatMap((version, index) => {
    const next = versions[index + 1];
    const previous = versions[index - 1];
    const overtaken = next && random.chance(0.08);
    const at = getLastUpdateSeconds(overtaken ? next.record : version.record) + random.whole(1, 55);
    const first = deliver(version, at + (overtaken ? 60 : 0));
    const deliveries = [first];
    if (random.chance(0.27)) {
      const later = random.pick([random.whole(0, 3), random.whole(60, HOUR), random.whole(DAY, 5 * DAY)]);
      const data = random.chance(0.1) ? encodeDifferently(version.record) : first.data;
      deliveries.push(deliver(version, first.at + later, data));
    }
    if (previous && random.chance(0.15)) deliveries.push(deliver(previous, first.at + random.whole(1, HOUR)));
    return deliveries;
  });
}

/**
 * Creates a version, and a later delivery with the same timestamp and other content.
 *
 * The first one counts. Both have the same partition key, and the contact has no other version, so the order is certain.
 */
export function createConflict(random: Random, record: ContactRecord, other: JsonObject) {
  const { ContactId, LastUpdateTimestamp } = record;
  const at = getLastUpdateSeconds(record) + random.whole(1, 55);
  const conflicting = encodePayload({ ...other, ContactId, LastUpdateTimestamp });
  return [
    { at, data: encodePayload(record), partitionKey: ContactId },
    { at: at + random.whole(1, 2 * HOUR), data: conflicting, partitionKey: ContactId },
  ] as const;
}

export const encodePayload = (record: JsonObject, newline = ''): Uint8Array =>
  Buffer.from(JSON.stringify(record) + newline);

/** Encodes the same content in other bytes, which is not a conflict. */
const encodeDifferently = (record: ContactRecord) =>
  Buffer.from(`${JSON.stringify(Object.fromEntries(Object.entries(record).reverse()), null, 1)}\n`);
