/**
 * How Connect sends the versions of a contact: at least once, later again, and not always in order.
 */
import type { Random } from './random';
import type { ContactRecord, JsonObject } from './build-record';
import { type Contact, later, lastUpdate, type Version } from './scenarios';

/** A payload, and the moment (seconds since 1970) at which it reaches the stream. */
export interface Sent {
  at: number;
  data: Uint8Array;
  partitionKey: string;
}

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Changes of minutes and of days later: for some contacts, the flow's or an API's new attributes. */
export function withUpdates(random: Random, contact: Contact): Contact {
  const versions = [...contact];
  const update = (seconds: number, attributes: JsonObject) => {
    const newest = versions.at(-1);
    if (!newest) return;
    const before = newest.record.Attributes as JsonObject;
    versions.push(later(newest, seconds, { Attributes: { ...before, ...attributes } }));
  };
  if (random.chance(0.2)) update(random.whole(60, 2 * HOUR), { surveyAnswer: String(random.whole(1, 5)) });
  if (random.chance(0.1)) update(random.whole(DAY, 6 * DAY), { greetingPlayed: 'false' });
  if (random.chance(0.03)) update(random.whole(28 * 60, 29 * 60), { checkedBy: 'quality' });
  return versions;
}

/** All deliveries of a contact; whatever their order, its newest version is what counts. */
export function sent(random: Random, versions: Contact): Sent[] {
  const newline = random.chance(0.15) ? '\n' : '';
  // Connect documents no partition key, so versions of a contact may come through different shards.
  const anyKey = random.chance(0.2);
  const deliver = (version: Version, at: number, data = payload(version.record, newline)): Sent => ({
    at,
    data,
    partitionKey: anyKey ? random.uuid() : version.record.ContactId,
  });

  return versions.flatMap((version, index) => {
    const next = versions[index + 1];
    const previous = versions[index - 1];
    const overtaken = next && random.chance(0.08);
    const at = lastUpdate(overtaken ? next.record : version.record) + random.whole(1, 55);
    const first = deliver(version, at + (overtaken ? 60 : 0));
    const deliveries = [first];
    if (random.chance(0.27)) {
      const again =
        first.at + random.pick([random.whole(0, 3), random.whole(60, HOUR), random.whole(DAY, 5 * DAY)]);
      deliveries.push(deliver(version, again, random.chance(0.1) ? respelt(version.record) : first.data));
    }
    if (previous && random.chance(0.15)) deliveries.push(deliver(previous, first.at + random.whole(1, HOUR)));
    return deliveries;
  });
}

/**
 * One version, and after it another of the same second with other content. The one that comes first counts: so that it
 * is certain which one that is, both have the same key, and the contact has no other version.
 */
export function conflicting(random: Random, record: ContactRecord, other: JsonObject): [Sent, Sent] {
  const { ContactId, LastUpdateTimestamp } = record;
  const at = lastUpdate(record) + random.whole(1, 55);
  return [
    { at, data: payload(record), partitionKey: ContactId },
    {
      at: at + random.whole(1, 2 * HOUR),
      data: payload({ ...other, ContactId, LastUpdateTimestamp }),
      partitionKey: ContactId,
    },
  ];
}

export const payload = (record: JsonObject, newline = ''): Uint8Array =>
  Buffer.from(JSON.stringify(record) + newline);

/** The same content in other bytes: no conflict. */
const respelt = (record: ContactRecord) =>
  Buffer.from(`${JSON.stringify(Object.fromEntries(Object.entries(record).reverse()), null, 1)}\n`);
