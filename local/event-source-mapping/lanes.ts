/**
 * Reads a shard and groups its records into batches. A shard has one lane for each batch that may run at the same time.
 * A partition key always uses the same lane, so its records stay in order.
 */
import { createHash } from 'node:crypto';
import { createKinesisEventRecord, type KinesisEventRecord } from './kinesis-event';
import type { Shard } from './types';

/** Lambda's limit for an invocation's payload. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;
/** Lambda polls once a second. Here a user waits, but each poll takes 15 ms of the emulator's only thread. */
const IDLE_POLL_MS = 500;

/** Creates the lanes of a shard. Each returns the next batch; an empty one if the shard has ended or is stopped. */
export function createLanes(shard: Shard): (() => Promise<KinesisEventRecord[]>)[] {
  const { ports, settings } = shard.options;
  // Records that were read and are not yet in a batch.
  const lanes: Waiting[][] = Array.from({ length: settings.parallelizationFactor }, () => []);
  const reader = createReader(lanes, shard);

  return lanes.map((waiting) => async () => {
    const windowEnd = ports.now() + settings.batchingWindowSeconds * 1000;
    let behind = true;
    while (!shard.stopping.aborted) {
      const fitting = Math.min(countFitting(waiting), settings.batchSize);
      const isFull = waiting.length >= settings.batchSize || fitting < waiting.length;
      const left = windowEnd - ports.now();
      if (isFull || (waiting.length > 0 && !behind && left <= 0)) {
        return waiting.splice(0, fitting).map(({ record }) => record);
      }
      if (waiting.length === 0 && reader.hasEnded()) return [];
      if (!behind) {
        const pause = waiting.length > 0 ? Math.min(left, IDLE_POLL_MS) : IDLE_POLL_MS;
        await ports.sleep(pause, shard.stopping);
      }
      behind = await reader.readMore();
    }
    return [];
  });
}

interface Waiting {
  record: KinesisEventRecord;
  bytes: number;
}

/**
 * Creates a reader for all lanes; `readMore` reads once and resolves to whether the shard has more.
 *
 * It reads nothing while a batch for each lane is waiting. So a lane with many retries eventually delays the others.
 */
function createReader(lanes: Waiting[][], { shardId, options, ...shard }: Shard) {
  const { ports, settings, origin } = options;
  let position = shard.startAfter;
  let hasEnded = false;
  let reading: Promise<boolean> | undefined;

  const read = async (): Promise<boolean> => {
    for (let failures = 0; !hasEnded && !shard.stopping.aborted; failures += 1) {
      const waiting = lanes.flat();
      const room = lanes.length * settings.batchSize - waiting.length;
      const bytes = waiting.reduce((sum, record) => sum + record.bytes, 0);
      if (room <= 0 || bytes > lanes.length * MAX_EVENT_BYTES) return false;
      try {
        const { records, behind, ended } = await ports.readRecords(shardId, position, room);
        shard.progress.read(records.map(({ sequenceNumber }) => sequenceNumber));
        for (const record of records) {
          const event = createKinesisEventRecord(record, shardId, origin);
          const bytes = Buffer.byteLength(JSON.stringify(event)) + 1;
          lanes[chooseLane(record.partitionKey, lanes.length)]?.push({ record: event, bytes });
        }
        position = records.at(-1)?.sequenceNumber ?? position;
        hasEnded = ended;
        return behind;
      } catch (error) {
        shard.onProblem(`reading failed: ${String(error)}`);
        await shard.pause(failures);
      }
    }
    return false;
  };

  return {
    readMore: () => (reading ??= read().finally(() => (reading = undefined))),
    /** Whether the last record of a closed shard was read. */
    hasEnded: () => hasEnded,
  };
}

function chooseLane(partitionKey: string, lanes: number): number {
  return lanes === 1 ? 0 : createHash('md5').update(partitionKey).digest().readUInt32BE() % lanes;
}

/** Counts the records, from the first one on, that fit into one event: at least one. */
function countFitting(waiting: Waiting[]): number {
  let sum = Buffer.byteLength('{"Records":[]}');
  const tooMany = waiting.findIndex(({ bytes }) => (sum += bytes) > MAX_EVENT_BYTES);
  return tooMany === -1 ? waiting.length : Math.max(1, tooMany);
}
