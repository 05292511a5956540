/** Checks that the records of each partition key are done in the order of the stream. */
import type { KinesisEventRecord } from './event-source-mapping/kinesis-event';

export type SeenOrder = ReturnType<typeof createSeenOrder>;

export const createSeenOrder = () => ({
  /** Event ids. */
  done: new Set<string>(),
  /** The highest sequence number that is done, by partition key. */
  furthest: new Map<string, bigint>(),
});

/** Returns the records that were first done after a later record of their partition key. */
export const findLate = (
  { done, furthest }: SeenOrder,
  records: readonly KinesisEventRecord[],
): KinesisEventRecord[] =>
  records.filter(({ eventID, kinesis }) => {
    if (done.has(eventID)) return false;
    done.add(eventID);
    const sequenceNumber = BigInt(kinesis.sequenceNumber);
    const last = furthest.get(kinesis.partitionKey);
    if (last !== undefined && sequenceNumber < last) return true;
    furthest.set(kinesis.partitionKey, sequenceNumber);
    return false;
  });
