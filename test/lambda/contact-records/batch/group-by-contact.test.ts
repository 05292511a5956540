import fc from 'fast-check';
import { groupByContact, type Version } from '../../../../lambda/contact-records/batch/group-by-contact';
import { aContactRecord, aDelivery, decoded } from '../../../factories';

/** A version of a contact, at the place in the batch that its sequence number says. */
const version = (sequenceNumber: number, ContactId: string, second: number): Version => {
  const LastUpdateTimestamp = `2024-03-05T09:32:${String(second).padStart(2, '0')}Z`;
  const record = aContactRecord({ ContactId, LastUpdateTimestamp });
  return {
    position: sequenceNumber,
    delivery: aDelivery(record, sequenceNumber),
    contactRecord: decoded(record),
  };
};
const sequenceNumbers = (versions: readonly Version[]) =>
  versions.map(({ delivery }) => Number(delivery.kinesis.sequenceNumber));

describe('the versions of one contact in a batch', () => {
  it('become one group, the newest first', () => {
    const groups = groupByContact([
      version(1, 'a', 5),
      version(2, 'b', 1),
      version(3, 'a', 7),
      version(4, 'a', 6),
    ]);
    expect(groups.map(({ versions }) => sequenceNumbers(versions))).toEqual([[3, 4, 1], [2]]);
  });

  it('of the same second stay in the order of their sequence numbers: the first counts', () => {
    const [group] = groupByContact([version(1, 'a', 5), version(2, 'a', 5), version(3, 'a', 5)]);
    expect(sequenceNumbers(group?.versions ?? [])).toEqual([1, 2, 3]);
  });

  it('stand at the place of their first member, so that no checkpoint passes it', () => {
    const groups = groupByContact([
      version(1, 'a', 1),
      version(2, 'b', 1),
      version(3, 'c', 1),
      version(4, 'a', 9),
    ]);
    expect(groups.map(({ versions }) => versions[0].contactRecord.item.ContactId)).toEqual(['a', 'b', 'c']);
    expect(groups.map(({ position }) => position)).toEqual([1, 2, 3]);
  });

  it('are all there, once, whatever the batch', () => {
    const batch = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor'), fc.nat(59)));
    fc.assert(
      fc.property(batch, (contacts) => {
        const versions = contacts.map(([id, second], index) => version(index, id, second));
        const groups = groupByContact(versions);
        expect(groups.flatMap((group) => sequenceNumbers(group.versions)).sort((a, b) => a - b)).toEqual(
          sequenceNumbers(versions),
        );
        expect(groups.length).toBe(new Set(contacts.map(([id]) => id)).size);
        for (const group of groups) {
          const timestamps = group.versions.map(
            ({ contactRecord }) => contactRecord.item.LastUpdateTimestamp,
          );
          expect(timestamps).toEqual([...timestamps].sort().reverse());
        }
      }),
    );
  });
});
