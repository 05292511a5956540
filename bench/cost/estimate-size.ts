/** Estimates shards, settings, cost and delay for a number of contacts an hour. */
import { MAIN_POINT, type Requests, type Results } from '../results';
import { DOLLARS_PER_MONTH, estimatePerMillionContacts, sumDollars } from './estimate-cost';
import { ASSUMED, DEPLOYED } from './prices';

/** The average load may use this share of any limit, because some minutes are busier. */
const MAX_LOAD = 0.7;
const MAX_PARALLELIZATION = 10;
/** Write limits of a shard for one second. Its read limits are twice as high. */
const SHARD = { records: 1_000, kilobytes: 1_024 };
/** The documented pause before the mapping reads an idle shard again. */
const IDLE_POLL_SECONDS = 1;

/** Finds the fewest shards and the lowest parallelization that are enough. */
export function estimateSize(contactsPerHour: number, requests: Requests, batchSeconds: BatchSeconds) {
  const arrivals = (contactsPerHour / 3_600) * (requests.deliveries / requests.contacts);
  const shardLimit = Math.min(SHARD.records, SHARD.kilobytes / ASSUMED.recordKilobytes);
  const laneLimit = DEPLOYED.batchSize / batchSeconds(DEPLOYED.batchSize);
  const countNeeded = (limit: number): number => Math.max(1, Math.ceil(arrivals / (limit * MAX_LOAD)));
  const shards = countNeeded(Math.min(shardLimit, laneLimit * MAX_PARALLELIZATION));
  const records = Math.min(DEPLOYED.batchSize, Math.max(1, (arrivals / shards) * IDLE_POLL_SECONDS));
  const batch = { records, seconds: batchSeconds(records) };
  const perMillion = sumDollars(estimatePerMillionContacts(requests, ASSUMED.recordKilobytes, batch));
  return {
    contactsPerHour,
    shards,
    parallelization: countNeeded(laneLimit * shards),
    storedWithinSeconds: IDLE_POLL_SECONDS + batch.seconds,
    dollarsPerMonth:
      sumDollars(DOLLARS_PER_MONTH) + ((contactsPerHour * ASSUMED.hoursAMonth) / 1_000_000) * perMillion,
  };
}

/** Seconds that the function takes for a batch of this many records. */
export type BatchSeconds = (records: number) => number;

/** Lambda provides one core for each 1,769 MB of memory. */
const CORES = (DEPLOYED.memoryGib * 1024) / 1_769;

/**
 * Interpolates between the measured batch sizes. A batch takes at least its CPU time on the function's share of a core.
 * A batch below the smallest size takes the same time as that size. Above the largest size, the time per record is
 * constant.
 *
 * @throws Error if nothing was measured at the latency of the main point
 */
export function estimateBatchSeconds({ runs }: Pick<Results, 'runs'>): BatchSeconds {
  const { latencyMs } = MAIN_POINT;
  const points = runs
    .filter((run) => run.contender === 'pipeline' && run.input === 'distinct' && run.latencyMs === latencyMs)
    .map(({ batchSize, recordsPerSecond, cpuMicrosecondsPerRecord }) => {
      const cpuSeconds = cpuMicrosecondsPerRecord.median / 1_000_000 / CORES;
      return { records: batchSize, seconds: batchSize * Math.max(1 / recordsPerSecond.median, cpuSeconds) };
    })
    .sort((a, b) => a.records - b.records);
  const largest = points.at(-1);
  if (!largest)
    throw new Error(`The results have no batch at a latency of ${latencyMs} ms: run npm run bench again.`);
  return (records) => {
    const at = points.findIndex((point) => point.records >= records);
    const [left, right] = [points[at - 1], points[at]];
    if (!right) return (largest.seconds * records) / largest.records;
    if (!left) return right.seconds;
    const share = (records - left.records) / (right.records - left.records);
    return left.seconds + (right.seconds - left.seconds) * share;
  };
}
