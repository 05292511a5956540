/** Second step: groups the versions of each contact in a batch. One put stores the newest of them. */
import type { KinesisStreamRecord } from 'aws-lambda';
import type { DecodedContactRecord } from '../steps/decode';

/** A contact record with the delivery that brought it. */
export interface Version {
  /** Index in the batch. */
  readonly position: number;
  readonly delivery: KinesisStreamRecord;
  readonly contactRecord: DecodedContactRecord;
}

/**
 * The versions of one contact in one batch, newest first. Versions with equal timestamps are in the order of their
 * sequence numbers. They are processed together, at the position of the first one in the batch. So no checkpoint passes
 * an unfinished version.
 */
export interface ContactVersions {
  /** Index of the first member in the batch. */
  readonly position: number;
  readonly versions: readonly [Version, ...Version[]];
}

/**
 * Groups contact records by contact, in the order of each contact's first member.
 *
 * @param versions - in the order of the batch, which is the order of their sequence numbers
 */
export function groupByContact(versions: readonly Version[]): ContactVersions[] {
  const byContact = Map.groupBy(versions, ({ contactRecord }) => contactRecord.item.ContactId) as Map<
    string,
    [Version, ...Version[]]
  >;
  // The sort is stable: equal timestamps stay in the order of their sequence numbers.
  return Array.from(byContact.values(), (versionsOfContact) => ({
    position: versionsOfContact[0].position,
    versions: versionsOfContact.sort(compareNewestFirst),
  }));
}

function compareNewestFirst(a: Version, b: Version): number {
  const [left, right] = [a.contactRecord.item.LastUpdateTimestamp, b.contactRecord.item.LastUpdateTimestamp];
  return left < right ? 1 : left > right ? -1 : 0;
}

/** Returns when a delivery arrived in the stream, in milliseconds since 1970. */
export const getArrivalMs = (delivery: KinesisStreamRecord): number =>
  delivery.kinesis.approximateArrivalTimestamp * 1_000;
