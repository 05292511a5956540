/**
 * A discrete-event model of the event source mapping: how long a backlog takes to drain, and which limit is in the way.
 * It knows time by events alone, so the same input has the same result on every machine.
 *
 * Records and arrivals are spread evenly over the shards, which are then all alike: one of them is simulated, with its
 * share of what all have in common.
 */
import type { BatchSeconds } from './batch-seconds';
import { DEPLOYED } from './prices';

export interface Pipeline {
  readonly shards: number;
  /** Batches of one shard at the same time. */
  readonly parallelization: number;
  readonly batchSize: number;
  readonly recordKilobytes: number;
  /** Records a second, into all shards together. */
  readonly arrivals: number;
  readonly batchSeconds: BatchSeconds;
}

/** What the services allow. */
export const LIMITS = {
  shardRecordsIn: 1_000,
  shardMegabytesIn: 1,
  shardMegabytesOut: 2,
  shardReads: 5,
  recordsARead: 10_000,
  megabytesARead: 10,
  /** Of a batch, as the function gets it: base64 takes a third more. */
  batchMegabytes: 6,
  base64: 4 / 3,
  /** The documented pause of the mapping before it asks an idle shard again. */
  idlePollSeconds: 1,
  /** Write units a second that a new table takes at once; doubled when used for half an hour, up to an account's quota. */
  newTableWriteUnits: 4_000,
  tableDoublesAfterSeconds: 1_800,
  tableWriteUnitsQuota: 40_000,
  /** Concurrent invocations that an account has as long as it asks for no more. */
  concurrency: 1_000,
} as const;

/** A limit, by what is to be raised. */
export type Limit = 'arrival in the shards' | 'reading the shards' | 'the function' | 'writes to the table';

/**
 * Records a second that each limit allows, the narrowest first. The table is a new one, unless it had `tableSeconds` to
 * grow under load.
 */
export function capacities(
  pipeline: Pipeline,
  tableSeconds = 0,
): readonly { readonly limit: Limit; readonly recordsPerSecond: number }[] {
  const { shards, batchSeconds, recordKilobytes } = pipeline;
  const records = fullBatch(pipeline);
  return [
    {
      limit: 'the function' as const,
      recordsPerSecond: (lanes(pipeline) * records) / batchSeconds(records),
    },
    {
      limit: 'arrival in the shards' as const,
      recordsPerSecond:
        shards * Math.min(LIMITS.shardRecordsIn, (LIMITS.shardMegabytesIn * 1024) / recordKilobytes),
    },
    {
      limit: 'reading the shards' as const,
      recordsPerSecond:
        shards *
        Math.min(
          LIMITS.shardReads * LIMITS.recordsARead,
          (LIMITS.shardMegabytesOut * 1024) / recordKilobytes,
        ),
    },
    {
      limit: 'writes to the table' as const,
      recordsPerSecond: tableUnits(tableSeconds) / Math.ceil(recordKilobytes),
    },
  ].sort((a, b) => a.recordsPerSecond - b.recordsPerSecond);
}

export type Drained =
  | { readonly kind: 'drained'; readonly seconds: number }
  /** Records arrive at least as fast as this limit allows, or faster than the shards take them. */
  | { readonly kind: 'never'; readonly limit: Limit };

/**
 * Seconds until a backlog in the stream is gone while more arrives: until nothing waits longer than a full batch and an
 * idle shard's pause take.
 */
export function drain(pipeline: Pipeline, backlog: number): Drained {
  const inTheWay = capacities(pipeline, Infinity).find(({ limit, recordsPerSecond }) =>
    // Shards can be full for ever; but a backlog shrinks only where more is done than arrives.
    limit === 'arrival in the shards'
      ? pipeline.arrivals > recordsPerSecond
      : pipeline.arrivals >= recordsPerSecond,
  );
  if (inTheWay) return { kind: 'never', limit: inTheWay.limit };
  return drainOneShard(pipeline, backlog / pipeline.shards);
}

/**
 * Takes batch after batch from one shard: the lane that is free first takes it from what was read, and the shard is read
 * again when that is used up. A batch is done when the function is through, and not before the table has taken its writes.
 */
function drainOneShard(pipeline: Pipeline, backlog: number): Drained {
  const { recordKilobytes, batchSeconds, shards } = pipeline;
  const arrivals = pipeline.arrivals / shards;
  const batch = fullBatch(pipeline);
  const normalWait = batchSeconds(batch) + LIMITS.idlePollSeconds;
  const freeAt = Array.from({ length: lanes(pipeline) / shards }, () => 0);
  let [readFrom, readAt, read, taken, writtenAt, doneAt] = [0, 0, 0, 0, 0, 0];

  while (doneAt < STREAM_SECONDS) {
    const freeFirst = Math.min(...freeAt);
    if (taken === read) {
      readAt = Math.max(freeFirst, readFrom);
      const waiting = Math.floor(backlog + arrivals * readAt) - read;
      if (read >= Math.floor(backlog) && waiting <= arrivals * normalWait) {
        return { kind: 'drained', seconds: doneAt };
      }
      const records = Math.min(waiting, recordsARead(recordKilobytes));
      read += records;
      readFrom =
        readAt +
        Math.max(1 / LIMITS.shardReads, megabytes(records, recordKilobytes) / LIMITS.shardMegabytesOut);
    }
    const records = Math.min(batch, read - taken);
    const start = Math.max(freeFirst, readAt);
    const unitsPerSecond = tableUnits(start) / shards;
    writtenAt = Math.max(writtenAt, start) + (records * Math.ceil(recordKilobytes)) / unitsPerSecond;
    const end = Math.max(start + batchSeconds(records), writtenAt);
    freeAt[freeAt.indexOf(freeFirst)] = end;
    taken += records;
    doneAt = Math.max(doneAt, end);
  }
  return { kind: 'never', limit: capacities(pipeline)[0]?.limit ?? 'the function' };
}

/** What is still there after the stream's retention is lost. */
const STREAM_SECONDS = DEPLOYED.retentionDays * 24 * 60 * 60;

const megabytes = (records: number, recordKilobytes: number): number => (records * recordKilobytes) / 1024;

const recordsARead = (recordKilobytes: number): number =>
  Math.min(LIMITS.recordsARead, Math.floor((LIMITS.megabytesARead * 1024) / recordKilobytes));

/** Records that a batch holds at most. */
const fullBatch = ({ batchSize, recordKilobytes }: Pipeline): number =>
  Math.min(batchSize, Math.floor((LIMITS.batchMegabytes * 1024) / (recordKilobytes * LIMITS.base64)));

/** Invocations at the same time: as many for each shard. */
const lanes = ({ shards, parallelization }: Pipeline): number =>
  shards * Math.min(parallelization, Math.max(1, Math.floor(LIMITS.concurrency / shards)));

const tableUnits = (seconds: number): number =>
  Math.min(
    LIMITS.tableWriteUnitsQuota,
    LIMITS.newTableWriteUnits * 2 ** Math.floor(seconds / LIMITS.tableDoublesAfterSeconds),
  );
