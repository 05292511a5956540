/** What a user needs for so many contacts an hour: shards, settings, and what to expect of them. */
import type { Lag, Requests } from '../results';
import { type BatchSeconds, interpolated } from './batch-seconds';
import { capacities, LIMITS, type Pipeline } from './catch-up';
import { fixedPerMonth, perMillionContacts, type Stream, total } from './dollars';
import { ASSUMED, DEPLOYED } from './prices';

export interface Size {
  readonly contactsPerHour: number;
  readonly deliveriesPerSecond: number;
  readonly shards: number;
  readonly batchSize: number;
  readonly parallelization: number;
  readonly memoryMib: number;
  /** Seconds from arrival in the stream to stored. */
  readonly lagSeconds: { readonly p50: number; readonly p99: number };
  readonly dollarsPerMonth: Readonly<Record<Stream, number>>;
}

export interface Basis {
  readonly requests: Requests;
  readonly lag: readonly Lag[];
  readonly batchSeconds: BatchSeconds;
}

/** A contact centre has busier minutes than others: this share of any limit is used on average. */
export const HIGHEST_LOAD = 0.7;
const PARALLELIZATIONS = [1, 2, 5, 10] as const;
const MOST_SHARDS = 10_000;

/** The fewest shards, and the least parallelization, that are enough. */
export function sizeFor(contactsPerHour: number, { requests, lag, batchSeconds }: Basis): Size {
  const arrivals = (contactsPerHour / 3_600) * (requests.deliveries / requests.contacts);
  const pipelineOf = (shards: number, parallelization: number): Pipeline => ({
    shards,
    parallelization,
    batchSize: DEPLOYED.batchSize,
    recordKilobytes: ASSUMED.recordKilobytes,
    arrivals,
    batchSeconds,
  });
  const isEnough = (pipeline: Pipeline): boolean =>
    capacities(pipeline, Infinity)
      // The table is the same however many shards there are.
      .filter(({ limit }) => limit !== 'writes to the table')
      .every(({ recordsPerSecond }) => arrivals <= recordsPerSecond * HIGHEST_LOAD);
  const shards = smallest(MOST_SHARDS, (count) => isEnough(pipelineOf(count, 10)));
  const parallelization = PARALLELIZATIONS.find((factor) => isEnough(pipelineOf(shards, factor))) ?? 10;

  const ofFunction = capacities(pipelineOf(shards, parallelization)).find(
    ({ limit }) => limit === 'the function',
  );
  const load = arrivals / (ofFunction?.recordsPerSecond ?? arrivals);
  const measured = (percentile: 'p50' | 'p99'): number =>
    interpolated(
      lag.map((at) => ({ x: at.load, y: at.stored[percentile] / 1_000 })).sort((a, b) => a.x - b.x),
      load,
    );
  const contactsPerMonth = contactsPerHour * ASSUMED.hoursAMonth;
  const batchRecords = Math.min(
    DEPLOYED.batchSize,
    Math.max(1, (arrivals / shards) * LIMITS.idlePollSeconds),
  );
  const dollars = (stream: Stream): number =>
    total(fixedPerMonth(stream, shards)) +
    (contactsPerMonth / 1_000_000) *
      total(perMillionContacts(requests, ASSUMED.recordKilobytes, batchRecords, batchSeconds, stream));

  return {
    contactsPerHour,
    deliveriesPerSecond: arrivals,
    shards,
    batchSize: DEPLOYED.batchSize,
    parallelization,
    memoryMib: DEPLOYED.memoryGib * 1024,
    // A record comes at any time between two looks at the shard.
    lagSeconds: {
      p50: LIMITS.idlePollSeconds / 2 + measured('p50'),
      p99: LIMITS.idlePollSeconds + measured('p99'),
    },
    dollarsPerMonth: { 'on demand': dollars('on demand'), provisioned: dollars('provisioned') },
  };
}

function smallest(most: number, isEnough: (count: number) => boolean): number {
  let count = 1;
  while (count < most && !isEnough(count)) count++;
  return count;
}
