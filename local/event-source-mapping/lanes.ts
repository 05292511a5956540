/**
 * Reads a shard and makes batches of it. A shard has as many lanes as it may have batches at the same time; a partition
 * key always takes the same lane, so its records stay in order.
 */
import { createHash } from 'node:crypto';
import { kinesisEventRecord, type KinesisEventRecord } from './kinesis-event';
import { backOff } from './back-off';
import type { Shard } from './shard';

/** An event has to fit into an invocation's payload. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;
/** Lambda polls a shard once a second. Here somebody waits; but each look costs the emulator 15 ms of its one thread. */
const IDLE_POLL_MS = 500;

/** Collects the next batch of a lane; it is empty only when the mapping is stopped. */
export type NextBatch = () => Promise<KinesisEventRecord[]>;

export function lanesOf(shard: Shard): NextBatch[] {
  const { ports, settings } = shard.options;
  // Read, but not in a batch yet.
  const lanes: Waiting[][] = Array.from({ length: settings.parallelizationFactor }, () => []);
  const readMore = readingInto(lanes, shard);

  return lanes.map((waiting) => async () => {
    const windowEnd = ports.now() + settings.batchingWindowSeconds * 1000;
    let behind = true;
    while (!shard.stopping.aborted) {
      const fitting = Math.min(countThatFits(waiting), settings.batchSize);
      const isFull = waiting.length >= settings.batchSize || fitting < waiting.length;
      const left = windowEnd - ports.now();
      if (isFull || (waiting.length > 0 && !behind && left <= 0)) {
        return waiting.splice(0, fitting).map(({ record }) => record);
      }
      if (!behind) {
        const pause = waiting.length > 0 ? Math.min(left, IDLE_POLL_MS) : IDLE_POLL_MS;
        await ports.sleep(pause, shard.stopping);
      }
      behind = await readMore();
    }
    return [];
  });
}

interface Waiting {
  record: KinesisEventRecord;
  bytes: number;
}

/**
 * Returns a function that reads once, for all lanes, and says whether there is more to be read now. Nothing is read
 * while a batch for each lane is waiting: a lane that is held up by retries does so to the others in the end.
 */
function readingInto(lanes: Waiting[][], { shardId, options, ...shard }: Shard): () => Promise<boolean> {
  const { ports, settings, origin } = options;
  let position = shard.startAfter;
  let reading: Promise<boolean> | undefined;

  const read = async (): Promise<boolean> => {
    for (let faults = 0; !shard.stopping.aborted; faults += 1) {
      const waiting = lanes.flat();
      const room = lanes.length * settings.batchSize - waiting.length;
      const bytes = waiting.reduce((sum, record) => sum + record.bytes, 0);
      if (room <= 0 || bytes > lanes.length * MAX_EVENT_BYTES) return false;
      try {
        const { records, behind } = await ports.readRecords(shardId, position, room);
        shard.progress.read(records.map(({ sequenceNumber }) => sequenceNumber));
        for (const record of records) {
          const lane = lanes[laneOf(record.partitionKey, lanes.length)];
          lane?.push(withSize(kinesisEventRecord(record, shardId, origin)));
        }
        position = records.at(-1)?.sequenceNumber ?? position;
        return behind;
      } catch (error) {
        shard.onProblem(`reading failed: ${String(error)}`);
        await ports.sleep(backOff(faults, ports.random), shard.stopping);
      }
    }
    return false;
  };

  return () => (reading ??= read().finally(() => (reading = undefined)));
}

function laneOf(partitionKey: string, lanes: number): number {
  return lanes === 1 ? 0 : createHash('md5').update(partitionKey).digest().readUInt32BE() % lanes;
}

function withSize(record: KinesisEventRecord): Waiting {
  return { record, bytes: Buffer.byteLength(JSON.stringify(record)) + 1 };
}

/** How many records, from the first one on, fit into one event: at least one. */
function countThatFits(waiting: Waiting[]): number {
  let sum = Buffer.byteLength('{"Records":[]}');
  const tooMany = waiting.findIndex(({ bytes }) => (sum += bytes) > MAX_EVENT_BYTES);
  return tooMany === -1 ? waiting.length : Math.max(1, tooMany);
}
