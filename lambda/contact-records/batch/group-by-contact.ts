/**
 * Second step: the versions of one contact in a batch become one unit of work, so that one put does for all of them.
 */
import type { KinesisStreamRecord } from 'aws-lambda';
import type { DecodedContactRecord } from '../steps/decode';

/** A contact record with the Kinesis record that brought it. */
export interface Version {
  /** Where in the batch it stands. */
  readonly position: number;
  readonly delivery: KinesisStreamRecord;
  readonly contactRecord: DecodedContactRecord;
}

/**
 * The versions of one contact in one batch, newest first; of equal timestamps the lowest sequence number first. It is
 * done as a whole, and stands at the place of its first member, so that no checkpoint passes it.
 */
export interface Unit {
  /** The position of its first member. */
  readonly position: number;
  readonly versions: readonly [Version, ...Version[]];
}

/**
 * Groups the contact records of a batch by contact. The order of the units is that of their first members.
 *
 * @param versions - in the order of the batch, which is that of their sequence numbers
 */
export function collapse(versions: readonly Version[]): Unit[] {
  const byContact = new Map<string, [Version, ...Version[]]>();
  for (const version of versions) {
    const { ContactId } = version.contactRecord.item;
    const known = byContact.get(ContactId);
    if (known) known.push(version);
    else byContact.set(ContactId, [version]);
  }
  // A stable sort: equal timestamps stay in order of their sequence numbers.
  return Array.from(byContact.values(), (ofContact) => ({
    position: ofContact[0].position,
    versions: ofContact.sort(newestFirst),
  }));
}

function newestFirst(a: Version, b: Version): number {
  const [left, right] = [a.contactRecord.item.LastUpdateTimestamp, b.contactRecord.item.LastUpdateTimestamp];
  return left < right ? 1 : left > right ? -1 : 0;
}
