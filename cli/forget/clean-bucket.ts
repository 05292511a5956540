/**
 * Deletes the versions of failure objects that contain records of forgotten contacts. It first sends records of other
 * contacts in the same object back into their stream. A run that was interrupted can be repeated: it may send a record
 * twice.
 */
import { REDRIVEN_PREFIX } from '../../lambda/contact-records/contract';
import type { createPacedSender, WaitingRecord } from '../shared/paced-sender';
import { splitIntoPortions } from '../shared/portions';
import { PORTION_LIMITS, UNPACKING_FACTOR } from '../shared/read-failure-object';
import type { ObjectVersion, VersionedBucket } from './bucket-versions';
import { type ExaminedRecord, examineObject } from './examine-object';

export interface BucketCounts {
  /** Examined versions of all passes. */
  examined: number;
  /** Versions with records of forgotten contacts. */
  theirs: number;
  /** Deleted versions among them. */
  deleted: number;
  /** Records of other contacts that were sent into their stream, or would be. */
  others: number;
  /** Objects of the last pass whose contacts are unknown, because they can't be read. */
  unreadable: { key: string; versionId: string | undefined; why: string }[];
}

export const createBucketCounts = (): BucketCounts => ({
  ...{ examined: 0, theirs: 0, deleted: 0, others: 0, unreadable: [] },
});

export interface CleaningPorts {
  bucket: VersionedBucket;
  isTheirs: (record: ExaminedRecord) => boolean;
  /** Absent if the pass only counts, and sends and deletes nothing. */
  send?: ReturnType<typeof createPacedSender>;
  stopping: AbortSignal;
}

/** More passes are needed only if another program keeps adding objects. */
const MAX_PASSES = 10;

/**
 * Repeats passes through the bucket until one finds no object to delete.
 *
 * @throws ServiceError, and Error if the last pass still found objects
 */
export async function cleanBucket(ports: CleaningPorts, counts: BucketCounts): Promise<void> {
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const before = counts.theirs;
    await passThroughBucket(ports, counts);
    if (counts.theirs === before) return;
  }
  throw new Error(
    'New objects of forgotten contacts keep appearing in the bucket: run the command again later.',
  );
}

/** Examines every version once. */
export async function passThroughBucket(ports: CleaningPorts, counts: BucketCounts): Promise<void> {
  const { bucket, send, stopping } = ports;
  counts.unreadable = [];
  const groups = splitIntoPortions(groupByKey(bucket.list()), PORTION_LIMITS, (versions) => ({
    bytes: UNPACKING_FACTOR * versions.reduce((sum, { bytes }) => sum + bytes, 0),
  }));
  for await (const portion of groups) {
    stopping.throwIfAborted();
    const findings = await Promise.all(portion.map((versions) => examineVersions(versions, ports, counts)));
    if (!send) continue;
    const waiting = new Set(findings.flatMap(({ others }) => others));
    await send([...waiting], (record) => waiting.delete(record));
    stopping.throwIfAborted();
    await Promise.all(findings.map(({ theirs }) => removeVersions(theirs, bucket, counts)));
  }
}

interface Finding {
  theirs: ObjectVersion[];
  /** Records of other contacts, in the order of the stream. */
  others: WaitingRecord[];
}

/**
 * Examines the versions of one key. It selects only records of current objects for sending: objects under `redriven/`
 * were sent before, and old versions were replaced, redriven or deleted on purpose.
 */
async function examineVersions(
  versions: ObjectVersion[],
  { bucket, isTheirs }: CleaningPorts,
  counts: BucketCounts,
): Promise<Finding> {
  const finding: Finding = { theirs: [], others: [] };
  for (const version of versions) {
    counts.examined += 1;
    const { key, versionId, isLatest, bytes } = version;
    if (key.endsWith('/') && bytes === 0) continue;
    const object = await examineObject(version, bucket);
    if (object.kind === 'gone') continue;
    if (object.kind === 'unreadable') {
      counts.unreadable.push({ key, versionId, why: object.why });
      continue;
    }
    const others = object.records.filter((record) => !isTheirs(record));
    if (others.length === object.records.length) {
      const why = others.find((record) => record.why !== undefined)?.why;
      if (why !== undefined) counts.unreadable.push({ key, versionId, why });
      continue;
    }
    finding.theirs.push(version);
    counts.theirs += 1;
    if (!isLatest || key.startsWith(REDRIVEN_PREFIX)) continue;
    finding.others.push(...others.map(({ original }) => ({ ...original, stream: object.streamArn })));
    counts.others += others.length;
  }
  return finding;
}

/** Deletes versions, oldest first. In the other order, an older version would become the current one. */
async function removeVersions(
  versions: ObjectVersion[],
  bucket: Pick<VersionedBucket, 'remove'>,
  counts: BucketCounts,
): Promise<void> {
  for (const version of versions.toReversed()) {
    await bucket.remove(version);
    counts.deleted += 1;
  }
}

async function* groupByKey(versions: AsyncIterable<ObjectVersion>): AsyncGenerator<ObjectVersion[]> {
  let group: ObjectVersion[] = [];
  for await (const version of versions) {
    if (group.length > 0 && group[0]?.key !== version.key) {
      yield group;
      group = [];
    }
    group.push(version);
  }
  if (group.length > 0) yield group;
}
